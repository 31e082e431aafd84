"""The list of notifications: shown, counted, marked read, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from actors.people.notices.tables import NoticeChoice, Notification
from actors.views.notices import Notice

KEPT = timedelta(days=365)
READ_KEPT = timedelta(days=90)
PRUNED_TOGETHER = 500
COUNTED = 100
"""The header counts no further."""
_QUIET = {"synchronize_session": False}


def notifications(session: Session, member_id: int, *, limit: int = 50, skip: int = 0) -> list[Notice]:
    """What the member was told on the site: unread first, newest first, at most `limit` after the first `skip`."""
    query = select(Notification).where(Notification.member_id == member_id, Notification.on_site)
    in_order = query.order_by(Notification.read_at.is_not(None), Notification.id.desc())
    return [
        Notice(row.id, row.kind, row.about_iri, row.facts, row.created_at, unread=row.read_at is None)
        for row in session.scalars(in_order.limit(limit).offset(skip))
    ]


def unread(session: Session, member_id: int) -> int:
    """How many on the site the member has not read, counted to `COUNTED` at most."""
    some = (
        select(Notification.id)
        .where(Notification.member_id == member_id, Notification.read_at.is_(None), Notification.on_site)
        .limit(COUNTED)
    )
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def mark_all_read(session: Session, member_id: int, *, up_to_id: int, now: datetime) -> None:
    """Everything up to and with `up_to_id` is read: what came after the page was made stays unread."""
    session.execute(
        update(Notification)
        .where(Notification.member_id == member_id, Notification.id <= up_to_id, Notification.read_at.is_(None))
        .values(read_at=now),
        execution_options=_QUIET,
    )


def mark_read(session: Session, member_id: int, notice_id: int, *, now: datetime) -> Notice | None:
    """This one is read; None when the member has no such notification."""
    row = session.get(Notification, notice_id)
    if row is None or row.member_id != member_id:
        return None
    row.read_at = row.read_at or now
    session.flush()
    return Notice(row.id, row.kind, row.about_iri, row.facts, row.created_at, unread=False)


def prune(session: Session, now: datetime) -> int:
    """Delete what was read and is older than `READ_KEPT`, and everything older than `KEPT`; how many, at most 500."""
    old = (Notification.created_at < now - KEPT) | (
        (Notification.created_at < now - READ_KEPT) & (Notification.read_at.is_not(None) | ~Notification.on_site)
    )
    ids = session.scalars(select(Notification.id).where(old).limit(PRUNED_TOGETHER)).all()
    session.execute(delete(Notification).where(Notification.id.in_(ids)), execution_options=_QUIET)
    return len(ids)


def forget(session: Session, member_id: int) -> None:
    """Nothing of the member's notifications and choices stays."""
    for table in (Notification, NoticeChoice):
        session.execute(delete(table).where(table.member_id == member_id), execution_options=_QUIET)
