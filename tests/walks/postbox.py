"""Where the mails of a walk arrive: the sink of tests/smtp.py in a thread, and a person who reads them."""

from __future__ import annotations

import asyncio
import re
import threading
from typing import Self

from tests.smtp import Got, Sink, sink
from tests.walks.processes import eventually


class Postbox:
    """The running mail server; `with` it, and give `settings` to an instance."""

    def __init__(self) -> None:
        self._sink = Sink()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    async def _run(self) -> None:
        async with sink() as self._sink:
            self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
            self._ready.set()
            await self._ended.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    @property
    def is_busy(self) -> bool:
        """Whether the server sends everybody away."""
        return self._sink.greeting.startswith("421")

    @is_busy.setter
    def is_busy(self, is_busy: bool) -> None:
        self._sink.greeting = "421 not now" if is_busy else "220 sink"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "mail_host": "127.0.0.1",
            "mail_port": str(self._sink.port),
            "mail_security": "none",
            "mail_from": "coop@coop.example",
        }

    def mails(self, address: str) -> list[Got]:
        """Everything that came for this address, oldest first."""
        return [got for got in list(self._sink.got) if address in got.recipients]

    def link(self, address: str, beginning: str) -> str:
        """Wait for a mail with a link that begins so; the newest such link, which is then read and not found again."""

        def found() -> str:
            for got in reversed(self.mails(address)):
                links = re.findall(rf"{re.escape(beginning)}[^\s<>\"]+", got.part("plain"))
                if links:
                    self._sink.got.remove(got)
                    return str(links[0])
            return ""

        return eventually(found, what=f"a mail to {address} with {beginning}…")
