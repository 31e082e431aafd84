"""A small mail server for tests, on a real socket: takes what it is given, and answers as it is told."""

import asyncio
import contextlib
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Got:
    """One mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, subtype: str) -> str:
        body = self.message.get_body((subtype,))
        assert body is not None
        return str(body.get_content())


@dataclass
class Sink:
    """The server. Answers can be changed while it runs.

    Attributes:
        on_recipient, on_data: the answer to each; a callable is asked with what came.
        fall_silent_after_data: take the mail, then break the connection without an answer.
        user: who may send; None: everybody.
    """

    port: int = 0
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    greeting: str = "220 sink"
    on_sender: str = "250 fine"
    on_recipient: Callable[[str], str] = lambda _: "250 fine"
    on_data: str = "250 taken"
    fall_silent_after_data: bool = False
    hold: asyncio.Event | None = None
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    user: str | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        sender, recipients = "", list[str]()
        await say(self.greeting)
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                await say("250-sink" + ("\r\n250-AUTH PLAIN" if self.user else "") + "\r\n250 8BITMIME")
            elif verb == "AUTH":
                await say("235 come in" if self.user and "good" in self.user else "535 who are you")
            elif verb == "MAIL":
                sender, recipients = line.partition("<")[2].partition(">")[0], []
                await say(self.on_sender)
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                answer = self.on_recipient(recipient)
                recipients += [recipient] if answer.startswith("2") else []
                await say(answer)
            elif verb == "DATA":
                await say("354 go on")
                raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                if self.hold:
                    self.holding.set()
                    await self.hold.wait()
                if self.on_data.startswith("2"):
                    self.got.append(Got(sender, tuple(recipients), raw))
                if self.fall_silent_after_data:
                    return
                await say(self.on_data)
            elif verb == "QUIT":
                await say("221 bye")
                return
            else:
                await say("250 fine")


@contextlib.asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    """A sink that listens on a port of its own."""
    mine = Sink()
    server = await asyncio.start_server(mine.serve, "127.0.0.1", 0, limit=4_000_000)
    mine.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mine
