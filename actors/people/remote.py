"""Actors of other servers: remembered from their own documents, suspended, buried.

`remember` is the one way in. It is run for every new sender and follower, so the way of a new actor is laid in
plain statements: about seven, half a millisecond together on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from actors.database import is_postgresql
from actors.groups import bonds
from actors.moderation.policy import BLOCKED, policy_for
from actors.people.profiles import columns_of, keys_of, own, places_of
from actors.people.tables import Actor, Inbox, RemoteKey, Tombstone
from actors.refusals import Refused
from fediverse.hosts import Iri, parse_iri
from fediverse.types import Actor as ActorDocument


class _Standing(NamedTuple):
    """What the database knows about an IRI that wants to be remembered."""

    id: int | None
    delivery_inbox_id: int | None


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
    iri, inbox = places_of(document)
    standing = _standing(session, iri)
    keys = keys_of(document, iri.origin)
    shared = own(document.shared_inbox, iri.origin)
    inbox_ids = _inbox_ids(session, [inbox, *([shared] if shared else [])])
    values = columns_of(document, iri, raw) | {
        "inbox_id": inbox_ids[inbox],
        "delivery_inbox_id": inbox_ids[shared or inbox],
        "inbox_iri": inbox,
        "shared_inbox_iri": shared,
        "fetched_at": now,
    }
    if standing.id is None:
        actor = _insert(session, values, now)
    else:
        actor = _change(session, standing, values)
        session.execute(
            delete(RemoteKey).where(RemoteKey.actor_id == actor.id), execution_options={"synchronize_session": False}
        )
    _keep_keys(session, actor.id, keys, now)
    return actor


def inbox_row(session: Session, iri: str) -> Inbox:
    """The row of the inbox with this IRI, made if it is new.

    Raises:
        Malformed: not an http or https IRI.
    """
    inbox_id = _inbox_ids(session, [iri])[iri]
    return session.get_one(Inbox, inbox_id)


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
    actor.also_known_as = []
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


def _standing(session: Session, iri: Iri) -> _Standing:
    """Whether we may take this actor in, and whether it is here already."""
    known: _Standing | None = None
    rows = session.execute(
        select(
            Actor.id, Actor.iri, Actor.local, Actor.kind, Actor.authority, Actor.delivery_inbox_id, Actor.deleted_at
        ).where(or_(Actor.iri == iri.text, and_(Actor.local, Actor.kind == "instance")))
    ).all()
    for row in rows:
        if row.local and (row.iri == iri.text or row.authority == iri.authority):
            raise Refused("ours", iri=iri.text)
        if row.iri == iri.text:
            if row.deleted_at is not None:
                raise Refused("gone", iri=iri.text)
            known = _Standing(row.id, row.delivery_inbox_id)
    if policy_for(session, iri.host) == BLOCKED:
        raise Refused("host-blocked", host=iri.host)
    if known is not None:
        return known
    if session.scalar(select(Tombstone.iri).where(Tombstone.iri == iri.text)) is not None:
        raise Refused("gone", iri=iri.text)
    return _Standing(None, None)


def _insert(session: Session, values: dict[str, Any], now: datetime) -> Actor:
    values = values | {"local": False, "created_at": now, "suspended_at": None, "deleted_at": None}
    made = session.execute(insert(Actor.__table__), values)  # type: ignore[arg-type]
    (actor_id,) = made.inserted_primary_key  # type: ignore[attr-defined]
    actor = Actor(id=actor_id, **values)
    # The row is written already; the object only has to know that it stands for it.
    make_transient_to_detached(actor)
    session.add(actor)
    return actor


def _change(session: Session, standing: _Standing, values: dict[str, Any]) -> Actor:
    actor = session.get_one(Actor, standing.id)
    for name, value in values.items():
        setattr(actor, name, value)
    session.flush()
    if standing.delivery_inbox_id != actor.delivery_inbox_id:
        bonds.move_inbox(session, actor.id, standing.delivery_inbox_id, actor.delivery_inbox_id)
    return actor


def _keep_keys(session: Session, actor_id: int, keys: dict[str, str], now: datetime) -> None:
    if not keys:
        return
    rows = [{"iri": iri, "actor_id": actor_id, "public": public, "fetched_at": now} for iri, public in keys.items()]
    # A key IRI that another actor of that server listed first stays that actor's.
    insert_here = (insert_postgresql if is_postgresql(session) else insert_sqlite)(RemoteKey.__table__)  # type: ignore[arg-type]
    session.execute(insert_here.on_conflict_do_nothing(), rows)


def _inbox_ids(session: Session, iris: Iterable[str]) -> dict[str, int]:
    """IRI -> row id; rows are made for those that are new."""
    wanted = list(dict.fromkeys(iris))
    found = {iri: row_id for row_id, iri in session.execute(select(Inbox.id, Inbox.iri).where(Inbox.iri.in_(wanted)))}
    for iri in wanted:
        if iri not in found:
            place = parse_iri(iri)
            made = session.execute(
                insert(Inbox.__table__),  # type: ignore[arg-type]
                {"iri": iri, "authority": place.authority, "host": place.host},
            )
            (found[iri],) = made.inserted_primary_key  # type: ignore[attr-defined]
    return found


def forget_keys(session: Session, actor_id: int) -> None:
    """Its keys are dead: the next signature has to be checked with a newly fetched document."""
    session.execute(
        delete(RemoteKey).where(RemoteKey.actor_id == actor_id), execution_options={"synchronize_session": False}
    )


def note_move(session: Session, actor: Actor, target_iri: str) -> None:
    """The actor says that it lives at `target_iri` now (the caller has seen that the target agrees)."""
    session.execute(update(Actor).where(Actor.id == actor.id).values(moved_to_iri=target_iri))
