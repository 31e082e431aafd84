"""How long the log of mails is kept, what an operator sees of it and may do with it, and forgetting a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outbox.mail.queueing import GIVEN_UP_AFTER
from outbox.mail.settling import too_late
from outbox.mail.tables import FAILED, MAIL, NEW, Mail

KEPT = timedelta(days=14)
PRUNED_TOGETHER = 500
STATES = ("new", "sent", "failed", "dropped")
_QUIET = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail as the operator sees it: no facts, no text."""

    id: int
    channel: str
    recipient: str
    kind: str
    language: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    error: str
    may_retry: bool


@dataclass(frozen=True, slots=True)
class MailLoad:
    """The log in numbers."""

    waiting: int
    """Not sent yet, by mail."""
    oldest_at: datetime | None
    """Since when the oldest of them waits."""
    failed: int
    """Refused or given up within a day."""
    last_error: str
    """Of those that wait."""


def log(
    session: Session, *, state: str | None = None, limit: int = 50, before_id: int | None = None
) -> Sequence[MailLine]:
    """The mails, newest first, at most `limit`."""
    query = select(Mail).order_by(Mail.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Mail.state == state)
    if before_id is not None:
        query = query.where(Mail.id < before_id)
    return [
        MailLine(
            row.id,
            row.channel,
            row.recipient,
            row.kind,
            row.language,
            row.state,
            row.attempts,
            row.created_at,
            row.next_attempt_at,
            row.sent_at,
            row.error,
            may_retry=row.state == FAILED and row.facts is not None,
        )
        for row in session.scalars(query)
    ]


def counts(session: Session) -> dict[str, int]:
    """How many mails the log has in each state."""
    rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def load(session: Session, now: datetime) -> MailLoad:
    """What waits, and what went wrong lately."""
    waits = (Mail.state == NEW, Mail.channel == MAIL)
    waiting, oldest_at = session.execute(select(func.count(), func.min(Mail.created_at)).where(*waits)).one()
    failed = session.scalar(select(func.count()).where(Mail.state == FAILED, Mail.created_at > now - timedelta(days=1)))
    last = session.scalar(select(Mail.error).where(*waits, Mail.error != "").order_by(Mail.id.desc()).limit(1))
    return MailLoad(waiting, oldest_at, failed or 0, last or "")


def retry(session: Session, mail_id: int, *, now: datetime) -> bool:
    """Send a failed mail again; False when there is no such mail, or nothing left to word it with."""
    row = session.get(Mail, mail_id)
    if row is None or row.state != FAILED or row.facts is None:
        return False
    row.state, row.attempts, row.error = NEW, 0, ""
    row.next_attempt_at, row.good_until = now, now + GIVEN_UP_AFTER
    session.flush()
    return True


def prune(session: Session, now: datetime) -> int:
    """Settle what it is too late for, and delete what is older than `KEPT`: at most `PRUNED_TOGETHER`; how many."""
    late = select(Mail).where(Mail.state == NEW, Mail.good_until <= now, Mail.lease_until <= now)
    for row in session.scalars(late.limit(PRUNED_TOGETHER)):
        too_late(row)
    session.flush()
    old = session.scalars(
        select(Mail.id).where(Mail.created_at < now - KEPT, Mail.state != NEW).limit(PRUNED_TOGETHER)
    ).all()
    session.execute(delete(Mail).where(Mail.id.in_(old)), execution_options=_QUIET)
    return len(old)


def forget(session: Session, member_id: int, *addresses: str) -> None:
    """No mail to the member, nor to these addresses, stays in the log."""
    session.execute(delete(Mail).where(Mail.member_id == member_id), execution_options=_QUIET)
    if addresses:
        session.execute(delete(Mail).where(Mail.recipient.in_(addresses)), execution_options=_QUIET)


def forget_name(session: Session, name: str) -> None:
    """No mail to others that waits, or was given up, tells of whoever bears this name: it is not sent any more."""
    told = session.scalars(select(Mail).where(Mail.kind.in_(("notice", "digest")), Mail.facts.is_not(None)))
    for row in told.all():
        if _tells(row.facts, name):
            row.facts = None
    session.flush()


def _tells(facts: object, name: str) -> bool:
    if isinstance(facts, dict):
        return any(_tells(each, name) for each in facts.values())
    if isinstance(facts, list):
        return any(_tells(each, name) for each in facts)
    return facts == name
