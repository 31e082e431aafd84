"""The least of HTTP/1.1 that both sides of a test need, so that nothing of ours stands between test and socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: its first line, its headers in lower case, its body."""

    first: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def status(self) -> int:
        return int(self.first.split(" ", 2)[1])


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None when the other side has closed."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *fields = head[:-4].split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Message(first, headers, body)


class Caller:
    """One connection to a port of this machine, opened again when it was lost; one request at a time."""

    def __init__(self, port: int, authority: str) -> None:
        self._port, self._authority = port, authority
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def ask(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"", within: float = 20.0
    ) -> Message | None:
        """The answer; None if there was none."""
        fields = [(name, value) for name, value in headers if name.lower() not in ("host", "content-length")]
        fields = [("host", self._authority), ("content-length", str(len(body))), *fields]
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
        async with self._turn:
            try:
                async with asyncio.timeout(within):
                    return await self._converse(head.encode("utf-8") + body)
            except (OSError, TimeoutError):
                self.close()
                return None

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _converse(self, request: bytes) -> Message | None:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        reader, writer = self._streams
        writer.write(request)
        answer = await read_message(reader)
        if answer is None or answer.headers.get("connection") == "close":
            self.close()
        return answer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close without a word."""
    with contextlib.suppress(Exception):
        writer.transport.abort()
