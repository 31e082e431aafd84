"""A server that is a thousand servers: takes deliveries for any `Host`, and notes what came for each, in order.

Runs in a process of its own. `GET /report` answers what each host got; `GET /count` how many requests in all.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.connection import Connection as Pipe

import orjson
import uvloop

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Receiver(asyncio.Protocol):
    """Answers 202, and remembers the `id` that begins each body's object."""

    got: dict[str, list[str]] = {}  # noqa: RUF012  one process, one book
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            if head.startswith(b"GET"):
                self._tell(head)
                self._buffer = b""
                return
            length = int(_field(head, b"content-length"))
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            at = body.index(b'"id":"') + 6
            host = _field(head, b"host").decode()
            Receiver.got.setdefault(host, []).append(body[at : body.index(b'"', at)].decode())
            Receiver.count += 1
            self._transport.write(ACCEPTED)  # type: ignore[attr-defined]

    def _tell(self, head: bytes) -> None:
        body = orjson.dumps(Receiver.got if b"/report" in head else Receiver.count)
        answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(answer + body)  # type: ignore[attr-defined]
        self._transport.close()


def _field(head: bytes, name: bytes) -> bytes:
    lowered = head.lower()
    at = lowered.index(b"\r\n" + name + b":") + len(name) + 3
    end = lowered.find(b"\r\n", at)
    return head[at : end if end >= 0 else len(head)].strip()


def serve(pipe: Pipe) -> None:
    """Serve until killed; says its port first."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    uvloop.run(run())


def start() -> tuple[multiprocessing.Process, int]:
    """The process, and the port that it listens on."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    return process, ours.recv()  # type: ignore[return-value]
