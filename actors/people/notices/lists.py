"""The list of notifications: shown, counted, marked read, forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from actors.people.notices.tables import NoticeChoice, Notification
from actors.views.notices import Notice

COUNTED = 100
"""The header counts no further."""
_QUIET = {"synchronize_session": False}


def notifications(session: Session, member_id: int, *, limit: int = 50, before_id: int | None = None) -> list[Notice]:
    """What the member was told on the site: unread first, newest first, at most `limit`.

    Args:
        before_id: only read ones older than this one, for the following pages.
    """
    query = select(Notification).where(Notification.member_id == member_id, Notification.on_site)
    if before_id is not None:
        query = query.where(Notification.id < before_id, Notification.read_at.is_not(None))
    rows = session.scalars(query.order_by(Notification.read_at.is_not(None), Notification.id.desc()).limit(limit))
    return [
        Notice(row.id, row.kind, row.about_iri, row.facts, row.created_at, unread=row.read_at is None) for row in rows
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


def forget(session: Session, member_id: int) -> None:
    """Nothing of the member's notifications and choices stays."""
    for table in (Notification, NoticeChoice):
        session.execute(delete(table).where(table.member_id == member_id), execution_options=_QUIET)
