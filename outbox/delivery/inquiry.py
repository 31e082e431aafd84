"""When an inbox is not there any more: look whether its actors are, and let go of those that are gone.

What is to be looked at is kept in memory only; losing it is no harm, since the next delivery there asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain
from actors.groups import Follow, remove_follower
from actors.people import Actor, mark_deleted, remember
from actors.refusals import Refused
from fediverse import types
from fediverse.errors import Declined, FediverseError, Gone
from fediverse.fetch import Fetcher
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import read

log = structlog.get_logger()

ACTORS_AT_ONCE = 5
"""How many actors of one shared inbox are asked after."""
ASKED_AGAIN_AFTER = timedelta(hours=1)
_MOST_WAITING = 1_000


class Inquiry:
    """Asks after the actors behind inboxes that answered 404 or 410, one after the other."""

    def __init__(self, db: Database, fetcher: Fetcher, limits: Limits, now: Callable[[], datetime]) -> None:
        self._db = db
        self._fetcher = fetcher
        self._limits = limits
        self._now = now
        self._waiting: dict[int, None] = {}
        self._asked: dict[int, datetime] = {}
        self._woken = asyncio.Event()

    def ask_after(self, inbox_id: int) -> None:
        """Look into this inbox when there is time, at most once an hour."""
        asked = self._asked.get(inbox_id)
        if asked is not None and self._now() - asked < ASKED_AGAIN_AFTER:
            return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting[inbox_id] = None
            self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                inbox_id = next(iter(self._waiting))
                del self._waiting[inbox_id]
                if len(self._asked) > _MOST_WAITING:
                    self._asked.clear()
                self._asked[inbox_id] = self._now()
                try:
                    await self.look(inbox_id)
                except (DBAPIError, Uncertain) as error:
                    log.warning("an inquiry fell", error=str(error)[:200])

    async def look(self, inbox_id: int) -> None:
        """Fetch the actors of this inbox again: remember them as they are now, or let them go."""
        for iri in await self._db.read(_actors_at, inbox_id):
            try:
                fetched = await self._fetcher.document(iri)
                document = read(readable(fetched.json), self._limits)
            except Gone:
                await self._db.write(_gone, iri, self._now())
            except Declined as error:
                if error.status == 404:
                    await self._db.write(_let_go, iri)
            except FediverseError:
                continue
            else:
                if isinstance(document, types.Actor):
                    await self._db.write(_remember, document, self._now())


def _actors_at(session: Session, inbox_id: int) -> list[str]:
    """The actors heard at an inbox whose documents are oldest."""
    query = (
        select(Actor.iri)
        .where(
            or_(Actor.inbox_id == inbox_id, Actor.delivery_inbox_id == inbox_id),
            Actor.local.is_(False),
            Actor.deleted_at.is_(None),
        )
        .order_by(Actor.fetched_at)
        .limit(ACTORS_AT_ONCE)
    )
    return list(session.scalars(query))


def _gone(session: Session, iri: str, now: datetime) -> None:
    actor = session.scalar(select(Actor).where(Actor.iri == iri))
    if actor is not None and actor.deleted_at is None:
        mark_deleted(session, actor, now=now)


def _let_go(session: Session, iri: str) -> None:
    pairs = session.execute(
        select(Follow.follower_id, Follow.followed_id)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Actor.iri == iri)
    ).all()
    for follower_id, followed_id in pairs:
        remove_follower(session, follower_id, followed_id)


def _remember(session: Session, document: types.Actor, now: datetime) -> None:
    try:
        remember(session, document, now=now)
    except Refused as refusal:
        log.info("an actor that was asked after is refused", iri=document.id, code=refusal.code)
