"""Following: the rules for followers of our groups, and for what our groups follow.

`bonds` keeps the state and the reach, `hearers` answers who hears whom.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Text, and_, bindparam, cast, null, select, union_all, update
from sqlalchemy.orm import Session

from actors import bonds
from actors.bonds.tables import Follow
from actors.groups import finding
from actors.groups.hearers import follow_between
from actors.groups.membership import is_member
from actors.groups.tables import is_private
from actors.moderation.policy import (
    BLOCKED,
    LIMITED,
    OPEN,
    above,
    deciding,
    named,
    policy_for,
    strictest,
)
from actors.moderation.tables import Host
from actors.people.tables import Actor
from actors.refusals import Refused
from actors.statements import Prepared, adopt, new_row, sole_table

_FOLLOWS, _HOSTS = sole_table(Follow).c, sole_table(Host).c
_NEW = new_row(sole_table(Follow))


@cache
def _before(names: int) -> Prepared:
    """The follow of a pair, if there is one, and the policies about the follower's host and those above it."""
    pair = and_(
        _FOLLOWS.follower_id == bindparam("follower", type_=BigInteger),
        _FOLLOWS.followed_id == bindparam("followed", type_=BigInteger),
    )
    nothing = cast(null(), Text)
    return Prepared(
        union_all(
            select(_FOLLOWS.id, nothing.label("name"), nothing.label("policy")).where(pair),
            select(cast(null(), BigInteger), _HOSTS.name, _HOSTS.policy).where(above(_HOSTS.name, names)),
        )
    )


def add_follower(session: Session, follower: Actor, followed: Actor, iri: str, *, now: datetime) -> Follow:
    """Somebody follows an actor of ours: at once, or (`state` "requested") once an organiser says yes.

    It waits when the followed one approves followers by hand, and when the follower's host is limited. A repeat
    changes nothing but the id; after a refusal it asks anew. Three statements, 0.1 ms on SQLite.

    Args:
        session: of the caller's transaction.
        follower: an actor elsewhere, or one of ours.
        followed: one of ours.
        iri: the id of the Follow.
        now: the time.

    Raises:
        Refused: "not-ours", "gone", "actor-suspended", "host-blocked", "follows-itself".
    """
    _check_pair(follower, followed)
    if not followed.local:
        raise Refused("not-ours", iri=followed.iri)
    follow, policy = _met(session, follower, followed)
    if policy == BLOCKED:
        raise Refused("host-blocked", host=follower.host)
    waits = (followed.manually_approves and not _is_insider(session, followed, follower)) or policy == LIMITED
    state = bonds.REQUESTED if waits else bonds.ACCEPTED
    if follow is None:
        follow = _insert(session, follower.id, followed.id, iri, state, now)
        if state == bonds.ACCEPTED:
            bonds.heard_more(session, followed.id, follower.delivery_inbox_id)
        return follow
    if follow.iri != iri:
        follow.iri = iri
        session.flush()
    if follow.state not in (bonds.ACCEPTED, state):
        bonds.set_state(session, follow, state, follower.delivery_inbox_id, now=now)
    return follow


def accept_follower(session: Session, follow: Follow, *, now: datetime) -> bool:
    """An organiser says yes; False when it was accepted already.

    Raises:
        Refused: "follow-severed" (by a block of its host), "host-blocked", "actor-suspended", "followers-are-members"
            (of a private group, and this one is none).
    """
    return _decide(session, follow, bonds.ACCEPTED, now=now)


def reject_follower(session: Session, follow: Follow, *, now: datetime) -> bool:
    """An organiser says no, also to one who was accepted before; False when it was rejected already.

    Raises:
        Refused: "follow-severed".
    """
    return _decide(session, follow, bonds.REJECTED, now=now)


def remove_follower(session: Session, follower_id: int, followed_id: int) -> Follow | None:
    """The follower goes; the row as it was, None when it did not follow."""
    return _end(session, follower_id, followed_id)


def request_follow(session: Session, follower: Actor, followed: Actor, iri: str, *, now: datetime) -> Follow:
    """An actor of ours asks to hear another; active only once that one has accepted (O11).

    Asking again keeps what was accepted, and gives the rest a new id.

    Raises:
        Refused: "not-ours" (the follower), "gone", "actor-suspended", "host-blocked", "follows-itself".
    """
    _check_pair(follower, followed)
    if not follower.local:
        raise Refused("not-ours", iri=follower.iri)
    if not followed.local and policy_for(session, followed.host) == BLOCKED:
        raise Refused("host-blocked", host=followed.host)
    follow = follow_between(session, follower.id, followed.id)
    if follow is None:
        return _insert(session, follower.id, followed.id, iri, bonds.REQUESTED, now)
    if follow.state != bonds.ACCEPTED:
        follow.iri = iri
        session.flush()
        bonds.set_state(session, follow, bonds.REQUESTED, follower.delivery_inbox_id, now=now)
    return follow


