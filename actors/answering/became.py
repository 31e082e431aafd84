"""What became of the needs and offers of a group: opened, answered, filled, and how long the first answer took."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors.answering.tables import WITHDRAWN, Answer
from actors.offers import Offer
from actors.people import Actor
from actors.views.answers import Became

MONTHS = 12
_DAYS = timedelta(days=366)
_MOST = 5_000


def needs_became(session: Session, group_iri: str, *, now: datetime) -> list[Became]:
    """By month of publication in UTC, oldest first, the last `MONTHS`; months without any are there too."""
    first = (
        select(Answer.offer_id, func.min(Answer.created_at).label("at"))
        .where(Answer.state != WITHDRAWN)
        .group_by(Answer.offer_id)
        .subquery()
    )
    rows = session.execute(
        select(Offer.published_at, Offer.status, first.c.at)
        .join(Actor, Actor.id == Offer.group_id)
        .outerjoin(first, first.c.offer_id == Offer.id)
        .where(Actor.iri == group_iri, Offer.local, Offer.purpose == "request", Offer.deleted_at.is_(None))
        .where(Offer.status.not_in(("draft", "waiting")), Offer.published_at > now - _DAYS)
        .order_by(Offer.published_at)
        .limit(_MOST)
    )
    found: dict[tuple[int, int], list[tuple[str, float | None]]] = defaultdict(list)
    for published_at, status, answered_at in rows:
        hours = (answered_at - published_at).total_seconds() / 3600 if answered_at is not None else None
        found[(published_at.year, published_at.month)].append((status, hours))
    return [_month(year, month, found[(year, month)]) for year, month in _last_months(now)]


def _month(year: int, month: int, items: list[tuple[str, float | None]]) -> Became:
    hours = [max(0.0, hour) for _, hour in items if hour is not None]
    return Became(
        month=datetime(year, month, 1, tzinfo=UTC),
        opened=len(items),
        answered=len(hours),
        filled=sum(status == "filled" for status, _ in items),
        first_answer_h=median(hours) if hours else None,
    )


def _last_months(now: datetime) -> list[tuple[int, int]]:
    last = now.year * 12 + now.month - 1
    return [(each // 12, each % 12 + 1) for each in range(last - MONTHS + 1, last + 1)]
