"""`Dispatcher`: applies what the gate saved, host by host, in the order in which it came.

One round reads what is due for many hosts and applies all that needs nothing from the network, in one
transaction (`planning`). A host whose next activity needs something is left to a task of its own, so that a slow server
delays nobody but itself. Everything it knows is in rows: it may be killed at any moment.

Source: §2.6–2.8 of the security contract; Lemmy's one queue per instance.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain, new_uuid, utc_now
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from inbox.dispatch import due
from inbox.dispatch.applying import NotTogether, apply_one_by_one, apply_together
from inbox.dispatch.gathering import Gatherer
from inbox.dispatch.planning import Apply, Turn, advance
from inbox.dispatch.reading import Expected, House, Item, Senders
from outbox.log import has_grown

log = structlog.get_logger()

SLOW_HOSTS = 64
"""For how many hosts something may be fetched at the same time."""
POLL_S = 1.0
FALL_S = 5.0


class Dispatcher:
    """The worker behind the gate.

    Args:
        db: where the activities and everything else is.
        fetcher: gets what they refer to.
        origin: ours, such as "https://coop.example".
        limits: for reading.
        now: the clock.
        batch: how many activities share one transaction at most.
        wake_courier: called after a commit in which one of our actors may have said something.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        origin: str,
        limits: Limits,
        now: Callable[[], datetime] = utc_now,
        batch: int = 200,
        wake_courier: Callable[[], None] | None = None,
    ) -> None:
        self._db = db
        self._origin = origin
        self._limits = limits
        self._now = now
        self._batch = batch
        self._wake_courier = wake_courier
        self._gatherer = Gatherer(db, fetcher, now=now)
        self._owner = new_uuid()
        self._leases: dict[str, datetime] = {}
        self._slow: dict[str, asyncio.Task[None]] = {}
        self._after = ""
        self._awake = asyncio.Event()
        self._expected = Expected()

    async def run(self) -> None:
        """Work until cancelled; while the database is away or full, look again now and then."""
        orphans = self._db.is_sqlite
        try:
            while True:
                found = False
                try:
                    if orphans:
                        await self._db.write(due.free_all)
                        orphans = False
                    found = await self._round()
                except (DBAPIError, Uncertain) as error:
                    log.warning("the database is away", error=str(error)[:200])
                if found:
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._awake.wait()
                self._awake.clear()
        finally:
            await self._stop()

    def wake(self) -> None:
        """There may be something to do now."""
        self._awake.set()

    def expect(self, iri: str, body: bytes, activity: wire.Activity, document: dict[str, JSON]) -> None:
        """The gate has read this activity and is about to save it; spares reading it again.

        Before it is saved: a round may come upon the row in the very transaction that writes it.
        """
        self._expected.put(iri, body, activity, document)

    async def settle(self) -> None:
        """Apply everything that is due now, then come back."""
        try:
            while True:
                self._awake.clear()
                if await self._round():
                    continue
                if not self._slow:
                    return
                await asyncio.wait(self._slow.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._stop()

    async def drain(self, timeout_s: float) -> None:
        """`settle`, for at most `timeout_s` seconds.

        Raises:
            TimeoutError: not everything was done by then.
        """
        async with asyncio.timeout(timeout_s):
            await self.settle()

    async def _stop(self) -> None:
        tasks = list(self._slow.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._leases.clear()
        with contextlib.suppress(DBAPIError, Uncertain):  # then the leases end by themselves
            await asyncio.shield(self._db.write(due.release, self._owner))

    async def _round(self) -> bool:
        """Deal with some of what is due; whether anything was."""
        now = self._now()
        await self._renew(now)
        fresh = frozenset(host for host, until in self._leases.items() if until - now >= due.LEASE / 2)
        turn = Turn(self._after, frozenset(self._slow), fresh, self._owner, self._batch)
        house = House(self._origin, self._limits, now)
        try:
            done = await self._db.write(advance, turn, house, self._expected, apply_together)
        except NotTogether:
            done = await self._db.write(advance, turn, house, self._expected, apply_one_by_one)
        self._note_leases(done.claimed, done.lost, now)
        self._after = done.hosts[-1] if done.hosts else ""
        self._hand_on(done.answered)
        started = 0
        for host, items in done.waiting.items():
            if len(self._slow) < SLOW_HOSTS:
                self._begin(host, items)
                started += 1
        return bool(done.dealt_with or started)

    def _begin(self, host: str, items: list[Item]) -> None:
        task = asyncio.create_task(self._serve_slowly(items), name=f"gather {host}")
        self._slow[host] = task

        def ended(done: asyncio.Task[None]) -> None:
            del self._slow[host]
            self._awake.set()
            if not done.cancelled() and (error := done.exception()) is not None:
                log.error("gathering fell", host=host, error=repr(error))

        task.add_done_callback(ended)

    async def _serve_slowly(self, items: list[Item]) -> None:
        house = House(self._origin, self._limits, self._now())
        await asyncio.gather(*(self._gatherer.gather(item, house) for item in items))
        house = House(self._origin, self._limits, self._now())
        try:
            answered = await self._db.write(_apply_gathered, items, house, apply_together)
        except NotTogether:
            answered = await self._db.write(_apply_gathered, items, house, apply_one_by_one)
        self._hand_on(answered)

    def _hand_on(self, answered: bool) -> None:
        if answered and self._wake_courier is not None:
            self._wake_courier()

    async def _renew(self, now: datetime) -> None:
        """Keep the leases of hosts that are being served slowly; forget those that ran out."""
        ending = [host for host in self._slow if self._leases.get(host, now) - now < due.LEASE / 2]
        if ending:
            got = await self._db.write(_claim, self._owner, ending, now)
            self._note_leases(got, set(ending).difference(got), now)
        for host, until in list(self._leases.items()):
            if until <= now:
                del self._leases[host]

    def _note_leases(self, claimed: Iterable[str], lost: Iterable[str], now: datetime) -> None:
        for host in claimed:
            self._leases[host] = now + due.LEASE
        for host in lost:
            self._leases.pop(host, None)


def _claim(session: Session, owner: str, hosts: Sequence[str], now: datetime) -> list[str]:
    return due.claim(session, owner, hosts, now=now)


def _apply_gathered(session: Session, items: Sequence[Item], house: House, apply: Apply) -> bool:
    """What was gathered for a while: somebody else may have dealt with it since. Whether ours have said something."""
    rows = [item.row for item in items]
    new = due.still_new(session, rows)
    apply(session, [item for item in items if item.row.id in new], house, Senders(session, rows))
    return has_grown(session)
