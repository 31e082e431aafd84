"""Digests: what waits for a member, put together into one mail (or one direct message) a day or a week.

They go out in the morning of the member's own zone, weekly ones on Monday. A key names the day, so that a digest is
made once, whoever makes it and however often. What was read on the site in the meantime is left out, and what says the
same about the same thing is said once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Member
from actors.people.notices import Choice, Notification, Rhythm, choices
from outbox import mail
from outbox.notices.telling import direct_address, said

MORNING_HOUR = 7
MONDAY = 0
LINES = 30
"""So many lines a digest has at most; the rest is a number."""
MEMBERS_TOGETHER = 100


def compose_due(session: Session, now: datetime, timezone: str, after_id: int = 0) -> int | None:
    """Make the digests that are due, for at most `MEMBERS_TOGETHER` members above `after_id`.

    Args:
        timezone: of members who chose none.

    Returns:
        From where to go on; None when these were the last.
    """
    waiting = Notification.mail_waits | Notification.direct_waits
    query = select(Notification.member_id).where(waiting, Notification.member_id > after_id).distinct()
    ids = session.scalars(query.order_by(Notification.member_id).limit(MEMBERS_TOGETHER)).all()
    for member_id in ids:
        member = session.get_one(Member, member_id)
        local = now.astimezone(_zone(member.time_zone) or _zone(timezone) or ZoneInfo("UTC"))
        if local.hour >= MORNING_HOUR:
            _for_member(session, member, local, now)
    session.flush()
    return ids[-1] if len(ids) == MEMBERS_TOGETHER else None


def _for_member(session: Session, member: Member, local: datetime, now: datetime) -> None:
    waiting = Notification.mail_waits | Notification.direct_waits
    rows = session.scalars(
        select(Notification).where(Notification.member_id == member.id, waiting).order_by(Notification.id)
    ).all()
    held = choices(session, member.id)
    gone = member.deleted_at is not None or member.suspended_at is not None
    for channel, column in (("mail", "mail_waits"), ("direct", "direct_waits")):
        mine = [row for row in rows if getattr(row, column)]
        to = None
        if mine and not gone:
            to = member.email if channel == "mail" else direct_address(session, member.id)
        settled = []
        for rhythm in Rhythm:
            due = [row for row in mine if _rhythm(held.get(row.kind), channel) is rhythm]
            if rhythm is Rhythm.NONE or to is None:
                settled += due
            elif due and (rhythm is not Rhythm.WEEKLY or local.weekday() == MONDAY):
                settled += _queue(session, channel, to, member, rhythm, due, local, now)
        for row in settled:
            setattr(row, column, False)


def _rhythm(choice: Choice | None, channel: str) -> Rhythm:
    """With which digest something goes that has waited; what has since become «at once» goes with the next."""
    if choice is None:
        return Rhythm.NONE
    chosen = choice.mail if channel == "mail" else choice.direct
    return Rhythm.DAILY if chosen is Rhythm.AT_ONCE else chosen


def _queue(
    session: Session,
    channel: str,
    to: str,
    member: Member,
    rhythm: Rhythm,
    rows: list[Notification],
    local: datetime,
    now: datetime,
) -> list[Notification]:
    """Put a digest of `rows` into the log; those that need not wait any more."""
    key = f"digest-{channel}-{rhythm.value}-{member.id}-{local.date().isoformat()}"
    if mail.was_queued(session, key):
        return []
    if lines := _merged(row for row in rows if row.read_at is None):
        put = mail.queue if channel == "mail" else mail.queue_direct
        put(
            session,
            to=to,
            kind="digest",
            facts={"rhythm": rhythm.value, "lines": lines[:LINES], "more": max(0, len(lines) - LINES)},
            language=member.language,
            member_id=member.id,
            now=now,
            key=key,
        )
    return rows


def _merged(rows: Iterable[Notification]) -> list[dict[str, Any]]:
    """One line for each thing that is said, the newest of its kind, in the order of time."""
    newest: dict[tuple[str, str | None, bytes], dict[str, Any]] = {}
    for row in rows:
        same = (row.kind, row.about_iri, orjson.dumps(row.facts, option=orjson.OPT_SORT_KEYS))
        newest.pop(same, None)
        newest[same] = said(row)
    return list(newest.values())


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
