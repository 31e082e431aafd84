"""What a reader may see of answers: the thread of an item, and what they answered themselves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors import answering, groups, offers
from actors.refusals import Refused
from actors.views import Viewer
from actors.views.answers import AnsweredLine, Thread


def thread_of(session: Session, iri: str, viewer: Viewer | None) -> Thread:
    """All that was said about the item with this IRI. Raises Refused "not-found"."""
    offer = offers.find(session, iri)
    if offer is None or offer.deleted_at is not None:
        raise Refused("not-found", what="offer", name=iri)
    by = groups.person_of(session, viewer.member_id, viewer.actor_iri) if viewer is not None else None
    return answering.answers_to(session, offer, by)


def answered_by(session: Session, viewer: Viewer) -> list[AnsweredLine]:
    """What `viewer` answered, newest first."""
    return answering.mine(session, groups.person_of(session, viewer.member_id, viewer.actor_iri))
