"""Acknowledgements of many visits, written together.

A visit goes on only when its word is durable. While one transaction is being committed the words of all others
gather for the next, so that the tables never set the pace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain
from outbox.delivery.revival import catch_up
from outbox.delivery.settling import Standing, settle

log = structlog.get_logger()

PAUSE_S = 0.5
"""How long to wait when the database is away."""


class Ledger:
    """Writes how lanes stand, in the name of `owner`.

    Args:
        on_written: called when every word is durable.

    Attributes:
        unwritten: how many words are not durable yet.
        written: set while there are none.
    """

    def __init__(self, db: Database, owner: str, now: Callable[[], datetime], on_written: Callable[[], None]) -> None:
        self.unwritten = 0
        self.written = asyncio.Event()
        self.written.set()
        self._db = db
        self._owner = owner
        self._now = now
        self._on_written = on_written
        self._lines: list[tuple[Standing, asyncio.Future[bool]]] = []
        self._there_are = asyncio.Event()

    async def settle(self, standing: Standing) -> bool:
        """Have it written; whether the lane is still ours. The last word of a visit is not waited for."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._lines.append((standing, done))
        self.unwritten += 1
        self.written.clear()
        self._there_are.set()
        return True if standing.released else await done

    async def run(self) -> None:
        """Work until cancelled."""
        self._lines.clear()  # of an earlier run that fell: whoever wrote them is gone
        self.unwritten = 0
        self.written.set()
        while True:
            await self._there_are.wait()
            self._there_are.clear()
            while self._lines:
                lines, self._lines = self._lines, []
                lost = await self._write([standing for standing, _ in lines])
                self.unwritten -= len(lines)
                for standing, done in lines:
                    if not done.done():
                        done.set_result(standing.authority not in lost)
            if not self.unwritten:
                self.written.set()
                self._on_written()

    async def _write(self, standings: Sequence[Standing]) -> set[str]:
        """Settle, however long it takes: what was acknowledged must not be sent again."""
        while True:
            try:
                return await self._db.write(self._settle, standings)
            except (DBAPIError, Uncertain) as error:
                log.warning("acknowledgements wait for the database", count=len(standings), error=str(error)[:200])
                await asyncio.sleep(PAUSE_S)

    def _settle(self, session: Session, standings: Sequence[Standing]) -> set[str]:
        now = self._now()
        lost = settle(session, self._owner, standings, now)
        for standing in standings:
            if standing.returned and standing.authority not in lost:
                catch_up(session, standing.authority, now)
        return lost
