"""A network of ASGI applications: `Fetcher` and `Lane` speak to them in this process, without a socket.

    network = AsgiNetwork({"mastodon.example": mastodon_app, "coop.example": coop_app})
    fetcher = Fetcher(network, origin="https://coop.example", user_agent="test", limits=Limits())

Everything above the socket is the real thing: requests are written and checked as for the wire, limits are counted,
deadlines run. What is not here (addresses, TLS, broken HTTP) is tested in tests/fediverse/fetch over real sockets.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from fediverse.errors import Malformed, Unreachable
from fediverse.fetch.messages import Request, Response, write_request
from fediverse.hosts import Iri

App = Callable[
    [dict[str, Any], Callable[[], Awaitable[dict[str, Any]]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]
Before = Callable[[Request], Awaitable[None]]


class AsgiNetwork:
    """A `Network` in which every authority is an application.

    Attributes:
        apps: the application of each authority (`host` or `host:port`).
        requests: everything that was sent, in order.
        connected: the origin of every connection that was opened, in order.
        before: for an authority, what is awaited before its application sees a request: sleep on the test's own
            clock, count, raise `Unreachable`.
        away: authorities that refuse connections.
        silent: authorities that take a request and never answer (whoever asks needs a deadline).
    """

    def __init__(self, apps: Mapping[str, App]) -> None:
        self.apps = dict(apps)
        self.requests: list[Request] = []
        self.connected: list[str] = []
        self.before: dict[str, Before] = {}
        self.away: set[str] = set()
        self.silent: set[str] = set()

    def sent_to(self, authority: str) -> list[Request]:
        """What was sent to `authority`, in order."""
        return [request for request in self.requests if request.iri.authority == authority]

    def permit(self, iri: Iri) -> None:
        """Everything may be asked here; the guard has its own tests."""

    async def connect(self, iri: Iri) -> "AsgiConnection":
        """See `Network.connect`."""
        if iri.authority in self.away or iri.authority not in self.apps:
            raise Unreachable("no-connection", host=iri.host)
        self.connected.append(iri.origin)
        return AsgiConnection(self)


class AsgiConnection:
    """A `Connection` that calls an application."""

    def __init__(self, network: AsgiNetwork) -> None:
        self._network = network
        self.usable = True
        self.heard = False

    async def send(self, request: Request, *, keep_bytes: int, cut: bool = False) -> Response:
        """See `Connection.send`."""
        write_request(request)
        network, authority = self._network, request.iri.authority
        network.requests.append(request)
        self.heard = False
        try:
            if authority in network.away:
                raise Unreachable("connection-closed")
            if authority in network.silent:
                await asyncio.Event().wait()
            if authority in network.before:
                await network.before[authority](request)
            response = await _call(network.apps[authority], request)
        except BaseException:
            self.close()
            raise
        self.heard = True
        if len(response.body) <= keep_bytes:
            return response
        self.close()
        if not cut:
            raise Malformed("body-too-large", limit=keep_bytes)
        return Response(response.iri, response.status, response.headers, response.body[:keep_bytes])

    def close(self) -> None:
        """See `Connection.close`."""
        self.usable = False


async def _call(app: App, request: Request) -> Response:
    iri = request.iri
    path, _, query = iri.target.partition("?")
    body = request.body or b""
    headers = [(name.lower().encode(), value.encode("ascii")) for name, value in request.headers.items()]
    headers = [(b"host", iri.authority.encode()), *(pair for pair in headers if pair[0] != b"host")]
    headers.append((b"accept-encoding", b"identity"))
    if request.body is not None:
        headers.append((b"content-length", str(len(body)).encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": iri.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 40_000),
        "server": (iri.host, iri.port),
        "state": {},
    }
    incoming = [{"type": "http.request", "body": body, "more_body": False}]
    status, parts = 500, list[bytes]()
    answered: dict[str, str] = {}

    async def receive() -> dict[str, Any]:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            for name, value in message.get("headers", []):
                key, text = name.decode("latin-1").lower(), value.decode("latin-1")
                answered[key] = f"{answered[key]}, {text}" if key in answered else text
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return Response(iri, status, answered, b"".join(parts))
