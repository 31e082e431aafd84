"""What stands at our IRIs: documents of actors, objects and activities, tombstones, collections.

`find` answers with what may be read and by whom; the page above turns that into 200, 410 or 404.
An object is `Open` to everybody or `Closed`: only for a reader on whose host somebody follows the
group that it was said to. What is neither does not exist for whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy.orm import Session

from actors import events, groups, items, people, threads
from actors.database import utc_now
from actors.people import Actor, Keyring
from actors.views import Figures
from actors.wire import people as people_wire
from actors.wire.languages import language_first
from fediverse.context import with_context
from fediverse.documents import JSON
from fediverse.types import Collection, Ref, Tombstone
from fediverse.vocabulary import is_public, write
from outbox import log

PAGE = 20
"""Items of a collection's page."""


@dataclass(frozen=True, slots=True)
class Open:
    """A document for everybody. `by_reader`: who follows a language account gets that language first."""

    document: dict[str, JSON]
    by_reader: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """A document for whom it was addressed to."""

    document: dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Buried:
    """It was here; only its tombstone is left."""

    document: dict[str, JSON]


Found = Open | Closed | Buried


def find(session: Session, iri: str, keyring: Keyring, *, reader: Actor | None = None) -> Found | None:
    """What stands at `iri`, one of ours, for `reader`.

    Args:
        session: only read.
        iri: the whole address.
        keyring: for the proof of an activity.
        reader: the actor that signed the request; None for anybody.
    """
    if (grave := people.tombstone(session, iri)) is not None:
        stone = Tombstone(id=iri, former_type=grave.former_type, deleted=grave.deleted_at)
        return Buried(with_context(write(stone)))
    if "/activities/" in iri:
        return _activity(session, iri, keyring, reader)
    actor = people.find_actor(session, iri)
    if actor is not None:
        return Open(with_context(write(people_wire.to_wire(session, actor)))) if _stands(actor) else None
    item = items.find_object(session, iri)
    if item is None or not item.local or item.deleted_at is not None or not _is_out(item):
        return None
    thing = items.to_wire(session, item)
    author = session.get_one(Actor, item.author_id if isinstance(item, threads.Post) else item.group_id)
    speaks = author.type == "Group" and bool(groups.voices_of(session, author.id))
    if speaks and reader is not None and (language := groups.language_for(session, author.id, reader)) is not None:
        thing = language_first(thing, language)
    document = with_context(write(thing))
    if is_public(thing):
        return Open(document, by_reader=speaks)
    return Closed(document) if _is_entitled(session, author, reader) else None


def collection(
    session: Session, iri: str, keyring: Keyring, *, page: bool, before: int | None
) -> dict[str, JSON] | None:
    """The collection at `iri`, or a page of it; None where there is none of ours.

    `followers` and `members` tell their size only by consent and never who; `outbox` pages go back
    by log id (`?before=`).
    """
    owner_iri, _, name = iri.rpartition("/")
    if name == "thread":
        return _thread(session, iri, owner_iri)
    actor = people.find_actor(session, owner_iri)
    if actor is None or not _stands(actor):
        return None
    if name == "outbox":
        return _outbox(session, actor, iri, keyring, page=page, before=before)
    makers: dict[str, Callable[[Session, Actor, str], Collection]] = {
        "followers": _followers,
        "following": _following,
        "featured": lambda _session, _actor, at: _of(at, []),
        "moderators": lambda found, who, at: _of(at, [person.iri for person in groups.moderators(found, who)]),
        "members": _members,
        "events": _events,
    }
    return with_context(write(makers[name](session, actor, iri))) if name in makers else None


def figures(session: Session) -> tuple[Figures, people.Population]:
    """What NodeInfo tells: the instance's holdings, and its members in numbers."""
    return groups.figures(session), people.population(session, now=utc_now())


def instance_name(session: Session) -> str:
    """What the instance is called."""
    return people.instance_actor(session).name


def _stands(actor: Actor) -> bool:
    return actor.local and actor.deleted_at is None and actor.suspended_at is None


def _is_out(item: items.Item) -> bool:
    """Drafts are nobody's business but the author's; what is for members stays on the pages, behind sign-in."""
    if isinstance(item, threads.Post):
        return item.state == "shown"
    return item.status != "draft" and item.visibility != "members"


def _is_entitled(session: Session, author: Actor, reader: Actor | None) -> bool:
    return reader is not None and bool(groups.followers_on(session, author, reader.host))


def _activity(session: Session, iri: str, keyring: Keyring, reader: Actor | None) -> Found | None:
    row = log.activity(session, iri)
    if row is None:
        return None
    if row.forgotten:
        return Buried(with_context(write(Tombstone(id=iri, former_type=row.type))))
    actor = session.get_one(Actor, row.actor_id)
    if not _stands(actor):
        return None
    document: dict[str, JSON] = orjson.loads(log.signed_body(row, keyring.load(session, actor.id)))
    if row.public:
        return Open(document)
    if row.audience == "followers" and _is_entitled(session, actor, reader):
        return Closed(document)
    return None


def _outbox(
    session: Session, actor: Actor, iri: str, keyring: Keyring, *, page: bool, before: int | None
) -> dict[str, JSON]:
    if not page:
        head = Collection(id=iri, total_items=log.outbox_count(session, actor), first=f"{iri}?page=1")
        return with_context(write(head))
    rows = log.outbox_page(session, actor, before, PAGE)
    keys = keyring.load(session, actor.id)
    older = f"{iri}?before={rows[-1].id}" if len(rows) == PAGE else None
    here = f"{iri}?before={before}" if before is not None else f"{iri}?page=1"
    document = with_context(write(Collection(type="OrderedCollectionPage", id=here, part_of=iri, next=older, items=())))
    document["orderedItems"] = [orjson.loads(log.signed_body(row, keys)) for row in rows]
    return document


def _of(iri: str, things: list[str]) -> Collection:
    refs: tuple[Ref, ...] = tuple(things)
    return Collection(id=iri, total_items=len(refs), items=refs)


def _followers(session: Session, actor: Actor, iri: str) -> Collection:
    shown = groups.followers_shown(session, actor)
    return Collection(
        id=iri,
        total_items=groups.followers_count(session, actor) if shown else None,
        first=f"{iri}?page=1" if shown else None,
    )


def _following(session: Session, actor: Actor, iri: str) -> Collection:
    return _of(iri, [each.iri for each in groups.following(session, actor)])


def _members(session: Session, actor: Actor, iri: str) -> Collection:
    return Collection(id=iri, total_items=groups.members_count(session, actor))


def _events(session: Session, actor: Actor, iri: str) -> Collection:
    now: datetime = utc_now()
    return _of(iri, [each.iri for each in events.coming_items(session, actor.id, 100, now=now)])


def _thread(session: Session, iri: str, root_iri: str) -> dict[str, JSON] | None:
    root = items.find_object(session, root_iri)
    if root is None or not root.local or root.deleted_at is not None or not _is_out(root):
        return None
    author = session.get_one(Actor, root.author_id if isinstance(root, threads.Post) else root.group_id)
    if root.visibility != "public" if not isinstance(root, threads.Post) else not root.public:
        return None
    posts = [root_iri, *threads.reply_iris(session, root_iri, limit=500)]
    refs: tuple[Ref, ...] = tuple(posts)
    return with_context(write(Collection(id=iri, total_items=len(refs), items=refs, attributed_to=(author.iri,))))
