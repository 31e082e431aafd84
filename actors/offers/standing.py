"""How long an offer or a need stands: renewed, reopened, reminded of; whether it takes answers, and is talked about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from actors.offers.tables import ENDINGS, REMIND, Offer
from actors.refusals import Refused
from actors.rules import next_change

STANDS_FOR = timedelta(days=90)
"""As long as an item stands whose author gave no day."""
REMINDED_BEFORE = timedelta(days=7)


def reminder_for(expires_at: datetime | None, now: datetime) -> datetime | None:
    """When the author is reminded that it will run out; None when that is too near, or never."""
    if expires_at is None or expires_at - REMINDED_BEFORE <= now:
        return None
    return expires_at - REMINDED_BEFORE


def renew(session: Session, offer: Offer, *, now: datetime) -> Offer:
    """Let it stand for `STANDS_FOR` from now on, at least; one that was closed or ran out is open again.

    Raises:
        Refused: "not-ours", "gone", "not-published" (a draft, or it waits for a moderator).
    """
    _check_ours(offer)
    until = now + STANDS_FOR
    if offer.status in ENDINGS:
        offer.status, offer.finished, offer.closed_at = "open", False, None
    if offer.expires_at is None or offer.expires_at < until:
        offer.expires_at = until.replace(microsecond=0)
    offer.remind_at = reminder_for(offer.expires_at, now)
    offer.updated_at = next_change(offer.updated_at, now)
    session.flush()
    return offer


def reopen(session: Session, offer: Offer, *, now: datetime) -> Offer:
    """Open it again after it was closed; what ran out meanwhile stands for `STANDS_FOR` more.

    Raises:
        Refused: "not-ours", "gone", "not-published", "already-open".
    """
    _check_ours(offer)
    if offer.status not in ENDINGS:
        raise Refused("already-open", iri=offer.iri)
    offer.status, offer.finished, offer.closed_at = "open", False, None
    if offer.expires_at is None or offer.expires_at <= now:
        offer.expires_at = (now + STANDS_FOR).replace(microsecond=0)
    offer.remind_at = reminder_for(offer.expires_at, now)
    offer.updated_at = next_change(offer.updated_at, now)
    session.flush()
    return offer


def take_answers(session: Session, offer: Offer, yes: bool) -> None:
    """Let it take answers, or no more. Raises Refused "not-ours", "gone", "not-published"."""
    _check_ours(offer)
    offer.answers_closed = not yes
    session.flush()


def talked_about(session: Session, offer: Offer, talks: bool, *, now: datetime) -> None:
    """Say whether somebody is talked with; it counts as a change, since how many they are may be one."""
    offer.status = "talks" if talks else "open"
    offer.updated_at = next_change(offer.updated_at, now)
    session.flush()


def reminders(session: Session, now: datetime, limit: int) -> list[Offer]:
    """Those whose authors are to be reminded now, longest due first; each is given once."""
    rows = select(Offer).where(text(REMIND), Offer.remind_at <= now).order_by(Offer.remind_at).limit(limit)
    found = list(session.scalars(rows))
    for offer in found:
        offer.remind_at = None
    session.flush()
    return found


def _check_ours(offer: Offer) -> None:
    if not offer.local:
        raise Refused("not-ours", iri=offer.iri)
    if offer.deleted_at is not None:
        raise Refused("gone", iri=offer.iri)
    if offer.status in ("draft", "waiting"):
        raise Refused("not-published", iri=offer.iri)
