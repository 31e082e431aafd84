"""The loops that run beside the pages, or alone in `knooppunt work`.

Each loop finds its work in rows, so it may die at any moment; here it is only started again.
On SQLite one process works at a time: it holds a lock on a file beside the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog

from actors import matches
from actors.database import utc_now
from actors.groups import forget_answers
from actors.people import notices as notifications
from actors.people import registration
from inbox import log as incoming
from outbox import alerts, answers, delivery, groups, mail, notices
from outbox import matches as matching
from web import farewells, pictures
from web.house import House

log = structlog.get_logger()

RESTART_PAUSE_S = (1.0, 2.0, 5.0, 15.0, 30.0)
HOURLY = timedelta(hours=1)
MINUTELY = timedelta(minutes=1)
EXPIRED_TOGETHER = 100
MATCHES_PAUSE_S = 15.0


class WorkerLock:
    """On SQLite, the right to work: a lock on `<database>.worker`, free again when the process ends."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None

    @classmethod
    def beside(cls, house: House) -> WorkerLock:
        url = house.db.url
        return cls(Path(url.removeprefix("sqlite:///") + ".worker") if house.db.is_sqlite else None)

    def take(self) -> bool:
        """Whether the lock is ours now; always on PostgreSQL, where leases suffice."""
        if self._path is None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


async def keep_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop for ever; when it falls, say so and start it again after a pause that grows."""
    falls = 0
    while True:
        started = utc_now()
        try:
            await run()
            return
        except asyncio.CancelledError:
            raise
        except Exception:
            if utc_now() - started > timedelta(minutes=5):
                falls = 0
            pause = RESTART_PAUSE_S[min(falls, len(RESTART_PAUSE_S) - 1)]
            falls += 1
            log.exception("worker fell", worker=name, again_in_s=pause)
            await asyncio.sleep(pause)


async def hourly_round(house: House) -> None:
    """What is due by the hour: offers and needs that ran out are closed, digests made, logs pruned to their retention.

    Each write is bounded, and repeated while there is more.
    """
    while True:
        for run_out in (answers.remind_due, answers.expire_due):
            while await house.db.write(run_out, utc_now(), EXPIRED_TOGETHER) == EXPIRED_TOGETHER:
                house.wake()
        while await house.db.write(groups.end_due, utc_now()):
            house.wake()
        while await house.db.write(matches.sweep, utc_now()) == matches.SWEPT_TOGETHER:
            pass
        while await house.db.write(matching.pursue_due, utc_now()) == matching.PURSUED_TOGETHER:
            house.wake()
        await make_digests(house)
        await house.db.write(delivery.prune, utc_now())
        await house.db.write(registration.prune, utc_now())
        await house.db.write(forget_answers, utc_now())
        while await house.db.write(mail.prune, utc_now()) == mail.PRUNED_TOGETHER:
            pass
        while await house.db.write(notifications.prune, utc_now()) == notifications.PRUNED_TOGETHER:
            pass
        while await house.db.write(incoming.prune, utc_now()) == incoming.PRUNED_TOGETHER:
            pass
        await pictures.tidy(house)
        house.wake()
        await asyncio.sleep(HOURLY.total_seconds())


async def make_digests(house: House) -> None:
    """Put the digests that are due into the log of mails."""
    after: int | None = 0
    while after is not None:
        after = await house.db.write(notices.compose_due, utc_now(), house.settings.timezone, after)


async def alert_round(house: House) -> None:
    """Tell what is new in saved searches, every minute."""
    while True:
        await tell_alerts(house)
        await asyncio.sleep(MINUTELY.total_seconds())


async def tell_alerts(house: House) -> None:
    """Look at every alert that is due."""
    after: int | None = 0
    while after is not None:
        after = await house.db.write(alerts.tell_due, utc_now(), after)
    house.wake()


async def tell_of_matches(house: House) -> None:
    """Tell people what fits, soon after it was found, but for quiet hours."""
    while True:
        after: int | None = 0
        while after is not None:
            after = await house.db.write(matching.tell_due, utc_now(), house.settings.timezone, after)
        await asyncio.sleep(MATCHES_PAUSE_S)


@contextlib.asynccontextmanager
async def working(house: House) -> AsyncIterator[bool]:
    """Run the workers for as long as the block lasts; yields whether this process got to work."""
    lock = WorkerLock.beside(house)
    if not lock.take():
        log.warning("another process works on this database already; this one only serves")
        yield False
        return
    loops: dict[str, Callable[[], Awaitable[None]]] = {
        "courier": house.courier.run,
        "dispatcher": house.dispatcher.run,
        "backfill": house.backfill.run,
        "mail": house.mail.run,
        "hourly": lambda: hourly_round(house),
        "alerts": lambda: alert_round(house),
        "matches": lambda: tell_of_matches(house),
        "farewells": lambda: farewells.run(house),
    }
    tasks = [asyncio.create_task(keep_running(name, run), name=name) for name, run in loops.items()]
    try:
        yield True
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.gather(*tasks, return_exceptions=True)
        lock.release()
