"""Finding what fits: candidates by the index, then their scores, then the pairs that are kept.

The cost follows the number of candidates, not of what is open: from each concept that may answer, the newest ones of
the same area and the newest of all, and a few by the words of the title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from actors.bonds import Membership
from actors.lists import blocked_among, is_in_sight, living
from actors.matches.cards import Card
from actors.matches.keeping import WORD_WEIGHT, drop, is_matched, keep, read, writer_of
from actors.matches.reasons import stored
from actors.matches.scoring import Scored, kin, rarities, score
from actors.matches.tables import Match, MatchPlea, MatchTerm
from actors.offers import Offer
from actors.people import Actor
from actors.statements import Prepared, sole_table

LISTED = 0.2
"""What scores less is shown to nobody."""
TOLD = 0.6
"""What scores less is listed, and told to nobody."""
MOST_KEPT = 20
MOST_TOLD = 3
"""Of one newly found item, so many are told at most: the others wait in the lists."""
CONCEPTS_ASKED = 24
NEWEST_NEARBY, NEWEST = 80, 80
BY_ONE_WORD = 25
SCORED = 150
LOADED = 40

_TERM = sole_table(MatchTerm).c
_ASKED = select(_TERM.offer_id, _TERM.weight).where(
    _TERM.term == bindparam("term"), _TERM.purpose == bindparam("purpose")
)
NEAREST = (
    _ASKED.where(_TERM.area == bindparam("area"))
    .order_by(_TERM.offer_id.desc())
    .limit(bindparam("most", type_=Integer))
)
ANYWHERE = _ASKED.order_by(_TERM.offer_id.desc()).limit(bindparam("most", type_=Integer))
_NEAREST, _ANYWHERE = Prepared(NEAREST), Prepared(ANYWHERE)
OTHER = {"offer": "request", "request": "offer"}


@dataclass(frozen=True, slots=True)
class Found:
    """One item that fits, by the id of its row."""

    offer_id: int
    scored: Scored


def look(session: Session, offer: Offer, *, now: datetime) -> int:
    """Keep the card of `offer` as it is now and find what fits it; how many pairs there are.

    What no longer takes part loses its card; its pairs stay, and the lists leave them out.

    Args:
        session: of the transaction that writes the offer.
        offer: flushed.
        now: the time.
    """
    session.flush()
    if not is_matched(offer, now):
        drop(session, offer.id)
        return 0
    plea = session.get(MatchPlea, offer.id)
    card = keep(session, offer, wide=plea is not None and plea.step > 0)
    return _keep_pairs(session, offer, find(session, offer, card, now=now), now)


def find(session: Session, offer: Offer, card: Card, *, now: datetime) -> list[Found]:
    """What fits `offer`, best first, at most `MOST_KEPT`: of others, open, and to be seen."""
    ids = candidates(session, card)
    if not ids:
        return []
    cards = read(session, ids)
    rarity = rarities([each[0].stems for each in cards.values()])
    mine = writer_of(offer)
    found = []
    for other_id, (other, writer, author_id, expires_at) in cards.items():
        same_author = writer == mine if writer or mine else author_id == offer.group_id
        neither_ours = mine is None and writer is None and not offer.local
        if same_author or neither_ours or (expires_at is not None and expires_at <= now):
            continue
        need, given = (card, other) if offer.purpose == "request" else (other, card)
        scored = score(need, given, rarity)
        if scored.value >= LISTED:
            found.append(Found(other_id, scored))
    found.sort(key=lambda each: (-each.scored.value, -each.offer_id))
    seen = _in_sight(session, [each.offer_id for each in found[:LOADED]], offer, now)
    return [each for each in found[:LOADED] if each.offer_id in seen][:MOST_KEPT]


def candidates(session: Session, card: Card) -> list[int]:
    """The ids of at most `SCORED` items of the other purpose that may fit, the likeliest first."""
    told: dict[int, float] = {}
    purpose = OTHER[card.purpose]

    def take(rows: Iterable[tuple[Any, ...]], counts: float) -> None:
        for offer_id, weight in rows:
            told[offer_id] = max(told.get(offer_id, 0.0), weight * counts)

    asked: dict[str, float] = {}
    for iri, weight in card.concepts.items():
        for near, (_, counts) in kin(iri).items():
            asked[near] = max(asked.get(near, 0.0), weight * counts)
    for term in sorted(asked, key=lambda term: (-asked[term], term))[:CONCEPTS_ASKED]:
        values: dict[str, str | int | None] = {"term": term, "purpose": purpose}
        if card.area is not None:
            take(_NEAREST.rows(session, {**values, "area": card.area, "most": NEWEST_NEARBY}), asked[term])
        take(_ANYWHERE.rows(session, {**values, "most": NEWEST}), asked[term])
    for stem in sorted(card.heads):
        take(_ANYWHERE.rows(session, {"term": stem, "purpose": purpose, "most": BY_ONE_WORD}), WORD_WEIGHT)
    return sorted(told, key=lambda each: (-told[each], -each))[:SCORED]


def _in_sight(session: Session, ids: list[int], offer: Offer, now: datetime) -> set[int]:
    """Those that are open and whose author may be seen, as must be the author of `offer`."""
    if not ids or not is_in_sight(session, session.get_one(Actor, offer.group_id)):
        return set()
    # Of rows that may hold long texts only what is asked for.
    query = (
        select(Offer.id, Offer.group_id, Offer.member_id, Offer.writer_id, Offer.visibility, Actor.host, Actor.local)
        .join(Actor, Actor.id == Offer.group_id)
        .where(Offer.id.in_(ids), living(), Offer.deleted_at.is_(None), Offer.shown, Offer.visibility != "group")
        .where(Offer.status.in_(("open", "talks")), or_(Offer.expires_at.is_(None), Offer.expires_at > now))
    )
    rows = session.execute(query).all()
    blocked = blocked_among(session, {row.host for row in rows if not row.local})
    apart = _apart(session, offer, rows)
    return {
        row.id
        for row in rows
        if row.host not in blocked and row.id not in apart
        # What is for members of this instance is told to nobody elsewhere, nor to guests.
        if row.visibility == "public" or offer.member_id is not None
        if offer.visibility == "public" or row.member_id is not None
    }


def _apart(session: Session, offer: Offer, others: Sequence[Any]) -> set[int]:
    """Those whose group has removed who wrote `offer`, or whose writer the group of `offer` has removed."""
    removed = and_(Membership.state == "ended", Membership.role == "removed")
    apart: set[int] = set()
    if offer.member_id or offer.writer_id:
        me = Membership.member_id == offer.member_id if offer.member_id else Membership.actor_id == offer.writer_id
        groups = set(session.scalars(select(Membership.group_id).where(removed, me)))
        apart |= {each.id for each in others if each.group_id in groups}
    there = session.execute(
        select(Membership.member_id, Membership.actor_id).where(removed, Membership.group_id == offer.group_id)
    ).all()
    members, actors = {row[0] for row in there} - {None}, {row[1] for row in there} - {None}
    return apart | {each.id for each in others if each.member_id in members or each.writer_id in actors}


def _keep_pairs(session: Session, offer: Offer, found: list[Found], now: datetime) -> int:
    """Write what was found; pairs of before that are no longer among them score nothing, and are not told twice."""
    is_need = offer.purpose == "request"
    rows = session.scalars(select(Match).where(or_(Match.need_id == offer.id, Match.offer_id == offer.id)))
    known = {row.offer_id if is_need else row.need_id: row for row in rows}
    for rank, each in enumerate(found):
        row = known.pop(each.offer_id, None)
        if row is None:
            need_id, offer_id = (offer.id, each.offer_id) if is_need else (each.offer_id, offer.id)
            row = Match(need_id=need_id, offer_id=offer_id, found_at=now)
            session.add(row)
        row.score, row.reasons = each.scored.value, stored(each.scored.reasons)
        untold = row.need_told_at is None or row.offer_told_at is None
        row.untold = untold and rank < MOST_TOLD and each.scored.value >= TOLD
    for row in known.values():
        row.score, row.untold = 0.0, False
    session.flush()
    return len(found)
