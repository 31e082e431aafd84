"""One connection and one question at a time: HTTP/1.1 as a client, no more than we need of it.

A request is written in one piece. The answer is read by llhttp in its
strict mode, counted while it comes, and cut or refused at a limit. There is no pipelining, and whatever arrives
unasked closes the connection, so that no answer can be taken for the answer to another question.
We ask for `identity`, so what is counted is what is kept; nothing is ever decompressed here.

Time is not kept here: whoever asks puts one total deadline around the question (per-read timeouts let a server drip
for ever, CVE-2023-36461). A question that is cancelled takes its connection with it.

Sources: RFC 9110, RFC 9112; S6, S8, D3 of the security contract.
"""

import asyncio
from typing import cast

import httptools

from fediverse.errors import Malformed, Unreachable
from fediverse.fetch.messages import Request, Response, write_request
from fediverse.limits import Limits

_INTERIM_ANSWERS = 4
_SLACK_BYTES = 65_536


class HttpConnection(asyncio.Protocol):
    """A `Connection` over a socket, with or without TLS. Made by a network, which has judged the address."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._answer: _Answer | None = None
        self.usable = False
        self.heard = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.usable = True

    async def send(self, request: Request, *, keep_bytes: int, cut: bool = False) -> Response:
        """See `Connection.send`."""
        data = write_request(request)
        if not self.usable or self._answer is not None or self._transport is None:
            raise Unreachable("connection-closed")
        self.heard = False
        answer = self._answer = _Answer(self._limits, keep_bytes, cut)
        self._parser = answer.parser = httptools.HttpResponseParser(answer)
        self._transport.write(data)
        try:
            await answer.finished
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = self._parser = None
            answer.parser = None
        if not answer.leaves_open:
            self.close()
        return Response(request.iri, answer.status, answer.headers, b"".join(answer.parts))

    def data_received(self, data: bytes) -> None:
        answer, parser = self._answer, self._parser
        if answer is None or parser is None:
            self.close()  # Nobody asked.
            return
        self.heard = True
        answer.raw_bytes += len(data)
        try:
            parser.feed_data(data)
            answer.check_raw()
        except httptools.HttpParserUpgrade:
            answer.fail(Unreachable("broken-answer", why="it wants to speak another protocol"))
        except httptools.HttpParserError as error:
            # What a callback raised comes back as its cause; what it refused is already known.
            answer.fail(Unreachable("broken-answer", why=str(error)[:200]))

    def eof_received(self) -> bool | None:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self._answer is not None:
            self._answer.ended(clean=exc is None)

    def close(self) -> None:
        """See `Connection.close`."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()
            self._transport = None


class _Answer:
    """What has been heard so far; the callbacks of the parser."""

    __slots__ = (
        "_cut",
        "_interim",
        "_keep_bytes",
        "_kept",
        "_limits",
        "_line_bytes",
        "_lines",
        "_until_closed",
        "complete",
        "finished",
        "headers",
        "in_body",
        "leaves_open",
        "parser",
        "parts",
        "raw_bytes",
        "status",
    )

    def __init__(self, limits: Limits, keep_bytes: int, cut: bool) -> None:
        self._limits = limits
        self._keep_bytes = keep_bytes
        self._cut = cut
        self._kept = self._lines = self._line_bytes = self._interim = 0
        self._until_closed = False
        self.parser: httptools.HttpResponseParser | None = None
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self.raw_bytes = 0
        self.in_body = self.complete = self.leaves_open = False

    def fail(self, error: Malformed | Unreachable) -> None:
        """The question ends with `error`, unless it has ended already."""
        self.leaves_open = False
        if not self.finished.done():
            self.finished.set_exception(error)

    def check_raw(self) -> None:
        """Bound what the parser may hold for us: an endless header line, endless chunk extensions."""
        if not self.in_body and self.raw_bytes > self._limits.header_bytes + _SLACK_BYTES:
            self.fail(Malformed("headers-too-large", limit=self._limits.header_bytes))
        elif self.raw_bytes > self._limits.header_bytes + 2 * self._keep_bytes + _SLACK_BYTES and not self.complete:
            self._overflow()

    def ended(self, *, clean: bool) -> None:
        """The connection is gone."""
        self.leaves_open = False
        if self.finished.done():
            return
        if self.in_body and self._until_closed and clean:
            self.finished.set_result(None)
        else:
            self.fail(Unreachable("connection-closed"))

    def _overflow(self) -> None:
        self.leaves_open = False
        if self._cut:
            if not self.finished.done():
                self.finished.set_result(None)
        else:
            self.fail(Malformed("body-too-large", limit=self._keep_bytes))

    # Callbacks of httptools, in the order in which they come.

    def on_message_begin(self) -> None:
        if self.complete:
            self.leaves_open = False  # A second answer to one question: believe the first, trust no more.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._lines += 1
        self._line_bytes += len(name) + len(value) + 4
        if self._lines > self._limits.header_fields:
            self.fail(Malformed("too-many-headers", limit=self._limits.header_fields))
        elif self._line_bytes > self._limits.header_bytes:
            self.fail(Malformed("headers-too-large", limit=self._limits.header_bytes))
        elif not self.in_body:
            key = name.decode("latin-1").lower()
            text = value.decode("utf-8", "replace")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        if self.parser is None or self.complete:
            return
        self.status = self.parser.get_status_code()
        self.in_body = self.status >= 200
        self._until_closed = "content-length" not in self.headers and "transfer-encoding" not in self.headers

    def on_body(self, body: bytes) -> None:
        if self.complete or self.finished.done():
            return
        self.parts.append(body)
        self._kept += len(body)
        if self._kept > self._keep_bytes:
            self.parts[-1] = body[: len(body) - (self._kept - self._keep_bytes)]
            self._overflow()

    def on_message_complete(self) -> None:
        if self.complete or self.parser is None:
            return
        if self.status < 200:
            self._interim += 1
            if self._interim > _INTERIM_ANSWERS or self.status == 101:
                self.fail(Unreachable("broken-answer", why="only interim answers"))
            self.headers.clear()
            return
        self.complete = True
        if not self.finished.done():
            self.leaves_open = self.parser.should_keep_alive() and not self._until_closed_body()
            self.finished.set_result(None)

    def _until_closed_body(self) -> bool:
        return self._until_closed and self.status not in (204, 304)
