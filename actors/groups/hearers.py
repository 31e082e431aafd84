"""Who hears whom, as questions."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from actors import bonds
from actors.bonds.tables import Follow
from actors.groups.tables import LanguageAccount
from actors.moderation.policy import not_blocked
from actors.people.tables import Actor, Inbox
from actors.statements import sole_table

_FOLLOWS = sole_table(Follow)
_PAIR = select(_FOLLOWS.c.id).where(
    _FOLLOWS.c.follower_id == bindparam("follower"), _FOLLOWS.c.followed_id == bindparam("followed")
)


def follow_between(session: Session, follower_id: int, followed_id: int) -> Follow | None:
    """The row of this pair, in whatever state."""
    session.flush()
    pair = {"follower": follower_id, "followed": followed_id}
    row_id = session.connection().execute(_PAIR, pair).scalar()
    return session.get(Follow, row_id) if row_id is not None else None


def follow_by_iri(session: Session, iri: str) -> Follow | None:
    """The row whose latest Follow activity has this id."""
    return session.scalar(select(Follow).where(Follow.iri == iri).limit(1))


def is_following(session: Session, follower_id: int, followed_id: int) -> bool:
    """Whether the follow was accepted and stands."""
    follow = follow_between(session, follower_id, followed_id)
    return follow is not None and follow.state == bonds.ACCEPTED


def is_followed_by_ours(session: Session, actor_id: int) -> bool:
    """Whether any actor of ours follows this one (accepted)."""
    row = session.scalar(
        select(Follow.id)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Follow.followed_id == actor_id, Follow.state == bonds.ACCEPTED, Actor.local)
        .limit(1)
    )
    return row is not None


def followers_count(session: Session, actor: Actor) -> int:
    """How many follow, accepted."""
    counted = select(func.count()).where(Follow.followed_id == actor.id, Follow.state == bonds.ACCEPTED)
    return session.scalar(counted) or 0


def following_count(session: Session, actor: Actor) -> int:
    """How many it follows, accepted."""
    counted = select(func.count()).where(Follow.follower_id == actor.id, Follow.state == bonds.ACCEPTED)
    return session.scalar(counted) or 0


def followers_on(session: Session, actor: Actor, host: str) -> list[Actor]:
    """The accepted followers on exactly this host, by IRI (for FEP-8fcf, and to know who may read there)."""
    return list(
        session.scalars(
            select(Actor)
            .join(Follow, Follow.follower_id == Actor.id)
            .where(Follow.followed_id == actor.id, Follow.state == bonds.ACCEPTED, Actor.host == host)
            .order_by(Actor.iri)
        )
    )


def has_follower_on(session: Session, actor_id: int, host: str) -> bool:
    """Whether anybody on exactly this host follows the actor, accepted: then that host may read what followers may."""
    row = session.scalar(
        select(Follow.id)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(
            Follow.followed_id == actor_id,
            Follow.state == bonds.ACCEPTED,
            Actor.host == host,
            Actor.suspended_at.is_(None),
            Actor.deleted_at.is_(None),
        )
        .limit(1)
    )
    return row is not None


def followed_iris(session: Session, actor: Actor, *, limit: int = 500) -> list[str]:
    """The IRIs of those whom it follows, accepted and visible, in the order of `following`."""
    return [each.iri for each in following(session, actor, limit=limit)]


def following(session: Session, actor: Actor, *, limit: int = 500) -> list[Actor]:
    """Whom it follows, accepted and visible: by host, then name."""
    return list(
        session.scalars(
            select(Actor)
            .join(Follow, Follow.followed_id == Actor.id)
            .where(
                Follow.follower_id == actor.id,
                Follow.state == bonds.ACCEPTED,
                Actor.suspended_at.is_(None),
                Actor.deleted_at.is_(None),
                not_blocked(Actor.host),
            )
            .order_by(Actor.host, Actor.name, Actor.id)
            .limit(limit)
        )
    )


def waiting_follows(session: Session, group_id: int | None = None) -> list[Follow]:
    """Who waits to follow an actor of ours (or just this group), in order of asking."""
    query = (
        select(Follow)
        .join(Actor, Actor.id == Follow.followed_id)
        .where(Follow.state == bonds.REQUESTED, Actor.local)
        .order_by(Follow.id)
    )
    return list(session.scalars(query if group_id is None else query.where(Follow.followed_id == group_id)))


def waiting_count(session: Session, group_id: int) -> int:
    """How many wait to follow the group, or one of its language accounts."""
    accounts = select(LanguageAccount.actor_id).where(
        LanguageAccount.group_id == group_id, LanguageAccount.ended_at.is_(None)
    )
    followed = or_(Follow.followed_id == group_id, Follow.followed_id.in_(accounts))
    return session.scalar(select(func.count()).where(followed, Follow.state == bonds.REQUESTED)) or 0


def own_inbox(session: Session, actor: Actor) -> Inbox | None:
    """Where to write to this actor alone; None for one of ours."""
    return session.get(Inbox, actor.inbox_id) if actor.inbox_id is not None else None
