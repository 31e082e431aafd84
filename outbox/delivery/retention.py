"""How long the log is kept, how far back it is needed, and what is given up so that it does not grow for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from actors.moderation import not_blocked
from outbox.delivery.lanes import Distribution, Dropped, Lane, Parked
from outbox.delivery.revival import forget_the_dead
from outbox.delivery.schedule import DEAD_AFTER, FOLLOWERS_KEPT
from outbox.delivery.settling import give_up
from outbox.log import LASTING, OutgoingActivity

ANSWERS_KEPT = timedelta(days=30)
"""How long a row stays that nobody will ask for again (answers, requests, changes)."""
DELETES_KEPT = timedelta(days=90)
"""A Delete stays as long as the followers of a dead host are kept, so that it can still be told."""
DROPPED_KEPT = timedelta(days=365)
_QUIET = {"synchronize_session": False}


def prune(session: Session, now: datetime) -> int:
    """Delete rows of the log that are old, were sent to everybody, and that nobody will ask for; returns how many.

    What was published (Create, Announce) stays as long as it stands, since its id must answer. Called once a day; also
    lets go of the followers of hosts that have been silent for three months.
    """
    ceiling = _settle_accounts(session, now)
    lasting = (
        OutgoingActivity.type.in_(LASTING) & (OutgoingActivity.audience == "followers") & (OutgoingActivity.body != b"")
    )
    young_delete = (OutgoingActivity.type == "Delete") & (OutgoingActivity.created_at >= now - DELETES_KEPT)
    old = session.scalars(
        select(OutgoingActivity.id).where(
            OutgoingActivity.created_at < now - ANSWERS_KEPT, OutgoingActivity.id < ceiling, ~lasting, ~young_delete
        )
    ).all()
    for at in range(0, len(old), 500):
        session.execute(
            delete(OutgoingActivity).where(OutgoingActivity.id.in_(old[at : at + 500])), execution_options=_QUIET
        )
    return len(old)


def _settle_accounts(session: Session, now: datetime) -> int:
    """Give up what can't be sent any more, and return the id below which no row is needed for delivery.

    What waits for a blocked host is kept for a month, in case the block is lifted; then it is given up with a row
    that says so.
    """
    forget_the_dead(session, now)
    horizon = session.scalar(
        select(func.max(OutgoingActivity.id)).where(OutgoingActivity.created_at < now - DEAD_AFTER)
    )
    if horizon is not None:
        barred = select(Lane.authority).where(
            Lane.wanted_id > Lane.acked_id, Lane.acked_id < horizon, ~not_blocked(Lane.host)
        )
        for authority in session.scalars(barred.order_by(Lane.authority)).all():
            give_up(session, authority, now, "blocked")
    _forget_the_idle(session, now)
    behind = session.scalar(select(func.min(Lane.acked_id)).where(Lane.wanted_id > Lane.acked_id))
    parked = session.scalar(select(func.min(Parked.log_id)).where(Parked.resent_at.is_(None)))
    read = session.scalar(select(Distribution.log_id)) or 0
    return min(each for each in (behind, parked, read) if each is not None) + 1 if read else 0


def _forget_the_idle(session: Session, now: datetime) -> None:
    """Lanes that nothing went through for three months, and old records of drops: they are made anew when needed."""
    idle = func.coalesce(Lane.last_success_at, Lane.next_attempt_at) < now - FOLLOWERS_KEPT
    session.execute(
        delete(Lane).where(Lane.wanted_id <= Lane.acked_id, Lane.lease_until < now, idle), execution_options=_QUIET
    )
    session.execute(delete(Dropped).where(Dropped.dropped_at < now - DROPPED_KEPT), execution_options=_QUIET)
