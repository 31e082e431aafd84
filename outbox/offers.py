"""Publish, change, close and delete an offer or a need.

The group is the author on the wire; only what is visible to everybody leaves the house. What was public
and is no longer so is retracted, since the others would keep it otherwise.

Source: interop.md §2.2, §3.1 (A), §7.5.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import offers
from actors.offers import Offer, OfferDraft
from actors.people import Actor
from actors.wire import offers as wire
from outbox.addressing import is_told, retract, tell
from outbox.log import Said, told

_TYPE = "Note"


def publish(session: Session, group: Actor, draft: OfferDraft, *, member_id: int | None = None, now: datetime) -> Said:
    """Post the offer or need in `draft` and tell it to the group's followers.

    Raises:
        Refused: as `actors.offers.post`.
    """
    offer = offers.post(session, group, draft, member_id=member_id, now=now)
    session.flush()
    return announce(session, offer, now=now)


def announce(session: Session, offer: Offer, *, now: datetime) -> Said:
    """Tell the group's followers of an offer that is saved: for the first time, or as it is now.

    An offer that not everybody may see is not told, and is taken back where it was.
    """
    group = session.get_one(Actor, offer.group_id)
    known = told(session, group.id, offer.iri)
    if not is_told(session, offer):
        return Said(offer.iri, retract(session, group, offer.iri, _TYPE, now=now).iri if known else None)
    row = tell(session, group, "Update" if known else "Create", wire.to_wire(session, offer), now=now)
    return Said(offer.iri, row.iri)


def change(session: Session, offer: Offer, draft: OfferDraft, *, now: datetime) -> Said:
    """Change the offer to what `draft` says and tell it.

    Raises:
        Refused: as `actors.offers.change`.
    """
    offers.change(session, offer, draft, now=now)
    session.flush()
    return announce(session, offer, now=now)


def close(session: Session, offer: Offer, status: str, *, now: datetime) -> Said:
    """Close the offer as filled, withdrawn or expired, and tell it as an Update with `finished`.

    Raises:
        Refused: as `actors.offers.close`.
    """
    offers.close(session, offer, status, now=now)
    session.flush()
    return announce(session, offer, now=now)


def expire_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Close what has run out: ours with an Update to the followers, at most `limit` at a time, and others' silently.

    Returns how many of ours were closed, so that a caller goes on while it is `limit`.
    """
    due = offers.due(session, now, limit)
    for offer in due:
        close(session, offer, "expired", now=now)
    offers.expire_remote(session, now)
    return len(due)


def delete(session: Session, offer: Offer, *, now: datetime) -> Said:
    """Delete the offer here, and tell everybody who ever heard the group."""
    group = session.get_one(Actor, offer.group_id)
    known = told(session, group.id, offer.iri)
    offers.delete(session, offer, now=now)
    return Said(offer.iri, retract(session, group, offer.iri, _TYPE, now=now).iri if known else None)
