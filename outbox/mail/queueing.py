"""Putting a mail into the log, in the transaction of the change that it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox.mail.addresses import is_usable
from outbox.mail.tables import DIRECT, DROPPED, FAILED, MAIL, Mail

GIVEN_UP_AFTER = timedelta(days=3)
ASKED_FOR_BY_STRANGERS: Final = frozenset({"sign-in", "password-reset", "confirm-address", "request-received"})
"""Kinds that anybody can cause for any address by typing it into a form."""
PER_HOUR = 3
"""So many of these one address gets within an hour, whoever asks."""


def queue(
    session: Session,
    *,
    to: str,
    kind: str,
    facts: dict[str, Any],
    language: str,
    member_id: int | None = None,
    now: datetime,
    key: str | None = None,
) -> None:
    """Put one mail into the log; it is worded and sent after the commit, by whoever works.

    An address that we don't write to, and the fourth mail that strangers asked for within an hour, get a row that
    says so and is never sent; nobody is told otherwise, so that nothing is learnt from it.

    Args:
        to: one plain address.
        kind: how it is worded, a name of `web.mail.letters.LETTERS`.
        facts: what the words need; plain values. With `minutes` it is not sent after so many minutes.
        language: nl, fr, en or de.
        key: a name for what is told; when there is a mail with this key already, this one is nothing.
    """
    add(session, channel=MAIL, to=to, kind=kind, facts=facts, language=language, member_id=member_id, now=now, key=key)


def queue_direct(
    session: Session,
    *,
    to: str,
    kind: str,
    facts: dict[str, Any],
    language: str,
    member_id: int | None,
    now: datetime,
    key: str | None = None,
) -> None:
    """Put one direct message to the account with the IRI `to` into the log; the rest as in `queue`."""
    add(
        session, channel=DIRECT, to=to, kind=kind, facts=facts, language=language, member_id=member_id, now=now, key=key
    )


def add(
    session: Session,
    *,
    channel: str,
    to: str,
    kind: str,
    facts: dict[str, Any],
    language: str,
    member_id: int | None,
    now: datetime,
    key: str | None,
) -> None:
    """`queue` for either channel."""
    if key is not None and was_queued(session, key):
        return
    recipient = to.strip().replace("\x00", "")
    minutes = facts.get("minutes")
    span = timedelta(minutes=minutes) if isinstance(minutes, int | float) else GIVEN_UP_AFTER
    row = Mail(
        key=key,
        channel=channel,
        recipient=recipient,
        kind=kind,
        facts=storable(facts),
        language=language,
        member_id=member_id,
        next_attempt_at=now,
        good_until=now + min(span, GIVEN_UP_AFTER),
        created_at=now,
    )
    if channel == MAIL and not is_usable(recipient):
        row.state, row.error, row.facts = FAILED, "address-unusable", None
        row.recipient = recipient[:254]
    elif kind in ASKED_FOR_BY_STRANGERS and _asked_for(session, recipient, now) >= PER_HOUR:
        row.state, row.error, row.facts = DROPPED, "too-many", None
    session.add(row)
    session.flush()


def storable(fact: Any) -> Any:
    """A fact as both databases take it: without the NUL, which PostgreSQL has no way to keep."""
    if isinstance(fact, str):
        return fact.replace("\x00", "")
    if isinstance(fact, dict):
        return {name: storable(each) for name, each in fact.items()}
    if isinstance(fact, list | tuple):
        return [storable(each) for each in fact]
    return fact


def was_queued(session: Session, key: str) -> bool:
    """Whether the log has a mail with this key."""
    return session.scalar(select(Mail.id).where(Mail.key == key)) is not None


def _asked_for(session: Session, recipient: str, now: datetime) -> int:
    query = select(func.count()).where(
        Mail.recipient == recipient,
        Mail.created_at > now - timedelta(hours=1),
        Mail.kind.in_(ASKED_FOR_BY_STRANGERS),
        Mail.state != DROPPED,
    )
    return session.scalar(query) or 0
