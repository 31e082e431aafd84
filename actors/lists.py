"""What every list shares: an index that serves just it, and the hosts that nobody sees.

A blocked host covers its subdomains, which no index can know. So a list is read in two steps: the ids of its rows in
order, with the hosts of their authors, a little more than the page needs; then, when hosts among them are blocked,
some more. The cost follows the page, not the store, and nothing has to be told when a block begins or ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Index, Select, and_, bindparam, select, text
from sqlalchemy.orm import Session

from actors.groups import Follow, Group, membership_for, person_of
from actors.moderation import Host
from actors.people import Actor
from actors.statements import Prepared, sole_table
from actors.views import Viewer

CIRCLE = 500
"""How many followed actors a group's lists look at."""

_QUALIFIER = re.compile(r"\b\w+\.")


def listed_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that meet `where`, an SQL condition with qualified names, as the query will repeat it.

    The planners of both engines prove a partial index by the wording, and SQLite cannot by bound parameters.
    """
    condition = text(_QUALIFIER.sub("", where))
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def parents(host: str) -> list[str]:
    """`host` and the names above it: what a rule about `host` may be written under."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


_BLOCKED = Prepared(
    select(sole_table(Host).c.name).where(
        sole_table(Host).c.name.in_(bindparam("names", expanding=True)), sole_table(Host).c.policy == "blocked"
    )
)


def blocked_among(session: Session, hosts: Iterable[str]) -> set[str]:
    """Which of these canonical hosts are blocked, by themselves or by a name above them."""
    above = {host: parents(host) for host in hosts}
    names = {name for those in above.values() for name in those}
    if not names:
        return set()
    session.flush()
    blocked = {name for (name,) in _BLOCKED.rows(session, {"names": list(names)})}
    return {host for host, those in above.items() if not blocked.isdisjoint(those)} if blocked else set()


def in_sight(session: Session, rows: Select[int, str], limit: int) -> list[int]:
    """The first `limit` ids of `rows` (id, host of its author), less those of blocked hosts, in their order."""
    found: list[int] = []
    offset, size = 0, limit
    while True:
        batch = session.execute(rows.limit(size).offset(offset)).all()
        blocked = blocked_among(session, {host for _, host in batch})
        found += [item_id for item_id, host in batch if host not in blocked]
        if len(found) >= limit or len(batch) < size:
            return found[:limit]
        offset += size
        size = min(size * 4, 5_000)


def living() -> ColumnElement[bool]:
    """The condition that the author of a row is neither suspended nor gone."""
    return and_(Actor.suspended_at.is_(None), Actor.deleted_at.is_(None))


def authority_of(author: Actor) -> str | None:
    """Where what `author` made was born; None for this instance."""
    return None if author.local else author.authority


def is_in_sight(session: Session, author: Actor) -> bool:
    """Whether what `author` made may be seen: neither suspended nor gone, and its host not blocked."""
    if author.suspended_at is not None or author.deleted_at is not None:
        return False
    return author.local or not blocked_among(session, [author.host])


def authors(session: Session, ids: Collection[int]) -> dict[int, Actor]:
    """The actors with these row ids."""
    if not ids:
        return {}
    return {actor.id: actor for actor in session.scalars(select(Actor).where(Actor.id.in_(ids)))}


def circle(session: Session, group_iri: str) -> list[int]:
    """The ids of the actor called `group_iri` and of everyone it follows; empty when there is no such actor."""
    group_id = session.scalar(select(Actor.id).where(Actor.iri == group_iri))
    if group_id is None:
        return []
    followed = select(Follow.followed_id).where(Follow.follower_id == group_id, Follow.state == "accepted")
    return [group_id, *session.scalars(followed.limit(CIRCLE))]


def is_inside(session: Session, group_id: int, viewer: Viewer | None) -> bool:
    """Whether `viewer` takes part in the group, and so may read what it says to its members alone."""
    if viewer is None:
        return False
    membership = membership_for(session, group_id, person_of(session, viewer.member_id, viewer.actor_iri))
    return membership is not None and membership.state == "active"


def may_read(session: Session, visibility: str, group_id: int, viewer: Viewer | None) -> bool:
    """Whether `viewer` may read what a group published: for all (public), for members of ours, for its own (group)."""
    match visibility:
        case "public":
            return True
        case "members":
            return viewer is not None and viewer.member_id > 0
        case _:
            return is_inside(session, group_id, viewer)


def private_group(session: Session, group_iri: str | None, viewer: Viewer | None) -> int | None:
    """The id of the private group with this IRI in which `viewer` takes part; None for any other."""
    if viewer is None or group_iri is None:
        return None
    query = select(Group.actor_id).join(Actor, Actor.id == Group.actor_id).where(Actor.iri == group_iri, living())
    group_id = session.scalar(query.where(Group.private))
    return group_id if group_id is not None and is_inside(session, group_id, viewer) else None
