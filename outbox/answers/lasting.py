"""Items that run out: their authors are reminded a week before, told on the day, and renew with one click.

What is due is a column (`remind_at`, `expires_at`), read by the hourly round; each is told once. The click is a link
that carries the item and the day that it renews, so that an old mail renews nothing (`web/offers/renewal.py` signs it).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import offers
from actors.offers import Offer
from actors.refusals import Refused
from outbox import offers as orders
from outbox.answers.telling import tell_writer
from outbox.log import Said


def remind_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Remind the authors of what runs out within a week, at most `limit` at a time; how many there were."""
    due = offers.reminders(session, now, limit)
    for offer in due:
        _tell(session, offer, "item-ending", now)
    return len(due)


def expire_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Close what has run out: ours with an Update to the followers, at most `limit` at a time, and others' silently.

    The authors of ours are told. Returns how many of ours were closed, so that a caller goes on while it is `limit`.
    """
    due = offers.due(session, now, limit)
    for offer in due:
        orders.close(session, offer, "expired", now=now)
        _tell(session, offer, "item-ended", now)
    offers.expire_remote(session, now)
    return len(due)


def renewable(session: Session, offer_id: int, until: int) -> tuple[str, str] | None:
    """Title and IRI of the item that a link renews; None when it is gone, was renewed since, or ended in another way.

    Args:
        until: the day on which it ran out when the link was made, in seconds since 1970.
    """
    offer = _standing(session, offer_id, until)
    return (offer.title, offer.iri) if offer is not None else None


def renew(session: Session, offer_id: int, until: int, *, now: datetime) -> Said:
    """Renew what a link names. Raises Refused "link-used"."""
    offer = _standing(session, offer_id, until)
    if offer is None:
        raise Refused("link-used")
    return orders.renew(session, offer, now=now)


def _standing(session: Session, offer_id: int, until: int) -> Offer | None:
    offer = session.get(Offer, offer_id)
    if offer is None or offer.deleted_at is not None or offer.expires_at is None:
        return None
    if int(offer.expires_at.timestamp()) != until or offer.status not in ("open", "talks", "expired"):
        return None
    return offer


def _tell(session: Session, offer: Offer, kind: str, now: datetime) -> None:
    if offer.expires_at is None:
        return
    until = int(offer.expires_at.timestamp())
    facts = {"title": offer.title, "renews": f"{offer.id}.{until}"}
    tell_writer(session, offer, kind, facts, now=now, key=f"{kind}-{offer.id}-{until}")
