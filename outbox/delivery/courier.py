"""`Courier`: the worker that brings the log to the others.

It looks for lanes that are due, takes them under a lease, visits up to `lanes` of them at a time, and writes the
acknowledgements of all visits together, transaction after transaction. Lanes in trouble, and visits that last
too long, have places of their own, so that silent hosts delay nobody but themselves.

Nothing lives only here: killed at any moment, it repeats at most the request that each visit had under way.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain, new_uuid, utc_now
from actors.people import Keyring
from fediverse.fetch import Fetcher
from fediverse.keys import SigningKey
from fediverse.limits import Limits
from fediverse.signatures import Scheme
from outbox.delivery import leases
from outbox.delivery.batches import Batch, next_batches
from outbox.delivery.distribute import distribute, undistributed
from outbox.delivery.inquiry import Inquiry
from outbox.delivery.keeping import LEASE_S, RENEWED_EVERY_S, inherit, keep, surely_holds
from outbox.delivery.leases import Claimed
from outbox.delivery.ledger import Ledger
from outbox.delivery.letters import Letterbox
from outbox.delivery.places import Places, Visit
from outbox.delivery.settling import Standing, after_silence, standing_of
from outbox.delivery.signing import Signers
from outbox.delivery.visit import Wire, visit
from outbox.delivery.wires import Wires

log = structlog.get_logger()

POLL_S = 0.5
"""How often the tables are asked for work that another process made."""
OVERTIME_S = 1.0
"""A request that waits longer gives its place among the quick ones back."""
GRACE_S = 4.0
"""How long requests in hand may take when the courier is stopped."""


class Courier:
    """Delivers what our actors say.

    Args:
        db: where log and lanes are.
        fetcher: makes the connections (`lane(authority)`), and asks after actors whose inbox is gone.
        keyring: the authors' keys.
        lanes: how many quick lanes are served at once; a quarter as many troubled ones besides.
        signers: the threads that sign; None: two of its own.
        limits: of answers.
        now: the clock.
        open_lane: makes the way to an authority; None: the fetcher's.
        overtime_s: how long a visit keeps its place among the quick ones while it waits.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        keyring: Keyring,
        *,
        lanes: int = 64,
        signers: Executor | None = None,
        signer_threads: int = 2,
        limits: Limits | None = None,
        now: Callable[[], datetime] = utc_now,
        open_lane: Callable[[str], Wire] | None = None,
        overtime_s: float = OVERTIME_S,
    ) -> None:
        self.closing = False
        self.owner = new_uuid()
        self.now = now
        self._db = db
        self._letterbox = Letterbox(keyring)
        self._overtime_s = overtime_s
        self._places = Places(lanes)
        self._wires = Wires(open_lane or fetcher.lane, 2 * lanes)
        self._pool = signers or ThreadPoolExecutor(signer_threads, thread_name_prefix="signer")
        self._signers = Signers(self._pool, signer_threads, now)
        self._inquiry = Inquiry(db, fetcher, limits or Limits(), now)
        self._ledger = Ledger(db, self.owner, now, self._on_written)
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._running = False

    def wake(self) -> None:
        """There may be something to send now. From the event loop's thread."""
        self._idle.clear()
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; then finish the requests in hand, for at most `GRACE_S` seconds."""
        self._running, self.closing = True, False
        await inherit(self._db)
        flush = asyncio.create_task(self._ledger.run())
        others = [asyncio.create_task(each) for each in (self._feed(), self._renew(), self._inquiry.run())]
        try:
            # Not gather, which would take the ledger down with us before the last words are written.
            done, _ = await asyncio.wait([flush, *others], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._running = False
            for task in others:
                task.cancel()
            await asyncio.gather(self._wind_down(flush), *others, return_exceptions=True)
            flush.cancel()

    async def drain(self, timeout_s: float = 10.0) -> None:
        """Work until nothing is due (by the clock that was given), then stop. For tests and the command line.

        Raises:
            TimeoutError: it took longer.
        """
        self.wake()
        own = None if self._running else asyncio.create_task(self.run())
        try:
            async with asyncio.timeout(timeout_s):
                idle = asyncio.create_task(self._idle.wait())
                await asyncio.wait([idle, *([own] if own else [])], return_when=asyncio.FIRST_COMPLETED)
                idle.cancel()
        finally:
            if own is not None:
                own.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await own

    # What a visit asks of its desk.

    def holds(self, authority: str) -> bool:
        """See `surely_holds`."""
        return surely_holds(self._db, self._places.visits[authority])

    async def sign(self, inbox_iri: str, body: bytes, key: SigningKey, scheme: Scheme) -> dict[str, str]:
        """See `Signers.sign`."""
        return await self._signers.sign(inbox_iri, body, key, scheme)

    async def settle(self, standing: Standing) -> bool:
        """See `Ledger.settle`."""
        place = self._places.visits[standing.authority]
        place.standing = standing
        asked_at = asyncio.get_running_loop().time()
        ours = await self._ledger.settle(standing)
        if ours:
            place.sure_until = asked_at + LEASE_S
        return ours

    def ask_after(self, inbox_id: int) -> None:
        """See `Inquiry.ask_after`."""
        self._inquiry.ask_after(inbox_id)

    # Finding work.

    async def _feed(self) -> None:
        tick = True
        while True:
            self._woken.clear()
            try:
                found = await self._round(tick=tick)
            except (DBAPIError, Uncertain) as error:
                log.warning("the database is away", error=str(error)[:200])
                found = False
            if not found and tick and self._places.empty and not (self._ledger.unwritten or self._woken.is_set()):
                self._idle.set()
            tick = False
            if found:
                continue
            try:
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
                tick = not self._places.visits
            except TimeoutError:
                tick = True

    async def _round(self, *, tick: bool) -> bool:
        """Distribute what is new, take what is due where there is room for it; whether anything was taken."""
        if await self._db.read(undistributed):
            while await self._db.write(distribute, self.now()):
                pass
        found = False
        for quick in (True, False):
            # A quick lane that is taken waits for its place here, so that places never wait for the tables.
            if room := self._places.room(quick=quick, tick=tick):
                found |= await self._take(room, quick=quick)
        return found

    async def _take(self, n: int, *, quick: bool) -> bool:
        now = self.now()
        if not await self._db.read(leases.is_due, now, suspect=not quick):
            return False
        asked_at = asyncio.get_running_loop().time()
        claimed = await self._db.write(leases.claim, self.owner, n, now, suspect=not quick)
        # While the database was away a lease may have ended under a visit of ours, which goes on under the new one.
        served = set(self._places.held())
        taken = [lane for lane in claimed if lane.authority not in served]
        if not taken:
            return False
        try:
            batches = await self._db.read(self._prepare, taken, now)
        except (DBAPIError, Uncertain):
            await self._db.write(leases.let_go, self.owner, [lane.authority for lane in taken])
            raise
        for lane in taken:
            batch = batches[lane.authority]
            letters = self._letterbox.take(batch.pieces)
            place = Visit(lane, batch, letters, quick, standing_of(lane, now), sure_until=asked_at + LEASE_S)
            if quick:
                self._places.wait(place)
            else:
                self._begin(place)
        self._letterbox.tidy()
        self._begin_ready()
        return True

    def _prepare(self, session: Session, taken: list[Claimed], now: datetime) -> dict[str, Batch]:
        batches = next_batches(session, taken, now)
        self._letterbox.fill(session, batches.values())
        return batches

    # Visits and their places.

    def _begin_ready(self) -> None:
        while (place := self._places.following()) is not None:
            self._begin(place)

    def _begin(self, place: Visit) -> None:
        self._places.begin(place)
        place.task = asyncio.create_task(self._serve(place))

    async def _serve(self, place: Visit) -> None:
        authority = place.lane.authority
        loop = asyncio.get_running_loop()
        overtime = loop.call_later(self._overtime_s, self._into_overtime, place) if place.quick else None
        wire = self._wires.take(authority)
        sound = False
        try:
            sound = await visit(self, wire, place.lane, place.batch, place.letters)
        except Exception as error:
            log.exception("a visit fell", authority=authority)
            await self.settle(after_silence(place.standing, f"internal: {error!r}", None, self.now()))
        finally:
            if sound:
                self._wires.give_back(authority, wire)
            else:
                wire.close()
            if overtime is not None:
                overtime.cancel()
            self._places.end(place)
            if not self.closing:
                self._begin_ready()
                if self._places.room(quick=place.quick, tick=False) or not self._places.visits:
                    self._woken.set()

    def _into_overtime(self, place: Visit) -> None:
        if self._places.into_overtime(place):
            self._begin_ready()
            self._woken.set()

    def _on_written(self) -> None:
        if not (self._ledger.unwritten or self._places.visits):
            self._woken.set()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWED_EVERY_S)
            self._wires.sweep()
            await keep(self._db, self.owner, self._places, self.now)

    async def _wind_down(self, flush: asyncio.Task[None]) -> None:
        self.closing = True
        waiting = self._places.clear_bench()
        tasks = [place.task for place in self._places.visits.values() if place.task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_S)
            waiting += self._places.held()
            for task in late:
                task.cancel()
        self._wires.close()
        written = asyncio.create_task(self._ledger.written.wait())
        await asyncio.wait([written, flush], return_when=asyncio.FIRST_COMPLETED)
        written.cancel()
        if waiting:
            await self._db.write(leases.let_go, self.owner, waiting)
