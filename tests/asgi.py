"""A client for an ASGI application in this process: one request, one answer, cookies kept by whoever asks.

browser = Browser(app, origin="https://coop.example")
answer = await browser.get("/g/interior", language="fr")
assert answer.status == 200
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case; a header that came twice is joined by a line feed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Browser:
    """A person's browser without JavaScript: says who it is, keeps cookies, follows nothing by itself."""

    app: Any
    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    client: str = "192.0.2.7"

    async def get(self, path: str, *, language: str = "en", headers: Mapping[str, str] | None = None) -> Answer:
        """Open a page."""
        return await self.request("GET", path, headers={"accept-language": language, **(headers or {})})

    async def post(self, path: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form from a page of the same site."""
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": self.origin,
            "sec-fetch-site": "same-origin",
            "accept-language": "en",
            **(headers or {}),
        }
        return await self.request("POST", path, headers=sent, body=urlencode(form, doseq=True).encode())

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send one request; a header whose value is empty is left out."""
        scheme, _, authority = self.origin.partition("://")
        sent = {"host": authority, "accept": "text/html,*/*;q=0.5", **(headers or {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            sent.setdefault("content-length", str(len(body)))
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": unquote(target),
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items() if value],
            "client": (self.client, 40_000),
            "server": (authority, 443),
        }
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        status, parts, answered = 500, list[bytes](), dict[str, str]()

        async def receive() -> dict[str, Any]:
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                for raw_name, raw_value in message["headers"]:
                    name, value = raw_name.decode().lower(), raw_value.decode("latin-1")
                    answered[name] = f"{answered[name]}\n{value}" if name in answered else value
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        self._keep(answered.get("set-cookie", ""))
        return Answer(status, answered, b"".join(parts))

    def _keep(self, cookies: str) -> None:
        for line in filter(None, cookies.split("\n")):
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower() or value in {"", '""'}:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value.strip('"')
