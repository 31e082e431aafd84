"""Reading what a followed actor published before we followed it: its outbox, once, and bounded.

What is due is a row: an accepted follow of ours without `backfilled_at`. So a process may die while it
reads; the next one begins again, and what was recorded already is recorded no second time. What the outbox
says is its origin's word about its own things; what it announces of others is asked for at their origins.

Source: row S12 of the security contract; interop.md §5 (outboxes hold Creates with embedded objects).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors import groups
from actors.database import Database, Uncertain, utc_now
from actors.groups import Follow
from actors.people import Actor, find_actor, remember
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError
from fediverse.fetch import Budget, Fetcher, items
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import id_of, is_public, read
from inbox import relation
from inbox.authority import Told, author_iri, same_origin
from inbox.dispatch.kinds import kind_of_object
from inbox.dispatch.table import DOORS
from inbox.heard import Heard, Later

log = structlog.get_logger()

MOST_ITEMS = 40
POLL_S = 30.0
TOGETHER = 10
RETRY = timedelta(minutes=10)
GIVEN_UP = timedelta(days=3)
"""After so long without success, a follow counts as back-filled: what is new arrives by itself."""


@dataclass(frozen=True, slots=True)
class _Due:
    follow_id: int
    actor_iri: str
    outbox_iri: str | None
    accepted_at: datetime | None


class Backfill:
    """Looks for accepted follows of ours whose outbox was not read yet, and reads it.

    Args:
        db: where it is kept.
        fetcher: reads the outboxes.
        origin: ours.
        limits: of documents and collections.
        most: how many items of an outbox are read at most.
        now: the clock.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        origin: str,
        limits: Limits,
        most: int = MOST_ITEMS,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._origin = origin
        self._limits = limits
        self._most = most
        self._now = now
        self._again: dict[int, datetime] = {}
        self._awake = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; while the database is away, look again later."""
        while True:
            self._awake.clear()
            try:
                await self.settle()
            except (DBAPIError, Uncertain) as error:
                log.warning("the database is away", error=str(error)[:200])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._awake.wait()

    def wake(self) -> None:
        """There may be something to do now."""
        self._awake.set()

    async def settle(self) -> int:
        """Read every outbox that is due now; returns how many were read."""
        done = 0
        while due := await self._db.read(_due, TOGETHER, tuple(self._resting())):
            done += sum(await asyncio.gather(*(self._serve(each) for each in due)))
        return done

    def _resting(self) -> list[int]:
        now = self._now()
        self._again = {follow_id: at for follow_id, at in self._again.items() if at > now}
        return list(self._again)

    async def _serve(self, due: _Due) -> bool:
        now = self._now()
        try:
            if due.outbox_iri is not None:
                await self._read_outbox(due.actor_iri, due.outbox_iri)
        except FediverseError as error:
            since = due.accepted_at or now
            if error.waiting_helps and now - since < GIVEN_UP:
                self._again[due.follow_id] = now + RETRY
                return False
            log.info("outbox not read", actor=due.actor_iri, code=error.code)
        await self._db.write(_done, due.follow_id, now)
        return True

    async def _read_outbox(self, actor_iri: str, outbox_iri: str) -> None:
        budget = self._fetcher.budget()
        entries = await items(self._fetcher, outbox_iri, most=self._most)
        found: list[_Thing] = []
        # The newest come first; recorded oldest first, so that they stand in the order in which they were said.
        for entry in reversed(entries):
            thing = await self._thing(entry, actor_iri, budget)
            if thing is not None:
                found.append(thing)
        for at in range(0, len(found), TOGETHER):
            await self._db.write(self._record, actor_iri, found[at : at + TOGETHER])

    async def _thing(self, entry: str | dict[str, JSON], actor_iri: str, budget: Budget) -> _Thing | None:
        """What an entry of the outbox shows, as the origin of that thing says it; None when it shows nothing to us."""
        try:
            if isinstance(entry, str):
                if not same_origin(entry, actor_iri):
                    return None
                activity = await self._fetch(entry, budget)
            else:
                activity = read(readable(entry), self._limits)
            if not isinstance(activity, wire.Activity) or activity.actor != actor_iri or len(activity.objects) != 1:
                return None
            return await self._shown(activity, actor_iri, budget)
        except FediverseError:
            return None

    async def _shown(self, activity: wire.Activity, actor_iri: str, budget: Budget) -> _Thing | None:
        thing = activity.objects[0]
        if activity.type == "Announce" and isinstance(thing, wire.Activity):
            thing = thing.objects[0] if len(thing.objects) == 1 else ""
        elif activity.type not in ("Create", "Announce"):
            return None
        iri = id_of(thing)
        if not iri or iri.startswith(self._origin + "/"):
            return None
        if isinstance(thing, wire.Object) and author_iri(thing) == actor_iri and same_origin(iri, actor_iri):
            return _Thing(thing, iri, actor_iri)
        fetched = await self._fetch(iri, budget)
        author = author_iri(fetched)
        if fetched.id != iri or author is None or not same_origin(author, iri):
            return None
        if await self._db.read(_is_unknown, author):
            await self._meet(author, budget)
        return _Thing(fetched, iri, author)

    async def _fetch(self, iri: str, budget: Budget) -> wire.Object:
        return read(readable((await self._fetcher.document(iri, budget=budget)).json), self._limits)

    async def _meet(self, iri: str, budget: Budget) -> None:
        actor = await self._fetch(iri, budget)
        if isinstance(actor, wire.Actor) and actor.id == iri:
            with contextlib.suppress(Refused):
                await self._db.write(_remember, actor, self._now())

    def _record(self, session: Session, actor_iri: str, things: Sequence[_Thing]) -> None:
        sender = find_actor(session, actor_iri)
        if sender is None or sender.deleted_at is not None or sender.suspended_at is not None:
            return
        heard = Heard(
            activity=wire.Activity(type="Create", actor=actor_iri),
            document={},
            sender=sender,
            trust="signed",
            origin=self._origin,
            limits=self._limits,
            now=self._now(),
        )
        for thing in things:
            with contextlib.suppress(Refused, FediverseError, Later), session.begin_nested():
                _take_in(session, heard, thing)


@dataclass(frozen=True, slots=True)
class _Thing:
    object: wire.Object
    iri: str
    author_iri: str


def _take_in(session: Session, heard: Heard, thing: _Thing) -> None:
    if not is_public(thing.object) or isinstance(thing.object, wire.Actor | wire.Activity | wire.Collection):
        return
    author = relation.readable_author(session, heard, thing.object)
    if author is not None:
        taker = DOORS.takers.get(kind_of_object(thing.object), DOORS.takers["*"])
        taker(session, heard, Told(thing.object, thing.iri, author))


def _due(session: Session, most: int, resting: Sequence[int]) -> list[_Due]:
    # By way of our own actors, who are few: the follows of a big group by others are not looked at.
    ours = select(Actor.id).where(Actor.local.is_(True))
    query = (
        select(Follow.id, Actor.iri, Actor.outbox_iri, Follow.accepted_at)
        .join(Actor, Actor.id == Follow.followed_id)
        .where(
            Follow.follower_id.in_(ours),
            Follow.state == groups.ACCEPTED,
            Follow.backfilled_at.is_(None),
            Actor.local.is_(False),
            Actor.deleted_at.is_(None),
            Follow.id.not_in(resting),
        )
        .order_by(Follow.id)
        .limit(most)
    )
    return [_Due(*row) for row in session.execute(query)]


def _done(session: Session, follow_id: int, now: datetime) -> None:
    groups.mark_backfilled(session, follow_id, now=now)


def _remember(session: Session, actor: wire.Actor, now: datetime) -> None:
    remember(session, actor, now=now)


def _is_unknown(session: Session, iri: str) -> bool:
    return relation.is_unknown(session, iri)
