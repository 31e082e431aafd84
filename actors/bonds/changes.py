"""Follows and the `Reach` they make: the only place where either changes state.

Every change of a follow's state goes through here, so that after any sequence of follows, answers, blocks and
moves `Reach.followers` is the number of accepted followers heard at that inbox. Local followers are heard
without an inbox and have no reach.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session, aliased

from actors.bonds.tables import Follow, Membership, Reach
from actors.database import is_postgresql
from actors.people.tables import Actor
from actors.statements import sole_table

REQUESTED, ACCEPTED, REJECTED, SEVERED = "requested", "accepted", "rejected", "severed"

_REACH = sole_table(Reach)
_PLACE = ["actor_id", "inbox_id"]
_MORE = {"followers": _REACH.c.followers + 1}
_MORE_SQLITE = insert_sqlite(_REACH).on_conflict_do_update(index_elements=_PLACE, set_=_MORE)
_MORE_POSTGRESQL = insert_postgresql(_REACH).on_conflict_do_update(index_elements=_PLACE, set_=_MORE)


def changed_rows(result: Any) -> int:
    """How many rows an UPDATE or a DELETE has met."""
    return result.rowcount if isinstance(result, CursorResult) else 0


def heard_more(session: Session, followed_id: int, inbox_id: int | None) -> None:
    """One more accepted follower is heard at this inbox."""
    if inbox_id is None:
        return
    more = _MORE_POSTGRESQL if is_postgresql(session) else _MORE_SQLITE
    session.connection().execute(more, {"actor_id": followed_id, "inbox_id": inbox_id, "followers": 1})


def heard_less(session: Session, followed_id: int, inbox_id: int | None) -> None:
    """One accepted follower less is heard at this inbox; the row stays, it was heard there once."""
    if inbox_id is None:
        return
    session.execute(
        update(Reach)
        .where(Reach.actor_id == followed_id, Reach.inbox_id == inbox_id, Reach.followers > 0)
        .values(followers=Reach.followers - 1),
        execution_options={"synchronize_session": False},
    )


def set_state(session: Session, follow: Follow, state: str, inbox_id: int | None, *, now: datetime) -> bool:
    """Move `follow` to requested, accepted or rejected, and its reach along; False when it was there already.

    Args:
        session: of the caller's transaction.
        follow: the row.
        state: the new one.
        inbox_id: where the follower is heard, None for one of ours.
        now: kept as `accepted_at`.
    """
    before = session.scalar(select(Follow.state).where(Follow.id == follow.id).with_for_update())
    if before is None or before == state:
        return False
    values = {"state": state}
    accepted_at = now if state == ACCEPTED else (follow.accepted_at if state == REJECTED else None)
    session.execute(
        update(Follow).where(Follow.id == follow.id).values(**values, accepted_at=accepted_at),
        execution_options={"synchronize_session": False},
    )
    session.refresh(follow, ["state", "accepted_at"])
    if state == ACCEPTED:
        heard_more(session, follow.followed_id, inbox_id)
    elif before == ACCEPTED:
        heard_less(session, follow.followed_id, inbox_id)
    return True


def end(session: Session, follow: Follow, inbox_id: int | None) -> None:
    """Forget `follow` altogether."""
    state = session.scalar(select(Follow.state).where(Follow.id == follow.id).with_for_update())
    if state is None:
        return
    session.execute(delete(Follow).where(Follow.id == follow.id), execution_options={"synchronize_session": False})
    session.expunge(follow)
    if state == ACCEPTED:
        heard_less(session, follow.followed_id, inbox_id)


def sever(session: Session, actors: Select[int]) -> int:
    """Cut the follows of these actors (ids) in both directions, kept so that they can be restored; how many."""
    _hold_still(session)
    cut = session.execute(
        update(Follow).where(_touches(actors), Follow.state.in_([ACCEPTED, REQUESTED])).values(state=SEVERED),
        execution_options={"synchronize_session": False},
    )
    _recount(session, actors)
    return changed_rows(cut)


def restore(session: Session, actors: Select[int]) -> int:
    """Take up again what was severed for these actors, unless somebody there is suspended or deleted; how many."""
    _hold_still(session)
    barred = aliased(Actor)
    back = session.execute(
        update(Follow)
        .where(
            _touches(actors),
            Follow.state == SEVERED,
            ~exists().where(
                or_(barred.id == Follow.follower_id, barred.id == Follow.followed_id),
                or_(barred.suspended_at.is_not(null()), barred.deleted_at.is_not(null())),
            ),
        )
        .values(state=case((Follow.accepted_at.is_not(None), literal(ACCEPTED)), else_=literal(REQUESTED))),
        execution_options={"synchronize_session": False},
    )
    _recount(session, actors)
    return changed_rows(back)


def forget_actor(session: Session, actor_id: int, *, now: datetime) -> None:
    """The actor is gone: its follows in both directions end, and so do its memberships. Its reach stays, at zero."""
    _hold_still(session)
    one = select(Actor.id).where(Actor.id == actor_id)
    session.execute(delete(Follow).where(_touches(one)), execution_options={"synchronize_session": False})
    session.execute(
        update(Membership)
        .where(or_(Membership.actor_id == actor_id, Membership.group_id == actor_id), Membership.state != "ended")
        .values(state="ended", decided_at=now),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Reach).where(Reach.actor_id == actor_id).values(followers=0),
        execution_options={"synchronize_session": False},
    )
    _recount(session, one)


def move_inbox(session: Session, actor_id: int, old_id: int | None, new_id: int | None) -> None:
    """A follower is heard at another inbox from now on."""
    followed = session.scalars(
        select(Follow.followed_id).where(Follow.follower_id == actor_id, Follow.state == ACCEPTED).with_for_update()
    ).all()
    for followed_id in followed:
        heard_less(session, followed_id, old_id)
        heard_more(session, followed_id, new_id)


def _touches(actors: Select[int]) -> ColumnElement[bool]:
    return or_(Follow.follower_id.in_(actors), Follow.followed_id.in_(actors))


def _hold_still(session: Session) -> None:
    """Nobody else changes reach until this transaction ends, so that a count stays true.

    Without it a follow that commits between our count and our commit would be lost from the count. SQLite has one
    writer anyhow; the acts that need this are rare.
    """
    session.flush()
    if is_postgresql(session):
        session.execute(text("LOCK TABLE follow, reach IN SHARE ROW EXCLUSIVE MODE"))


def _recount(session: Session, actors: Select[int]) -> None:
    """Count again every inbox at which one of these actors is heard."""
    follower = aliased(Actor)
    insert = (insert_postgresql if is_postgresql(session) else insert_sqlite)(_REACH)
    session.execute(
        insert.from_select(
            ["actor_id", "inbox_id", "followers"],
            select(Follow.followed_id, follower.delivery_inbox_id, literal(0))
            .distinct()
            .join(follower, follower.id == Follow.follower_id)
            .where(
                Follow.follower_id.in_(actors),
                Follow.state == ACCEPTED,
                follower.delivery_inbox_id.is_not(None),
            ),
        ).on_conflict_do_nothing()
    )
    counted = (
        select(func.count())
        .select_from(Follow)
        .join(follower, follower.id == Follow.follower_id)
        .where(
            Follow.followed_id == Reach.actor_id,
            Follow.state == ACCEPTED,
            follower.delivery_inbox_id == Reach.inbox_id,
        )
        .correlate(Reach)
        .scalar_subquery()
    )
    places = select(Actor.delivery_inbox_id).where(Actor.id.in_(actors), Actor.delivery_inbox_id.is_not(None))
    session.execute(
        update(Reach).where(Reach.inbox_id.in_(places)).values(followers=counted),
        execution_options={"synchronize_session": False},
    )
    # Rows of follows that the session still holds may be out of date now.
    for held in list(session.identity_map.values()):
        if isinstance(held, Follow | Reach | Membership):
            session.expire(held)
