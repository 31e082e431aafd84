"""Actors of other servers: remembered from their own documents, suspended, buried.

`remember` is the one way in. It is run for every new sender and follower, so the way of a new actor is laid in
plain statements: about five, a quarter of a millisecond together on SQLite.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from actors import bonds
from actors.database import is_postgresql
from actors.moderation.policy import BLOCKED, above, deciding, named, policy_for, strictest
from actors.moderation.tables import Host
from actors.people.keys import KnownKey, find_key
from actors.people.profiles import ListedKey, columns_of, keys_of, own, places_of
from actors.people.tables import Actor, Inbox, RemoteKey, Tombstone
from actors.refusals import Refused
from actors.statements import Prepared, adopt, new_row, sole_table
from fediverse.hosts import Iri, parse_iri
from fediverse.types import Actor as ActorDocument

_ACTORS: Table = sole_table(Actor)
_INBOXES: Table = sole_table(Inbox)
_KEYS: Table = sole_table(RemoteKey)


@cache
def _look(names: int) -> Prepared:
    """Everything that has to be known before an actor is taken in, in one statement: rows of five kinds.

    ours: an actor of ours with this IRI, or the instance. known: the remote actor. host: a policy about its host or
    one above it, `names` of them in all. stone: its tombstone. inbox: one of its two inboxes that is there already.
    """
    actor, iri = _ACTORS.c, bindparam("iri", type_=Text)
    nothing, nobody = cast(null(), Text), cast(null(), BigInteger)
    hosts, stones = sole_table(Host).c, sole_table(Tombstone).c
    ours = and_(actor.local, or_(actor.iri == iri, actor.kind == "instance"))
    known = and_(actor.iri == iri, not_(actor.local))
    gone = case((actor.deleted_at.is_not(None), literal_column("'gone'")), else_=nothing)
    inboxes = [bindparam("inbox", type_=Text), bindparam("delivery_inbox", type_=Text)]
    return Prepared(
        union_all(
            select(
                literal_column("'ours'").label("what"),
                actor.id,
                actor.iri,
                actor.authority.label("word"),
                nobody.label("other_id"),
            ).where(ours),
            select(literal_column("'known'"), actor.id, actor.iri, gone, actor.delivery_inbox_id).where(known),
            select(literal_column("'host'"), nobody, hosts.name, hosts.policy, nobody).where(above(hosts.name, names)),
            select(literal_column("'stone'"), nobody, stones.iri, nothing, nobody).where(stones.iri == iri),
            select(literal_column("'inbox'"), _INBOXES.c.id, _INBOXES.c.iri, nothing, nobody).where(
                _INBOXES.c.iri.in_(inboxes)
            ),
        )
    )


# Built once: building a statement costs more than running it.
_INBOX_ID = Prepared(select(_INBOXES.c.id).where(_INBOXES.c.iri == bindparam("iri")))
_NEW_INBOX = new_row(_INBOXES)
_NEW_ACTOR = new_row(_ACTORS)
_DEAD_KEYS = delete(_KEYS).where(_KEYS.c.actor_id == bindparam("owner_id"))
# A key IRI that another actor of that server listed first stays that actor's.
_KEY_COLUMNS = ("iri", "actor_id", "public", "fetched_at")
_NEW_KEY_SQLITE = Prepared(insert_sqlite(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.id), _KEY_COLUMNS)
_NEW_KEY_POSTGRESQL = Prepared(insert_postgresql(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.id), _KEY_COLUMNS)


class _Taken(NamedTuple):
    """An actor that was taken in."""

    id: int
    new: dict[str, Any] | None
    """Its columns; None if we knew it before."""
    keys: dict[str, ListedKey]
    """Those of its keys that were kept."""


class _Standing(NamedTuple):
    """What the database knows about an IRI that wants to be remembered."""

    id: int | None
    delivery_inbox_id: int | None
    inboxes: dict[str, int]
    """IRI -> row id."""


def remember(session: Session, document: ActorDocument, *, now: datetime, raw: dict[str, Any] | None = None) -> Actor:
    """Insert or update a remote actor from its own document, with its keys and inboxes.

    New keys replace the old ones, which are dead at once (K8). A collection on another origin than the actor's
    is left out; what is not a key we could use is left out too.

    Args:
        session: of the caller's transaction.
        document: fetched from its own id, which the caller has seen to (K2, O1).
        now: the time of the fetch.
        raw: the document as received, kept; without it, it is written anew from `document`.

    Raises:
        Refused: "actor-malformed" (`why`: id, type, inbox, origin), "ours" (an IRI of this instance, O6),
            "host-blocked" (O13), "gone" (deleted, must not come back),
            "key-not-theirs" (of another owner or origin, K2).
    """
    taken = _take_in(session, document, now, raw)
    if taken.new is not None:
        return adopt(session, Actor, taken.new)
    return session.get_one(Actor, taken.id)


def remember_key(
    session: Session, document: ActorDocument, key_iri: str, *, now: datetime, raw: dict[str, Any] | None = None
) -> KnownKey | None:
    """`remember`, and what `find_key` would find then: the key `key_iri`, whoever lists it; None if nobody does.

    Raises:
        Refused: as `remember`.
    """
    taken = _take_in(session, document, now, raw)
    listed = taken.keys.get(key_iri)
    if taken.new is None or listed is None:
        return find_key(session, key_iri)
    return KnownKey(listed.public, taken.id, taken.new["iri"], now, suspended=False)


def inbox_row(session: Session, iri: str) -> Inbox:
    """The row of the inbox with this IRI, made if it is new.

    Raises:
        Malformed: not an http or https IRI.
    """
    session.flush()
    found = _INBOX_ID.first(session, {"iri": iri})
    return session.get_one(Inbox, found[0] if found else _new_inbox(session, iri, parse_iri(iri)))


def suspend(session: Session, actor: Actor, *, now: datetime) -> None:
    """The actor may not act here any more: its signatures and follows are refused, and its follows severed."""
    actor.suspended_at = now
    session.flush()
    if not actor.local:
        bonds.sever(session, select(Actor.id).where(Actor.id == actor.id))


def unsuspend(session: Session, actor: Actor) -> None:
    """The actor may act again; what was severed is restored, unless its host is blocked."""
    actor.suspended_at = None
    session.flush()
    if policy_for(session, actor.host) != BLOCKED:
        bonds.restore(session, select(Actor.id).where(Actor.id == actor.id))


def mark_deleted(session: Session, actor: Actor, *, now: datetime) -> None:
    """The actor is gone for good: its words are wiped, its follows ended, its IRI buried.

    Its row stays, since what it wrote refers to it. One of ours keeps its keys, because its Delete is still to be
    signed, and its reach at zero, because it is to be sent to whoever ever heard it.
    """
    session.execute(
        delete(RemoteKey).where(RemoteKey.actor_id == actor.id), execution_options={"synchronize_session": False}
    )
    bonds.forget_actor(session, actor.id, now=now)
    actor.deleted_at = now
    actor.name, actor.summary, actor.name_map, actor.summary_map = "", "", {}, {}
    actor.icon_url = actor.image_url = actor.url = actor.document = None
    actor.also_known_as, actor.fields = [], []
    session.flush()
    bury(session, actor.iri, actor.type, actor.id, now=now)


def bury(session: Session, iri: str, former_type: str, owner_id: int | None, *, now: datetime) -> None:
    """Put a tombstone at `iri`: answered 410 if it is ours, never taken in again if it is not. Twice is no harm."""
    stone = {"iri": iri, "former_type": former_type, "owner_id": owner_id, "deleted_at": now}
    insert_here = (insert_postgresql if is_postgresql(session) else insert_sqlite)(Tombstone)
    session.execute(insert_here.on_conflict_do_nothing(), stone)


def tombstone(session: Session, iri: str) -> Tombstone | None:
    """What is buried at `iri`."""
    return session.scalar(select(Tombstone).where(Tombstone.iri == iri))


def _take_in(session: Session, document: ActorDocument, now: datetime, raw: dict[str, Any] | None) -> _Taken:
    iri, inbox = places_of(document)
    shared = own(document.shared_inbox, iri.origin)
    session.flush()
    standing = _standing(session, iri, inbox, shared or inbox)
    keys = keys_of(document, iri.origin)
    inbox_ids = standing.inboxes
    for place in (inbox, shared or inbox):
        if place not in inbox_ids:
            inbox_ids[place] = _new_inbox(session, place, iri)
    values = columns_of(document, iri, raw) | {
        "inbox_id": inbox_ids[inbox],
        "delivery_inbox_id": inbox_ids[shared or inbox],
        "inbox_iri": inbox,
        "shared_inbox_iri": shared,
        "fetched_at": now,
    }
    if standing.id is None:
        values |= {"local": False, "created_at": now, "suspended_at": None, "deleted_at": None}
        values["id"] = actor_id = _NEW_ACTOR.insert(session, values)
        return _Taken(actor_id, values, _keep_keys(session, actor_id, keys, now))
    _change(session, standing, standing.id, values)
    session.connection().execute(_DEAD_KEYS, {"owner_id": standing.id})
    return _Taken(standing.id, None, _keep_keys(session, standing.id, keys, now))


def _standing(session: Session, iri: Iri, inbox: str, delivery_inbox: str) -> _Standing:
    """Whether we may take this actor in, and what is here already."""
    names = deciding(iri.host)
    asked = {"iri": iri.text, "inbox": inbox, "delivery_inbox": delivery_inbox, **named(names)}
    known_id = delivery_inbox_id = None
    buried = False
    policies: dict[str, str] = {}
    found: dict[str, int] = {}
    for what, row_id, place, word, other_id in _look(len(names)).rows(session, asked):
        if what == "ours" and (place == iri.text or word == iri.authority):
            raise Refused("ours", iri=iri.text)
        if what == "known":
            known_id, delivery_inbox_id, buried = row_id, other_id, buried or word is not None
        elif what == "host":
            policies[place] = word
        elif what == "stone":
            buried = True
        elif what == "inbox":
            found[place] = row_id
    if strictest(iri.host, policies) == BLOCKED:
        raise Refused("host-blocked", host=iri.host)
    if buried:
        raise Refused("gone", iri=iri.text)
    return _Standing(known_id, delivery_inbox_id, found)


def _change(session: Session, standing: _Standing, actor_id: int, values: dict[str, Any]) -> None:
    actor = session.get_one(Actor, actor_id)
    for name, value in values.items():
        setattr(actor, name, value)
    session.flush()
    if standing.delivery_inbox_id != actor.delivery_inbox_id:
        bonds.move_inbox(session, actor.id, standing.delivery_inbox_id, actor.delivery_inbox_id)


def _keep_keys(session: Session, actor_id: int, keys: dict[str, ListedKey], now: datetime) -> dict[str, ListedKey]:
    """Write those that nobody else listed before; which these are."""
    new_key = _NEW_KEY_POSTGRESQL if is_postgresql(session) else _NEW_KEY_SQLITE
    of = {"actor_id": actor_id, "fetched_at": now}
    return {iri: key for iri, key in keys.items() if new_key.rows(session, {"iri": iri, "public": key.text, **of})}


def _new_inbox(session: Session, iri: str, place: Iri) -> int:
    """The id of a new inbox; `place` is an IRI of the same origin."""
    return _NEW_INBOX.insert(session, {"iri": iri, "authority": place.authority, "host": place.host})


def forget_keys(session: Session, actor_id: int) -> None:
    """Its keys are dead: the next signature has to be checked with a newly fetched document."""
    session.execute(
        delete(RemoteKey).where(RemoteKey.actor_id == actor_id), execution_options={"synchronize_session": False}
    )


def note_move(session: Session, actor: Actor, target_iri: str) -> None:
    """The actor says that it lives at `target_iri` now (the caller has seen that the target agrees)."""
    session.execute(update(Actor).where(Actor.id == actor.id).values(moved_to_iri=target_iri))
