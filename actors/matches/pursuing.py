"""No need left alone: whose author wants it is offered further, step by step, while nobody answers.

Source: product D14; the steps are the wider region, all sectors, partners.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.matches.keeping import is_matched
from actors.matches.lists import is_answered
from actors.matches.tables import MatchPlea
from actors.offers import Offer

PAUSE = timedelta(days=7)
"""Before the first step, and between two of them."""


class Step(IntEnum):
    """How far an item has been offered."""

    NONE = 0
    WIDER = 1
    SECTORS = 2
    PARTNERS = 3


def plead(session: Session, offer: Offer, *, wanted: bool) -> None:
    """Its author says whether it is to be offered further when nobody answers.

    Who takes it back and says it anew goes on where it stood.
    """
    plea = session.get(MatchPlea, offer.id)
    if plea is None:
        if not wanted:
            return
        plea = MatchPlea(offer_id=offer.id, step=int(Step.NONE))
        session.add(plea)
    further = plea.step < Step.PARTNERS
    plea.due_at = offer.published_at + PAUSE * (plea.step + 1) if wanted and further else None
    session.flush()


def plea_of(session: Session, offer_id: int) -> MatchPlea | None:
    """What its author said, and how far it has come."""
    return session.get(MatchPlea, offer_id)


def due(session: Session, now: datetime, limit: int) -> list[tuple[MatchPlea, Offer]]:
    """Those whose next step is due, the longest waiting first, at most `limit`."""
    query = select(MatchPlea, Offer).join(Offer, Offer.id == MatchPlea.offer_id).where(MatchPlea.due_at <= now)
    return [(plea, offer) for plea, offer in session.execute(query.order_by(MatchPlea.due_at).limit(limit))]


def advance(session: Session, plea: MatchPlea, offer: Offer, *, now: datetime) -> Step | None:
    """The step that is to be taken now; None when it needs none any more: closed, answered, or in talks."""
    if not is_matched(offer, now) or offer.status != "open" or is_answered(session, offer):
        plea.due_at = None
        session.flush()
        return None
    step = Step(plea.step + 1)
    plea.step = int(step)
    plea.due_at = now + PAUSE if step < Step.PARTNERS else None
    session.flush()
    return step
