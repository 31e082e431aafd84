"""Who wrote an offer or a need of ours on our pages, and who may change it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from actors.groups import Person, may_organise
from actors.offers.lists import lines_of
from actors.offers.tables import Offer
from actors.refusals import Refused
from actors.views import OfferLine

MOST = 200
DRAFTS = 50
"""So many drafts one person keeps."""


def is_writer(offer: Offer, person: Person) -> bool:
    """Whether `person` wrote it: the member, or whoever came with that account elsewhere."""
    if person.member_id and offer.member_id == person.member_id:
        return True
    return offer.member_id is None and offer.writer_id is not None and offer.writer_id == person.actor_id


def may_change(session: Session, offer: Offer, person: Person) -> bool:
    """Whether `person` may change, close or delete it: who wrote it, and of what is no draft its group's organisers."""
    if not offer.local or offer.deleted_at is not None:
        return False
    if offer.status == "draft":
        return is_writer(offer, person)
    return is_writer(offer, person) or may_organise(session, offer.group_id, person, moderators_too=True)


def check_drafts(session: Session, person: Person) -> None:
    """See that `person` may keep one more draft. Raises Refused "too-many-drafts"."""
    kept = select(func.count()).where(_is_by(person), Offer.status == "draft", Offer.deleted_at.is_(None))
    if (session.scalar(kept) or 0) >= DRAFTS:
        raise Refused("too-many-drafts", limit=DRAFTS)


def _is_by(person: Person) -> ColumnElement[bool]:
    return Offer.member_id == person.member_id if person.member_id else Offer.writer_id == person.actor_id


def written_by(session: Session, person: Person, *, language: str) -> list[OfferLine]:
    """What `person` wrote and did not delete, newest first, whatever became of it; at most `MOST`."""
    if not person.member_id and not person.actor_id:
        return []
    rows = (
        select(Offer)
        .where(_is_by(person), Offer.local, Offer.deleted_at.is_(None))
        .order_by(Offer.id.desc())
        .limit(MOST)
    )
    return lines_of(session, list(session.scalars(rows)), language)
