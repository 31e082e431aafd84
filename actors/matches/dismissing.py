"""«Not relevant»: a match leaves one person's list, and that person is shown less of the same. Nobody else is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, false, func, select
from sqlalchemy.orm import Session

from actors.matches.keeping import leading_concepts
from actors.matches.tables import MatchUnfit

LESS_EACH, LESS_MOST = 0.08, 0.32
"""How much lower the same trade scores in the list of who put it away, each time and at most."""


def _of(member_id: int | None, actor_id: int | None) -> ColumnElement[bool]:
    if member_id:
        return MatchUnfit.member_id == member_id
    return MatchUnfit.actor_id == actor_id if actor_id else false()


def put_away(
    session: Session, match_id: int, other_id: int, *, member_id: int | None, actor_id: int | None, now: datetime
) -> None:
    """This match is not relevant for this person; saying so again changes nothing."""
    known = select(MatchUnfit.id).where(MatchUnfit.match_id == match_id, _of(member_id, actor_id))
    if session.scalar(known) is not None:
        return
    session.add(
        MatchUnfit(
            match_id=match_id,
            member_id=member_id or None,
            actor_id=None if member_id else actor_id,
            concept=leading_concepts(session, [other_id]).get(other_id),
            at=now,
        )
    )
    session.flush()


def take_back(session: Session, match_id: int, *, member_id: int | None, actor_id: int | None) -> None:
    """It is relevant after all."""
    session.execute(delete(MatchUnfit).where(MatchUnfit.match_id == match_id, _of(member_id, actor_id)))


def unfit(session: Session, member_id: int | None, actor_id: int | None) -> frozenset[int]:
    """The ids of the matches that this person put away."""
    return frozenset(session.scalars(select(MatchUnfit.match_id).where(_of(member_id, actor_id))))


def learnt(session: Session, member_id: int | None, actor_id: int | None) -> dict[str, float]:
    """By concept, how much lower this person's list scores what is about it."""
    query = (
        select(MatchUnfit.concept, func.count())
        .where(_of(member_id, actor_id), MatchUnfit.concept.is_not(None))
        .group_by(MatchUnfit.concept)
    )
    return {concept: min(LESS_MOST, LESS_EACH * times) for concept, times in session.execute(query) if concept}
