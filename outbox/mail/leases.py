"""Who sends what: taken for a few minutes, and fenced by name.

A worker that is killed lets its mails go when their leases end. On SQLite, where one process works at a time, a worker
that starts frees whatever an earlier one held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from outbox.mail.queueing import queue, was_queued
from outbox.mail.settling import too_late
from outbox.mail.tables import LONG_AGO, NEW, Mail

LEASE = timedelta(minutes=3)
"""Longer than a mail server may take for the mails that are taken at once."""
_QUIET = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that is ours to send, as it stood when it was taken. Fields as in `Mail`."""

    id: int
    uuid: str
    channel: str
    recipient: str
    kind: str
    language: str
    member_id: int | None
    facts: dict[str, Any]
    created_at: datetime


def is_due(session: Session, channels: tuple[str, ...], now: datetime) -> bool:
    """Whether `take` would find any."""
    return session.scalar(select(Mail.id).where(*_due(channels, now)).limit(1)) is not None


def take(session: Session, owner: str, channels: tuple[str, ...], n: int, now: datetime) -> list[Taken]:
    """Take at most `n` mails that are due and that nobody holds, longest waiting first.

    What it is too late for is settled as such on the way.
    """
    query = select(Mail).where(*_due(channels, now)).order_by(Mail.next_attempt_at, Mail.id).limit(n)
    taken = []
    for row in session.scalars(query.with_for_update(skip_locked=True)).all():
        if row.good_until <= now or row.facts is None:
            too_late(row)
            continue
        row.owner, row.lease_until = owner, now + LEASE
        taken.append(_taken(row, row.facts))
    session.flush()
    return taken


def queue_and_take(
    session: Session,
    owner: str,
    *,
    to: str,
    kind: str,
    facts: dict[str, Any],
    language: str,
    key: str,
    now: datetime,
) -> Taken | None:
    """Put one mail into the log (`queue`) and hold it at once, so that nobody else sends it.

    None when it is not for sending (an address that we don't write to), or was put there before under this key.
    """
    if was_queued(session, key):
        return None
    queue(session, to=to, kind=kind, facts=facts, language=language, now=now, key=key)
    row = session.scalars(select(Mail).where(Mail.key == key)).one()
    if row.state != NEW or row.facts is None:
        return None
    row.owner, row.lease_until = owner, now + LEASE
    session.flush()
    return _taken(row, row.facts)


def let_go(session: Session, owner: str, mail_ids: list[int]) -> None:
    """Give these back as they stand."""
    session.execute(
        update(Mail).where(Mail.id.in_(mail_ids), Mail.owner == owner).values(owner="", lease_until=LONG_AGO),
        execution_options=_QUIET,
    )


def free_all(session: Session) -> None:
    """Take every mail from whoever held it. Only where no other worker can be alive."""
    session.execute(
        update(Mail).where(Mail.owner != "", Mail.state == NEW).values(owner="", lease_until=LONG_AGO),
        execution_options=_QUIET,
    )


def _taken(row: Mail, facts: dict[str, Any]) -> Taken:
    return Taken(
        row.id, row.uuid, row.channel, row.recipient, row.kind, row.language, row.member_id, facts, row.created_at
    )


def _due(channels: tuple[str, ...], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Mail.state == NEW, Mail.next_attempt_at <= now, Mail.lease_until <= now, Mail.channel.in_(channels))
