"""Keeping the lanes that are being served, and falling silent in time when that does not work.

A lease says who may speak to a host. It is counted by our own clock from before it was asked for, so that a worker that
stood still, or that could not reach the database, knows that another may have the lane by now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from actors.database import Database, Uncertain
from outbox.delivery import leases
from outbox.delivery.places import Places, Visit

log = structlog.get_logger()

LEASE_S = leases.LEASE.total_seconds()
RENEWED_EVERY_S = LEASE_S / 4


async def inherit(db: Database) -> None:
    """On SQLite, free the lanes of the worker before this one, as soon as the database lets us."""
    while db.is_sqlite:
        try:
            await db.write(leases.free_all)
        except (DBAPIError, Uncertain) as error:
            log.warning("the database is away", error=str(error)[:200])
            await asyncio.sleep(RENEWED_EVERY_S)
        else:
            return


async def keep(db: Database, owner: str, places: Places, now: Callable[[], datetime]) -> None:
    """Renew, once, the leases of all visits; end those that may lose theirs before this is done again."""
    loop = asyncio.get_running_loop()
    visits, asked_at = places.all(), loop.time()
    if not visits:
        return
    kept: set[str] = set()
    try:
        async with asyncio.timeout(RENEWED_EVERY_S):
            kept = await db.write(leases.renew, owner, [visit.lane.authority for visit in visits], now())
    except (DBAPIError, Uncertain, TimeoutError):
        if db.is_sqlite:
            return  # There is no other worker that could take them.
    for visit in visits:
        if visit.lane.authority in kept:
            visit.sure_until = asked_at + LEASE_S
        elif visit.task is not None and loop.time() + RENEWED_EVERY_S >= visit.sure_until:
            visit.task.cancel()


def surely_holds(db: Database, visit: Visit) -> bool:
    """Whether nobody else can have the lane of this visit."""
    return db.is_sqlite or asyncio.get_running_loop().time() < visit.sure_until
