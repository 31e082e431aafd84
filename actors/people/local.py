"""Actors of ours: founding them, and finding anybody by IRI, name or handle.

Usernames are one name space for people and groups, since WebFinger knows no difference.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.people.keys import NewKeys, Vault, key_pair, make_keys
from actors.people.tables import Actor, Tombstone
from actors.refusals import Refused
from fediverse.hosts import parse_iri

USERNAME = re.compile(r"[a-z0-9_]+(?:[.-][a-z0-9_]+)*")
USERNAME_CHARS = 30
RESERVED = frozenset({"relay"})
"""`relay@host` finds the instance actor (Mobilizon asks for it)."""

_COLUMN_CHARS = 64
_FOUND = "people: actors by their IRI"
_BY_IRI = select(Actor).where(Actor.iri == bindparam("iri"))


def check_username(username: str) -> None:
    """See that every server of the fediverse can take `username`.

    Source: the intersection of Mastodon's and Misskey's rules, in lower case.

    Raises:
        Refused: "name-malformed".
    """
    if len(username) > USERNAME_CHARS or not USERNAME.fullmatch(username):
        raise Refused("name-malformed", username=username, limit=USERNAME_CHARS)


def found_local(
    session: Session,
    vault: Vault,
    *,
    origin: str,
    path: str,
    type: str,  # noqa: A002  the wire's own word for it
    kind: str | None,
    username: str,
    name: str,
    summary: str = "",
    name_map: dict[str, str] | None = None,
    summary_map: dict[str, str] | None = None,
    language: str | None = None,
    manually_approves: bool = False,
    discoverable: bool = True,
    indexable: bool = True,
    keys: NewKeys | None = None,
    now: datetime | None = None,
) -> Actor:
    """Found an actor of ours at `{origin}{path}` with its collections and keys.

    Args:
        session: of the caller's transaction.
        vault: seals the private keys.
        origin: scheme and authority, no trailing slash.
        path: begins with a slash, such as "/g/interior".
        type: Person, Group or Application.
        kind: sector, theme, project, instance or None.
        username: see `check_username`; an Application's is not checked (it is a host name).
        name: for people.
        summary: clean HTML.
        name_map: language -> name.
        summary_map: language -> clean HTML.
        language: of `name` and `summary`.
        manually_approves: new followers wait.
        discoverable: others may recommend it.
        indexable: search engines and other servers may index it.
        keys: made beforehand with `make_keys`; without them they are made now, 50 to 200 ms.
        now: time of founding.

    Raises:
        Refused: "name-malformed", "name-taken" (also by somebody who was deleted).
    """
    if type != "Application":
        check_username(username)
    iri = parse_iri(origin + path)
    taken = select(Actor.id).where(Actor.local, Actor.username == username)
    if username in RESERVED or session.scalar(taken) is not None or session.get(Tombstone, iri.text) is not None:
        raise Refused("name-taken", username=username)
    is_group = type == "Group"
    at = now or utc_now()
    actor = Actor(
        iri=iri.text,
        local=True,
        type=type,
        kind=kind,
        username=username,
        authority=iri.authority,
        host=iri.host,
        name=name,
        summary=summary,
        name_map=name_map or {},
        summary_map=summary_map or {},
        language=language,
        url=iri.text,
        inbox_iri=f"{iri}/inbox",
        shared_inbox_iri=f"{origin}/inbox",
        outbox_iri=f"{iri}/outbox",
        followers_iri=f"{iri}/followers",
        following_iri=f"{iri}/following",
        featured_iri=f"{iri}/featured",
        moderators_iri=f"{iri}/moderators" if is_group else None,
        members_iri=f"{iri}/members" if is_group else None,
        upcoming_events_iri=f"{iri}/events" if is_group else None,
        manually_approves=manually_approves,
        discoverable=discoverable,
        indexable=indexable,
        published_at=at,
        created_at=at,
    )
    session.add(actor)
    session.flush()
    session.add(key_pair(vault, actor.id, keys or make_keys()))
    session.flush()
    return actor


def ensure_instance(
    session: Session, vault: Vault, *, origin: str, name: str, summary: str = "", keys: NewKeys | None = None
) -> Actor:
    """The instance's own actor (`/actor`, an Application named after its host), founded if need be.

    A later start with another `name` or `summary` changes them.
    """
    actor = session.scalar(select(Actor).where(Actor.local, Actor.kind == "instance"))
    if actor is not None:
        if (actor.name, actor.summary) != (name, summary or actor.summary):
            actor.name, actor.summary, actor.updated_at = name, summary or actor.summary, utc_now()
            session.flush()
        return actor
    # Without a port, since a name can't hold a colon (it has one only on this machine's loopback).
    host = parse_iri(origin).host
    return found_local(
        session,
        vault,
        origin=origin,
        path="/actor",
        type="Application",
        kind="instance",
        username=host if len(host) <= _COLUMN_CHARS else "instance",
        name=name,
        summary=summary,
        indexable=False,
        keys=keys,
    )


def instance_actor(session: Session) -> Actor:
    """The instance's own actor.

    Raises:
        Refused: "no-instance" (`ensure_instance` has not run on this database).
    """
    actor = session.scalar(select(Actor).where(Actor.local, Actor.kind == "instance"))
    if actor is None:
        raise Refused("no-instance")
    return actor


def find_actor(session: Session, iri: str) -> Actor | None:
    """The actor with this IRI, ours or another server's, suspended and deleted ones too."""
    return session.scalar(_BY_IRI, {"iri": iri})


def find_again(session: Session, iri: str) -> Actor | None:
    """`find_actor` for an IRI that is asked for many times in one transaction: read once, then at hand."""
    found: dict[str, Actor] = session.info.setdefault(_FOUND, {})
    actor = found.get(iri)
    if actor is None or actor not in session:
        actor = find_actor(session, iri)
        if actor is not None:
            found[iri] = actor
    return actor


def local_actor(session: Session, username: str) -> Actor | None:
    """Our actor of this name, in any case; deleted ones too."""
    return session.scalar(select(Actor).where(Actor.local, Actor.username == username.lower()))


def by_handle(session: Session, username: str, authority: str) -> Actor | None:
    """The known actor `username@authority`, the last one met when a name was given out twice; never a deleted one."""
    return session.scalar(
        select(Actor)
        .where(Actor.authority == authority, Actor.username == username, Actor.deleted_at.is_(None))
        .order_by(Actor.local.desc(), Actor.id.desc())
        .limit(1)
    )
