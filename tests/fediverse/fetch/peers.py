"""Servers for the tests of fetching: one that says any bytes over a real loopback socket, and a well-behaved site."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fediverse.fetch import Fetcher, Network
from fediverse.limits import Limits

ACTIVITY = "application/activity+json"
# Bytes are sent; after None the connection is closed; a function writes what and when it likes.
Answer = bytes | None | Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@dataclass
class RawPeer:
    """Answers each request with the next of `answers`; the last one again and again."""

    answers: list[Answer]
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    def iri(self, path: str = "/", host: str = "localhost", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
                )
                self.bodies.append(await reader.readexactly(length))
                said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if callable(said):
                    await said(writer)
                elif said is not None:
                    writer.write(said)
                    await writer.drain()
                if said is None or (self.answers and self.answers[0] is None):
                    if said is not None:
                        self.answers.pop(0)
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.hung_up.set()
            writer.close()


@asynccontextmanager
async def raw_peer(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawPeer]:
    peer = RawPeer(list(answers))
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        await asyncio.sleep(0)


class Site:
    """An ASGI application with pages: `target -> (status, headers, body)`, or a function of the scope that gives it."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []

    def document(self, target: str, document: Any, content_type: str = ACTIVITY, status: int = 200) -> None:
        self.pages[target] = (status, {"content-type": content_type}, json.dumps(document).encode())

    def redirect(self, target: str, to: str, status: int = 302) -> None:
        self.pages[target] = (status, {"location": to}, b"")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        self.asked.append(target)
        page = self.pages.get(target, (404, {}, b""))
        status, headers, body = page(scope) if callable(page) else page
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


def fetcher_on(network: Network, origin: str = "https://coop.example", **more: Any) -> Fetcher:
    return Fetcher(network, origin=origin, user_agent="Knooppunt test", **{"limits": Limits(), **more})