def follow_answered(
    session: Session, follow: str | tuple[str, str], by: Actor, accepted: bool, *, now: datetime
) -> Follow | None:
    """The answer to a Follow of ours; None when there is no such Follow, or it was not for `by` to answer (O11).

    Args:
        session: of the caller's transaction.
        follow: the Follow's id, or the IRIs of its actor and its object.
        by: who answers.
        accepted: Accept or Reject (a Reject may come later too: they removed us).
        now: the time.
    """
    if isinstance(follow, str):
        condition = Follow.iri == follow
    else:
        follower_iri, followed_iri = follow
        if followed_iri != by.iri:
            return None
        condition = Follow.follower_id.in_(select(Actor.id).where(Actor.iri == follower_iri))
    found = session.scalar(
        select(Follow)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(condition, Follow.followed_id == by.id, Actor.local)
    )
    if found is None or found.state == bonds.SEVERED:
        return None
    follower = session.get_one(Actor, found.follower_id)
    state = bonds.ACCEPTED if accepted else bonds.REJECTED
    bonds.set_state(session, found, state, follower.delivery_inbox_id, now=now)
    finding.index_one(session.connection(), by.id)
    return found


def end_follow(session: Session, follower_id: int, followed_id: int) -> Follow | None:
    """An actor of ours stops following; the row as it was (its `iri` is what to Undo), None when it did not."""
    follow = _end(session, follower_id, followed_id)
    finding.index_one(session.connection(), followed_id)
    return follow


def mark_backfilled(session: Session, follow_id: int, *, now: datetime) -> None:
    """The followed group's outbox was read."""
    session.execute(update(Follow).where(Follow.id == follow_id).values(backfilled_at=now))


def _check_pair(follower: Actor, followed: Actor) -> None:
    if follower.id == followed.id:
        raise Refused("follows-itself", iri=follower.iri)
    for one in (follower, followed):
        if one.deleted_at is not None:
            raise Refused("gone", iri=one.iri)
        if one.suspended_at is not None:
            raise Refused("actor-suspended", iri=one.iri)


def _met(session: Session, follower: Actor, followed: Actor) -> tuple[Follow | None, str]:
    """The follow as it stands, and the policy for the follower."""
    if follower.local:
        return follow_between(session, follower.id, followed.id), OPEN
    session.flush()
    names = deciding(follower.host)
    policies: dict[str, str] = {}
    follow = None
    for row_id, name, policy in _before(len(names)).rows(
        session, {"follower": follower.id, "followed": followed.id, **named(names)}
    ):
        if row_id is None:
            policies[name] = policy
        else:
            follow = session.get(Follow, row_id)
    return follow, strictest(follower.host, policies)


def _insert(session: Session, follower_id: int, followed_id: int, iri: str, state: str, now: datetime) -> Follow:
    values = {
        "iri": iri,
        "follower_id": follower_id,
        "followed_id": followed_id,
        "state": state,
        "created_at": now,
        "accepted_at": now if state == bonds.ACCEPTED else None,
        "backfilled_at": None,
    }
    return adopt(session, Follow, values | {"id": _NEW.insert(session, values)})


def _decide(session: Session, follow: Follow, state: str, *, now: datetime) -> bool:
    if follow.state == bonds.SEVERED:
        raise Refused("follow-severed", iri=follow.iri)
    follower = session.get_one(Actor, follow.follower_id)
    if state == bonds.ACCEPTED:
        if follower.suspended_at is not None or follower.deleted_at is not None:
            raise Refused("actor-suspended", iri=follower.iri)
        # One who was rejected before the block was not severed by it.
        if not follower.local and policy_for(session, follower.host) == BLOCKED:
            raise Refused("host-blocked", host=follower.host)
        followed = session.get_one(Actor, follow.followed_id)
        if is_private(session, followed.id) and not is_member(session, followed, follower):
            raise Refused("followers-are-members", iri=follower.iri)
    return bonds.set_state(session, follow, state, follower.delivery_inbox_id, now=now)


def _is_insider(session: Session, group: Actor, follower: Actor) -> bool:
    """Whether the follower takes part in a private group: then nobody need say yes a second time."""
    return is_private(session, group.id) and is_member(session, group, follower)


def _end(session: Session, follower_id: int, followed_id: int) -> Follow | None:
    follow = follow_between(session, follower_id, followed_id)
    if follow is None:
        return None
    bonds.end(session, follow, session.get_one(Actor, follower_id).delivery_inbox_id)
    return follow
