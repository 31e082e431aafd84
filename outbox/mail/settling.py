"""What became of a mail, written down; when it is tried again.

Pauses double from one minute to a day. A mail is given up when the next attempt would come after its `good_until`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbox.mail.tables import DROPPED, FAILED, LONG_AGO, NEW, SENT, Mail

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
WITHOUT_SECRETS: Final = frozenset({"notice", "digest", "test", "request-received", "request-refused"})
"""Kinds whose facts open nothing. All others may: nobody reads them in the log once their mail is sent or given up."""
_ERROR_CHARS = 500


def pause(attempts: int) -> timedelta:
    """How long to wait after `attempts` (at least 1) failed ones: 1 min, 2 min, 4 min, … 24 h."""
    doublings = min(max(attempts, 1) - 1, 11)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def sent(session: Session, owner: str, mail_id: int, *, now: datetime) -> bool:
    """The server took it; False when it is not ours any more, and another settles it."""
    row = _ours(session, owner, mail_id)
    if row is None:
        return False
    row.attempts += 1
    row.state, row.sent_at, row.error, row.facts = SENT, now, "", None
    _let_go(row)
    session.flush()
    return True


def refused(session: Session, owner: str, mail_id: int, error: str) -> None:
    """The server will never take it."""
    row = _ours(session, owner, mail_id)
    if row is not None:
        row.attempts += 1
        _end(row, FAILED, error)
        session.flush()


def later(session: Session, owner: str, mail_id: int, error: str, *, now: datetime) -> None:
    """It did not work this time; tried again after a pause, unless that would be too late."""
    row = _ours(session, owner, mail_id)
    if row is None:
        return
    row.attempts += 1
    after = now + pause(row.attempts)
    if after >= row.good_until:
        _end(row, FAILED, f"given up; {error}")
    else:
        row.next_attempt_at, row.error = after, error[:_ERROR_CHARS]
        _let_go(row)
    session.flush()


def dropped(session: Session, owner: str, mail_id: int, reason: str) -> None:
    """Nobody is to get it any more."""
    row = _ours(session, owner, mail_id)
    if row is not None:
        _end(row, DROPPED, reason)
        session.flush()


def too_late(row: Mail) -> None:
    """Its time is over: never tried, or given up."""
    _end(row, FAILED if row.attempts else DROPPED, f"given up; {row.error}" if row.error else "too-late")


def _ours(session: Session, owner: str, mail_id: int) -> Mail | None:
    query = select(Mail).where(Mail.id == mail_id, Mail.state == NEW, Mail.owner == owner)
    return session.scalar(query.with_for_update())


def _end(row: Mail, state: str, error: str) -> None:
    row.state, row.error = state, error[:_ERROR_CHARS]
    if row.kind not in WITHOUT_SECRETS or state == DROPPED:
        row.facts = None
    _let_go(row)


def _let_go(row: Mail) -> None:
    row.owner, row.lease_until = "", LONG_AGO
