"""From the log to the lanes: which of them a new row concerns.

Publishing writes one row; `distribute` follows behind, in its own transaction, and raises `wanted_id` of the lanes
with an inbox that is to get it. A lane is made when it is first needed, with its cursor just below that row.

On PostgreSQL the lanes are locked in the order of their names, by one distributor at a time, and who finds another
at work leaves it to that one; every other writer locks lanes in that order too, or skips what is locked.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, or_, select, true, union_all, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from actors.database import is_postgresql
from actors.groups import Reach
from actors.people import Inbox
from actors.statements import Prepared
from outbox.delivery.lanes import Distribution, Lane
from outbox.log import Addressed, OutgoingActivity

CHUNK = 500
"""How many log rows are distributed in one transaction."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_ONLY = 1
_ENDS = Prepared(
    select(
        select(func.max(OutgoingActivity.id)).scalar_subquery(),
        select(Distribution.log_id).where(Distribution.id == _ONLY).scalar_subquery(),
    )
)


def distribute(session: Session, now: datetime) -> bool:
    """Raise `wanted_id` of every lane that the newest rows of the log concern; whether there is more to do."""
    done = _position(session)
    if done is None:
        return False
    ahead = select(OutgoingActivity.id).where(OutgoingActivity.id > done).order_by(OutgoingActivity.id).limit(CHUNK)
    newest = session.scalar(select(func.max(ahead.subquery().c.id)))
    if newest is None:
        return False
    _raise_wanted(session, done, newest, now)
    session.execute(
        update(Distribution).where(Distribution.id == _ONLY).values(log_id=newest),
        execution_options={"synchronize_session": False},
    )
    return undistributed(session)


def undistributed(session: Session) -> bool:
    """Whether the log has rows that no lane knows of yet."""
    session.flush()
    newest, read = _ENDS.rows(session, {})[0]
    return (newest or 0) > (read or 0)


def _position(session: Session) -> int | None:
    """How far the log was read; None while somebody else is reading on."""
    query = select(Distribution.log_id).where(Distribution.id == _ONLY)
    done = session.scalar(query.with_for_update(skip_locked=True))
    if done is None and session.scalar(query) is None:
        session.execute(insert(Distribution).values(id=_ONLY, log_id=0))
        return 0
    return done


def _raise_wanted(session: Session, done: int, newest: int, now: datetime) -> None:
    row = _concerned(done, newest).subquery()
    wanted = (
        select(
            row.c.authority,
            row.c.host,
            (func.min(row.c.log_id) - 1).label("acked_id"),
            func.max(row.c.log_id).label("wanted_id"),
            literal(now, Lane.next_attempt_at.type).label("next_attempt_at"),
            literal(LONG_AGO, Lane.lease_until.type).label("lease_until"),
        )
        .where(true())
        .group_by(row.c.authority, row.c.host)
        .order_by(row.c.authority)
    )
    lane = Lane.__table__.c
    statement = (insert_postgresql if is_postgresql(session) else insert_sqlite)(Lane).from_select(
        ["authority", "host", "acked_id", "wanted_id", "next_attempt_at", "lease_until"], wanted
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority"],
            set_={"wanted_id": statement.excluded.wanted_id},
            where=lane.wanted_id < statement.excluded.wanted_id,
        )
    )


def _concerned(done: int, newest: int) -> Select[tuple[str, str, int]]:
    """authority, host and log id of everything that rows after `done` up to `newest` are to reach."""
    new = (OutgoingActivity.id > done, OutgoingActivity.id <= newest)
    heard = (
        select(Inbox.authority, Inbox.host, OutgoingActivity.id.label("log_id"))
        .select_from(OutgoingActivity)
        .join(Reach, Reach.actor_id == OutgoingActivity.actor_id)
        .join(Inbox, Inbox.id == Reach.inbox_id)
        .where(*new, is_heard())
    )
    named = (
        select(Inbox.authority, Inbox.host, Addressed.log_id.label("log_id"))
        .join(Inbox, Inbox.id == Addressed.inbox_id)
        .where(Addressed.log_id > done, Addressed.log_id <= newest)
    )
    both = union_all(heard, named).subquery()
    return select(both.c.authority, both.c.host, both.c.log_id)


def is_heard() -> ColumnElement[bool]:
    """The condition that an inbox in `Reach` is to get a row of `OutgoingActivity`."""
    return or_(
        OutgoingActivity.audience == "ever",
        and_(OutgoingActivity.audience == "followers", Reach.followers > 0),
    )
