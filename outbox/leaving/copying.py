"""A copy of everything about a member: Activity Streams where there is a word for it, plain rows elsewhere.

Nobody else's data is in it beyond what the member was told: rows that are the member's own, and things they wrote.

Source: GDPR art. 15 and 20; security contract §4 E1.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from actors import pictures
from actors.bonds.tables import Follow, Membership
from actors.events import Event
from actors.groups import groups_of_member
from actors.moderation.tables import Act
from actors.offers import Offer
from actors.people import Actor, Member, profile
from actors.pictures import Picture
from actors.threads import Post
from actors.wire import events as wire_events
from actors.wire import offers as wire_offers
from actors.wire import people as wire_people
from actors.wire import threads as wire_threads
from fediverse.context import with_context
from fediverse.types import Object
from fediverse.vocabulary import write
from outbox.leaving.belongings import FLEETING, SECRET, SHARED, TOLD_OTHERS, events_of, offers_of, pointers, posts_of
from outbox.log import OutgoingActivity

AS = "https://www.w3.org/ns/activitystreams"


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes into the file.

    Attributes:
        name: the member's.
        language: the reader's.
        documents: name of the file -> bytes.
        counts: what a reader is told of each, in its order: (a word, how many).
        pictures: names of files in the picture folder.
    """

    name: str
    language: str
    documents: dict[str, bytes]
    counts: tuple[tuple[str, int], ...]
    pictures: tuple[str, ...]


def copy_of(session: Session, member_id: int) -> Copy:
    """Everything about the member."""
    member = session.get_one(Member, member_id)
    actor = profile.actor_of(session, member)
    posts = [write(wire_threads.to_wire(session, row)) for row in _all(session, Post, posts_of(member))]
    wanted = _all(session, Offer, offers_of(member))
    offers = {
        purpose: [write(wire_offers.to_wire(session, row)) for row in wanted if row.purpose == purpose]
        for purpose in ("offer", "request")
    }
    meetings = [write(wire_events.to_wire(session, row)) for row in _all(session, Event, events_of(member))]
    said = _said(session, actor)
    following, followers = _follows(session, actor)
    groups = [group.iri for group in groups_of_member(session, member_id)]
    decisions = _decisions(session, member, actor)
    rows = dict(_rows(session, member_id, actor))
    drawn = session.scalars(select(Picture).where(Picture.owner_kind == "member", Picture.owner_id == member_id))
    files = tuple(name for picture in drawn for name in pictures.files_of(picture))
    person: Object | dict[str, Any] = wire_people.to_wire(session, actor) if actor is not None else _person(member)
    documents = {
        "actor.json": _document(person),
        "profile.json": _json(_row(member)),
        "outbox.json": _collection(said),
        "posts.json": _collection(posts),
        "offers.json": _collection(offers["offer"]),
        "needs.json": _collection(offers["request"]),
        "events.json": _collection(meetings),
        "groups.json": _collection(groups),
        "following.json": _collection(following),
        "followers.json": _collection(followers),
        "moderation.json": _json(decisions),
        **{f"records/{table}.json": _json(found) for table, found in sorted(rows.items())},
    }
    counts = (
        ("posts", len(posts)),
        ("offers", len(offers["offer"])),
        ("needs", len(offers["request"])),
        ("events", len(meetings)),
        ("groups", len(groups)),
        ("following", len(following)),
        ("notifications", len(rows.get("notification", ()))),
        ("sessions", len(rows.get("sign_in_session", ()))),
        ("consents", len(rows.get("consent", ()))),
        ("decisions", len(decisions)),
    )
    return Copy(member.name, member.language, documents, counts, files)


def _all(session: Session, kind: Any, condition: Any) -> list[Any]:
    return list(session.scalars(select(kind).where(condition).order_by(kind.id)))


def _said(session: Session, actor: Actor | None) -> list[Any]:
    if actor is None:
        return []
    rows = select(OutgoingActivity.body).where(OutgoingActivity.actor_id == actor.id, OutgoingActivity.body != b"")
    return [orjson.loads(body) for body in session.scalars(rows.order_by(OutgoingActivity.id))]


def _follows(session: Session, actor: Actor | None) -> tuple[list[str], list[str]]:
    if actor is None:
        return [], []
    accepted = Follow.state == "accepted"
    following = select(Actor.iri).join(Follow, Follow.followed_id == Actor.id)
    followers = select(Actor.iri).join(Follow, Follow.follower_id == Actor.id)
    return (
        list(session.scalars(following.where(Follow.follower_id == actor.id, accepted))),
        list(session.scalars(followers.where(Follow.followed_id == actor.id, accepted))),
    )


def _decisions(session: Session, member: Member, actor: Actor | None) -> list[dict[str, Any]]:
    """Acts of moderation about the member; who decided is not said."""
    objects = [f"member:{member.id}", str(member.id)] + ([actor.iri] if actor is not None else [])
    acts = session.scalars(select(Act).where(Act.object.in_(objects)).order_by(Act.id))
    return [{"verb": act.verb, "reason": act.reason, "at": act.created_at} for act in acts]


def _rows(session: Session, member_id: int, actor: Actor | None) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    columns: dict[Any, list[Any]] = {}
    for table, column in pointers():
        if (table.name, column.name) not in TOLD_OTHERS:
            columns.setdefault(table, []).append(column)
    for table, pointing in columns.items():
        if table.name in SHARED | FLEETING:
            continue
        mine = or_(*(column == member_id for column in pointing))
        if table.name == Membership.__tablename__ and actor is not None:
            mine = or_(mine, Membership.actor_id == actor.id)
        rows = session.execute(select(table).where(mine)).mappings().all()
        yield table.name, [{name: value for name, value in row.items() if _is_told(name, table.name)} for row in rows]


def _row(member: Member) -> dict[str, Any]:
    named = {column.name: getattr(member, column.key) for column in Member.__table__.columns}
    return {name: value for name, value in named.items() if _is_told(name)}


def _is_told(column: str, table: str = "member") -> bool:
    return (table, column) != ("mail", "facts") and not any(word in column for word in SECRET)


def _person(member: Member) -> dict[str, Any]:
    return {
        "@context": AS,
        "type": "Person",
        "name": member.name,
        "summary": member.about,
        "url": [link["url"] for link in member.links],
    }


def _document(person: Object | dict[str, Any]) -> bytes:
    return _json(person if isinstance(person, dict) else with_context(write(person)))


def _collection(items: list[Any]) -> bytes:
    return _json({"@context": AS, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": items})


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
