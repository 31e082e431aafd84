"""What readers are shown of matches: beside an item, in «for you», and the needs that nobody has answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from actors.answers import ANSWERS
from actors.bonds import Membership
from actors.lists import is_in_sight, may_read
from actors.matches.dismissing import learnt, unfit
from actors.matches.finding import LISTED
from actors.matches.keeping import is_matched, leading_concepts, writer_of
from actors.matches.reasons import Reason, restored
from actors.matches.tables import Match, MatchPlea
from actors.offers import Offer, lines_of
from actors.offers.tables import OPEN
from actors.people import Actor
from actors.views import OfferLine, Viewer

UNANSWERED_AFTER = timedelta(days=7)
OWN_ITEMS = 50
UNANSWERED_MOST = 200
_NO_ANSWER = text(
    f"NOT EXISTS (SELECT 1 FROM post WHERE {ANSWERS} AND post.in_reply_to_iri = offer.iri)"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM answer WHERE answer.offer_id = offer.id AND answer.state <> 'withdrawn')"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """Something that fits, and why."""

    match_id: int
    line: OfferLine
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OwnFits:
    """An item of the reader's own, and what fits it, best first."""

    line: OfferLine
    fits: tuple[Fit, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A need that waits: how many fit it, and how far it has been offered."""

    line: OfferLine
    fits: int
    step: int | None
    """None: its author has not asked that it be offered further."""


def beside(
    session: Session, iri: str, *, language: str, now: datetime, viewer: Viewer | None = None, limit: int = 5
) -> list[Fit]:
    """What fits the offer or need with this IRI and may be seen by this reader, best first."""
    item = session.scalar(select(Offer).where(Offer.iri == iri))
    if item is None or not is_matched(item, now):
        return []
    return _fits(session, [item], language=language, now=now, viewer=viewer, most=limit)[item.id]


def for_reader(session: Session, viewer: Viewer, *, language: str, now: datetime, limit: int = 10) -> list[OwnFits]:
    """The reader's own open items, the newest first, each with what fits it and is not put away."""
    mine = _own_items(session, viewer, now)
    actor_id = _actor_id(session, viewer)
    away = unfit(session, viewer.member_id, actor_id)
    less = learnt(session, viewer.member_id, actor_id)
    found = _fits(session, mine, language=language, now=now, viewer=viewer, most=limit, away=away, less=less)
    lines = lines_of(session, mine, language)
    return [OwnFits(line, tuple(found[item.id])) for item, line in zip(mine, lines, strict=True)]


def both_stand(session: Session, mine: Offer, other: Offer, *, now: datetime) -> bool:
    """Whether both are open, and who wrote `mine` may see `other`."""
    viewer = Viewer(member_id=mine.member_id or 0)
    return is_matched(mine, now) and other.id in _readable(session, [other.id], viewer, now)


def own_match(session: Session, match_id: int, viewer: Viewer) -> tuple[Match, Offer, Offer] | None:
    """The match, the reader's own item and the other one; None when neither is the reader's."""
    match = session.get(Match, match_id)
    if match is None:
        return None
    need, offer = session.get_one(Offer, match.need_id), session.get_one(Offer, match.offer_id)
    for mine, other in ((need, offer), (offer, need)):
        if _is_own(session, mine, viewer):
            return match, mine, other
    return None


def unanswered(
    session: Session, *, language: str, now: datetime, groups: Collection[int] | None = None
) -> list[Unanswered]:
    """The open needs of ours that stand for `UNANSWERED_AFTER` and that nobody has answered, the oldest first.

    Args:
        groups: ids; None: of all groups.
    """
    query = (
        select(Offer)
        .where(Offer.purpose == "request", text(OPEN), Offer.local, Offer.status == "open", _NO_ANSWER)
        .where(Offer.published_at <= now - UNANSWERED_AFTER)
        .where(or_(Offer.expires_at.is_(None), Offer.expires_at > now))
    )
    if groups is not None:
        query = query.where(Offer.group_id.in_(groups))
    items = list(session.scalars(query.order_by(Offer.published_at).limit(UNANSWERED_MOST)))
    ids = [item.id for item in items]
    pleas = {plea.offer_id: plea.step for plea in session.scalars(select(MatchPlea).where(MatchPlea.offer_id.in_(ids)))}
    counted: dict[int, int] = {}
    for need_id in session.scalars(select(Match.need_id).where(Match.need_id.in_(ids), Match.score >= LISTED)):
        counted[need_id] = counted.get(need_id, 0) + 1
    lines = lines_of(session, items, language)
    return [
        Unanswered(line, counted.get(item.id, 0), pleas.get(item.id)) for item, line in zip(items, lines, strict=True)
    ]


def is_answered(session: Session, offer: Offer) -> bool:
    """Whether anybody has answered it, in public or not."""
    return session.scalar(select(Offer.id).where(Offer.id == offer.id, _NO_ANSWER)) is None


def organised_by(session: Session, viewer: Viewer) -> list[int]:
    """The ids of the groups that the reader organises."""
    actor_id = _actor_id(session, viewer)
    me = [Membership.member_id == viewer.member_id] if viewer.member_id else []
    me += [Membership.actor_id == actor_id] if actor_id else []
    if not me:
        return []
    rule = and_(Membership.state == "active", Membership.role == "organiser", or_(*me))
    return list(session.scalars(select(Membership.group_id).where(rule).distinct()))


def _fits(
    session: Session,
    items: list[Offer],
    *,
    language: str,
    now: datetime,
    viewer: Viewer | None,
    most: int,
    away: Collection[int] = (),
    less: Mapping[str, float] | None = None,
) -> dict[int, list[Fit]]:
    ids = [item.id for item in items]
    query = (
        select(Match)
        .where(or_(Match.need_id.in_(ids), Match.offer_id.in_(ids)), Match.score >= LISTED)
        .order_by(Match.score.desc(), Match.id.desc())
    )
    matches = [match for match in session.scalars(query) if match.id not in away]
    others = _readable(session, {other for match in matches for other in (match.need_id, match.offer_id)}, viewer, now)
    lines = dict(zip(others, lines_of(session, list(others.values()), language), strict=True))
    leading = leading_concepts(session, others) if less else {}
    found: dict[int, list[Fit]] = {item: [] for item in ids}
    for match in matches:
        for mine, other in ((match.need_id, match.offer_id), (match.offer_id, match.need_id)):
            if mine not in found or other not in others:
                continue
            value = match.score - (less.get(leading.get(other, ""), 0) if less else 0)
            if value >= LISTED:
                found[mine].append(Fit(match.id, lines[other], value, restored(match.reasons)))
    return {mine: sorted(fits, key=lambda fit: -fit.score)[:most] for mine, fits in found.items()}


def _readable(session: Session, ids: Collection[int], viewer: Viewer | None, now: datetime) -> dict[int, Offer]:
    rows = session.execute(select(Offer, Actor).join(Actor, Actor.id == Offer.group_id).where(Offer.id.in_(ids)))
    return {
        offer.id: offer
        for offer, author in rows
        if is_matched(offer, now) and may_read(session, offer.visibility, author.id, viewer)
        if is_in_sight(session, author)
    }


def _own_items(session: Session, viewer: Viewer, now: datetime) -> list[Offer]:
    actor_id = _actor_id(session, viewer)
    if viewer.member_id:
        mine = Offer.member_id == viewer.member_id
    elif actor_id is not None:
        mine = Offer.writer_id == actor_id
    else:
        return []
    query = select(Offer).where(mine, Offer.local, Offer.deleted_at.is_(None), Offer.status.in_(("open", "talks")))
    rows = session.scalars(query.order_by(Offer.id.desc()).limit(OWN_ITEMS))
    return [offer for offer in rows if is_matched(offer, now)]


def _is_own(session: Session, offer: Offer, viewer: Viewer) -> bool:
    actor_id = _actor_id(session, viewer)
    mine = {f"m{viewer.member_id}"} if viewer.member_id else {f"a{actor_id}"} if actor_id else set()
    return writer_of(offer) in mine


def _actor_id(session: Session, viewer: Viewer) -> int | None:
    if viewer.actor_iri is None:
        return None
    return session.scalar(select(Actor.id).where(Actor.iri == viewer.actor_iri))
