"""A post office for tests: real rows, a clock one sets, and other servers that answer as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
import pytest
from sqlalchemy.orm import Session

from actors import groups, people
from actors.database import Database
from actors.people import Actor
from fediverse.documents import JSON
from fediverse.errors import Unreachable
from fediverse.fetch import Fetched, Response
from fediverse.hosts import authority_of, parse_iri
from fediverse.types import PUBLIC, Activity, Note
from outbox.addressing import about, everybody, retract
from outbox.delivery import Courier
from outbox.delivery.distribute import distribute
from outbox.log import OutgoingActivity, append
from tests.world import NOW, World, make_world, stranger


class Clock:
    """A time that only a test moves."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Received:
    """One request that a server got."""

    inbox: str
    document: dict[str, JSON]
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def style(self) -> str:
        return "rfc9421" if "signature-input" in {name.lower() for name in self.headers} else "cavage"


Answer = Callable[[Received], int | tuple[int, dict[str, str]] | Exception]


@dataclass
class Others:
    """All other servers: what each got, and how each answers (202 unless told otherwise)."""

    got: dict[str, list[Received]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    documents: dict[str, Exception] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    never: asyncio.Event = field(default_factory=asyncio.Event)

    def lane(self, authority: str) -> _Wire:
        return _Wire(self, authority)

    async def document(self, iri: str) -> Fetched:
        raise self.documents.get(iri, Unreachable("no-connection"))

    def silence(self, authority: str) -> None:
        self.answers[authority] = lambda _: Unreachable("timeout")

    def heal(self, authority: str) -> None:
        del self.answers[authority]

    def ids(self, authority: str) -> list[str]:
        return [each.id for each in self.got.get(authority, [])]

    def bytes(self) -> bytes:
        return b"\n".join(each.body for received in self.got.values() for each in received)


class _Wire:
    def __init__(self, others: Others, authority: str) -> None:
        self.others = others
        self.authority = authority

    async def post(
        self, inbox_iri: str, body: bytes, headers: Mapping[str, str], *, may_speak: Callable[[], bool]
    ) -> Response:
        if not may_speak():
            raise Unreachable("silenced", iri=inbox_iri)
        assert authority_of(inbox_iri) == self.authority
        received = Received(inbox_iri, orjson.loads(body), headers, body)
        self.others.got.setdefault(self.authority, []).append(received)
        if self.authority in self.others.deaf:
            await self.others.never.wait()
        answer = self.others.answers.get(self.authority, lambda _: 202)(received)
        if isinstance(answer, Exception):
            raise answer
        status, given = answer if isinstance(answer, tuple) else (answer, {})
        return Response(parse_iri(inbox_iri), status, given, b"")

    def close(self) -> None:
        pass


@dataclass
class Office:
    """Our instance as delivery sees it."""

    db: Database
    world: World
    clock: Clock
    others: Others

    def courier(self, **options: object) -> Courier:
        return Courier(
            self.db,
            self.others,  # type: ignore[arg-type]
            self.world.keyring,
            now=self.clock,
            signers=self.pool,
            **options,  # type: ignore[arg-type]
        )

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))

    def deliver(self) -> None:
        """Send everything that is due now."""
        asyncio.run(self.courier().drain(20))

    def distribute(self) -> None:
        while self.db.write_now(distribute, self.clock()):
            pass

    def follow(self, name: str, host: str, *, shared_inbox: bool = True, group: str = "interior") -> Actor:
        """`name@host` follows a group of ours."""
        return self.db.write_now(_follow, self, name, host, shared_inbox, group)

    def unfollow(self, name: str, host: str, group: str = "interior") -> None:
        iri = f"https://{host}/users/{name}"

        def work(session: Session) -> None:
            follower, followed = people.find_actor(session, iri), people.local_actor(session, group)
            assert follower is not None
            assert followed is not None
            groups.remove_follower(session, follower.id, followed.id)

        self.db.write_now(work)

    def publish(self, *texts: str, group: str = "interior", public: bool = True) -> list[str]:
        """The group says these things, one transaction each; their activity ids."""
        return [self.db.write_now(say, text, self.clock(), group=group, public=public) for text in texts]

    def log(self) -> list[OutgoingActivity]:
        return self.db.read_now(lambda session: list(session.query(OutgoingActivity).order_by(OutgoingActivity.id)))


def say(session: Session, text: str, now: datetime, *, group: str = "interior", public: bool = True) -> str:
    actor = people.local_actor(session, group)
    assert actor is not None
    recipients = everybody(actor)
    to = (PUBLIC,) if public else (actor.followers_iri or "",)
    cc = recipients.cc if public else ()
    note = Note(
        id=f"{actor.iri}/notes/{text}",
        attributed_to=(actor.iri,),
        content=f"<p>{text}</p>",
        to=to,
        cc=cc,
        published=now,
    )
    activity = Activity(type="Create", object=note, to=to, cc=cc)
    return append(session, actor, activity, audience="followers", object_iri=note.id, now=now).iri


def delete_note(session: Session, text: str, now: datetime) -> str:
    actor = people.local_actor(session, "interior")
    assert actor is not None
    return retract(session, actor, f"{actor.iri}/notes/{text}", "Note", now=now).iri


def update_note(session: Session, text: str, words: str, now: datetime) -> str:
    actor = people.local_actor(session, "interior")
    assert actor is not None
    note = Note(id=f"{actor.iri}/notes/{text}", attributed_to=(actor.iri,), content=words, updated=now)
    return append(
        session, actor, about("Update", note, everybody(actor)), audience="followers", object_iri=note.id, now=now
    ).iri


def _follow(session: Session, office: Office, name: str, host: str, shared_inbox: bool, group: str) -> Actor:
    document = stranger(name, host, shared_inbox=shared_inbox).document
    actor = people.remember(session, document, now=office.clock())
    followed = people.local_actor(session, group)
    assert followed is not None
    follow = groups.add_follower(session, actor, followed, f"{actor.iri}#follow-{group}", now=office.clock())
    if follow.state == "requested":
        groups.accept_follower(session, follow, now=office.clock())
    return actor


@pytest.fixture
def office(db: Database) -> Iterator[Office]:
    place = Office(db, db.write_now(make_world), Clock(), Others())
    yield place
    place.pool.shutdown()
