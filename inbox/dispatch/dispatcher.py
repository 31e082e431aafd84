"""`Dispatcher`: applies what the gate saved, host by host, in the order in which it came.

One round reads what is due for many hosts, and applies all that needs nothing from the network in one
transaction. A host whose next activity needs something is left to a task of its own, so that a slow server
delays nobody but itself. Everything it knows is in rows: it may be killed at any moment.

Source: §2.6–2.8 of the security contract; Lemmy's one queue per instance.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain, new_uuid, utc_now
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from inbox.dispatch import due
from inbox.dispatch.applying import NotTogether, apply_one_by_one, apply_together
from inbox.dispatch.due import Row
from inbox.dispatch.gathering import Gatherer
from inbox.dispatch.reading import Expected, House, Item, Senders, read_row, wanted

log = structlog.get_logger()

HOSTS_TOGETHER = 200
"""How many hosts one round looks at."""
SLOW_HOSTS = 64
"""For how many hosts something may be fetched at the same time."""
SLOW_TOGETHER = 8
"""For how many activities of one host something is fetched at the same time."""
POLL_S = 1.0
FALL_S = 5.0


@dataclass(slots=True)
class _Plan:
    """What one round found."""

    hosts: list[str]
    ready: list[Item] = field(default_factory=list)
    waiting: dict[str, list[Item]] = field(default_factory=dict)
    broken: list[tuple[Row, str]] = field(default_factory=list)


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
        """The gate has just read and saved this activity; saves reading it again."""
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
        house = House(self._origin, self._limits, now)
        plan = await self._db.read(_plan, self._after, frozenset(self._slow), self._batch, house, self._expected)
        if not plan.hosts:
            self._after = ""
            return False
        self._after = plan.hosts[-1]
        ours = await self._claim(plan.hosts, now)
        ready = [item for item in plan.ready if item.row.host in ours]
        broken = [(row, code) for row, code in plan.broken if row.host in ours]
        if ready or broken:
            await self._apply(ready, broken, house)
        started = 0
        for host, items in plan.waiting.items():
            if host in ours and len(self._slow) < SLOW_HOSTS:
                self._begin(host, items)
                started += 1
        return bool(ready or broken or started)

    async def _apply(self, items: Sequence[Item], broken: Sequence[tuple[Row, str]], house: House) -> None:
        try:
            await self._db.write(_apply_together, items, broken, house)
        except NotTogether:
            await self._db.write(_apply_one_by_one, items, broken, house)
        if self._wake_courier is not None:
            self._wake_courier()

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
        await self._apply(items, [], House(self._origin, self._limits, self._now()))

    async def _renew(self, now: datetime) -> None:
        """Keep the leases of hosts that are being served slowly; forget those that ran out."""
        ending = [host for host in self._slow if self._leases.get(host, now) - now < due.LEASE / 2]
        if ending:
            await self._claim(ending, now)
        for host, until in list(self._leases.items()):
            if until <= now:
                del self._leases[host]

    async def _claim(self, hosts: Sequence[str], now: datetime) -> set[str]:
        """Which of `hosts` are ours to serve now."""
        asked = [host for host in hosts if self._leases.get(host, now) - now < due.LEASE / 2]
        if asked:
            got = set(await self._db.write(_claim, self._owner, asked, now))
            for host in asked:
                if host in got:
                    self._leases[host] = now + due.LEASE
                else:
                    self._leases.pop(host, None)
        return {host for host in hosts if host in self._leases}


def _claim(session: Session, owner: str, hosts: Sequence[str], now: datetime) -> list[str]:
    return due.claim(session, owner, hosts, now=now)


def _plan(session: Session, after: str, busy: frozenset[str], batch: int, house: House, expected: Expected) -> _Plan:
    """Read what is due, and part what can be applied at once from what needs something first."""
    most = HOSTS_TOGETHER + len(busy)
    hosts = [host for host in due.due_hosts(session, after=after, most=most, now=house.now) if host not in busy]
    plan = _Plan(hosts)
    rows = due.rows_of(session, hosts, most=batch, now=house.now)
    senders = Senders(session, rows)
    for row in rows:
        try:
            item = read_row(row, house.limits, expected)
        except FediverseError as error:
            plan.broken.append((row, error.code))
            continue
        waiting = plan.waiting.get(row.host)
        if _needs_nothing(session, item, senders, house):
            if waiting is None:
                plan.ready.append(item)
            elif len(waiting) < SLOW_TOGETHER:
                waiting.append(item)  # It came after one that has to wait, so it waits too.
        elif waiting is None:
            plan.waiting[row.host] = [item]
        elif len(waiting) < SLOW_TOGETHER:
            waiting.append(item)
    return plan


def _needs_nothing(session: Session, item: Item, senders: Senders, house: House) -> bool:
    try:
        return not wanted(session, item, senders, house)
    except (Refused, FediverseError):
        return True  # Applying it will say so again, on the row.
    except Exception:  # noqa: BLE001  a worker's loop
        # A handler that falls over this one will do so again when it is applied, and the row will tell.
        log.warning("handler could not say what it needs", iri=item.row.iri)
        return True


def _apply_together(session: Session, items: Sequence[Item], broken: Sequence[tuple[Row, str]], house: House) -> None:
    _refuse_broken(session, broken, house)
    apply_together(session, items, house)


def _apply_one_by_one(session: Session, items: Sequence[Item], broken: Sequence[tuple[Row, str]], house: House) -> None:
    _refuse_broken(session, broken, house)
    apply_one_by_one(session, items, house)


def _refuse_broken(session: Session, broken: Sequence[tuple[Row, str]], house: House) -> None:
    for row, code in broken:
        due.mark_refused(session, row.id, code, now=house.now)
