"""Somebody who opens pages and sends their forms over a real socket: cookies kept, forms sent as the page has them."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
EDGE = "edge-of-parts"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """A browser without scripts, at one instance."""

    origin: str
    device: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Seen:
        return self._ask("GET", path)

    def send(self, path: str, *, on: str | None = None, **fields: str) -> Seen:
        """Send the form to `path` that stands on the page `on` (the same, unless it is said), filled in so."""
        sent = self._hidden(path, on) | fields
        return self._ask("POST", path, {"content-type": FORM}, urlencode(sent).encode())

    def upload(self, path: str, data: bytes, *, on: str, **fields: str) -> Seen:
        """The same, for the form with a picture."""
        parts = [
            f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (self._hidden(path, on) | fields).items()
        ]
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="picture"; filename="me.jpg"\r\n'
        parts += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", data, f"\r\n--{EDGE}--\r\n".encode()]
        return self._ask("POST", path, {"content-type": f"multipart/form-data; boundary={EDGE}"}, b"".join(parts))

    def _hidden(self, path: str, on: str | None) -> dict[str, str]:
        page = self.get(on or path)
        assert page.status == 200, f"{on or path}: {page.status}"
        for form in re.findall(r"<form\b.*?</form>", page.text, re.DOTALL):
            if html.unescape(_attribute(form, "action")) == path:
                fields = re.findall(r'<input type="hidden"[^>]*>', form)
                return {_attribute(each, "name"): html.unescape(_attribute(each, "value")) for each in fields}
        raise AssertionError(f"no form to {path} on {on or path}")

    def _ask(self, method: str, path: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Seen:
        parts = urlsplit(self.origin)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=20)
        sent = {"Host": parts.netloc, "Accept": "text/html", "Accept-Language": self.language}
        sent |= {"User-Agent": self.device, **headers}
        if body is not None:
            sent |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path.removeprefix(self.origin), body=body, headers=sent)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self._keep(value)
            return Seen(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def _keep(self, line: str) -> None:
        name, _, value = line.partition(";")[0].partition("=")
        if "max-age=0" in line.lower() or value in {"", '""'}:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value.strip('"')


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""
