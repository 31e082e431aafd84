"""Telling people what fits, and offering further what nobody answers.

Pairs are found in the transaction that writes an item; they are told by a round, so that quiet hours hold and nobody
waits. A partner's item is told to ours only: its own instance, which has ours too, tells its author.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import matches, offers
from actors.bonds import Membership
from actors.groups import Person, local_groups
from actors.matches import Match, Step
from actors.offers import Offer
from actors.people import Actor, Member, in_language, instance_actor
from actors.refusals import Refused
from actors.views import Viewer
from outbox import mail, notices
from outbox.sharing import share

TOGETHER = 100
PURSUED_TOGETHER = 20
KIND = "match"


def tell_due(session: Session, now: datetime, timezone: str, after_id: int = 0) -> int | None:
    """Tell of the matches that are due, at most `TOGETHER` of them above `after_id`.

    Args:
        session: of a transaction.
        now: the time.
        timezone: of members who chose none, for quiet hours.
        after_id: where the last call ended.

    Returns:
        From where to go on; None when these were the last.
    """
    query = select(Match).where(Match.untold, Match.id > after_id).order_by(Match.id).limit(TOGETHER)
    rows = session.scalars(query).all()
    for match in rows:
        need, offer = session.get_one(Offer, match.need_id), session.get_one(Offer, match.offer_id)
        if match.need_told_at is None and _told(session, match, need, offer, now, timezone):
            match.need_told_at = now
        if match.offer_told_at is None and _told(session, match, offer, need, now, timezone):
            match.offer_told_at = now
        match.untold = match.need_told_at is None or match.offer_told_at is None
    session.flush()
    return rows[-1].id if len(rows) == TOGETHER else None


def _told(session: Session, match: Match, mine: Offer, other: Offer, now: datetime, timezone: str) -> bool:
    """Tell who wrote `mine` that `other` fits; False when it is to be told later."""
    if (mine.member_id is None and mine.writer_id is None) or not matches.both_stand(session, mine, other, now=now):
        return True
    away = matches.unfit(session, mine.member_id, mine.writer_id)
    less = matches.learnt(session, mine.member_id, mine.writer_id)
    lower = less.get(matches.leading_concepts(session, [other.id]).get(other.id, ""), 0) if less else 0
    if match.id in away or match.score - lower < matches.TOLD:
        return True
    key = f"match-{match.need_id}-{match.offer_id}"
    if mine.member_id is not None:
        member = session.get_one(Member, mine.member_id)
        if matches.is_quiet(now, member.time_zone, timezone):
            return False
        facts = _facts(match, mine, other, member.language)
        notices.tell(session, member.id, KIND, about_iri=other.iri, facts=facts, now=now, key=key)
        return True
    return _told_guest(session, match, mine, other, now, timezone, key)


def _told_guest(
    session: Session, match: Match, mine: Offer, other: Offer, now: datetime, timezone: str, key: str
) -> bool:
    """Who came with an account elsewhere is told by a direct message, in the language of what they wrote."""
    if matches.is_quiet(now, timezone):
        return False
    account = session.get_one(Actor, mine.writer_id)
    language = (mine.language or "en").partition("-")[0]
    said = {
        "id": 0,
        "kind": KIND,
        "about_iri": other.iri,
        "facts": _facts(match, mine, other, language),
        "at": now.isoformat(),
    }
    if account.deleted_at is None and account.suspended_at is None:
        mail.queue_direct(
            session, to=account.iri, kind="notice", facts=said, language=language, member_id=None, now=now, key=key
        )
    return True


def _facts(match: Match, mine: Offer, other: Offer, language: str) -> dict[str, Any]:
    return {
        "title": in_language(other.title, other.title_map, other.language, language).text,
        "mine": in_language(mine.title, mine.title_map, mine.language, language).text,
        "purpose": other.purpose,
        "reasons": list(match.reasons),
    }


def put_away(session: Session, match_id: int, *, by: Person, viewer: Viewer, now: datetime) -> str:
    """«Not relevant»; the IRI of the reader's own item. Raises Refused "not-found"."""
    match, mine, other = _own(session, match_id, viewer)
    matches.put_away(session, match.id, other.id, member_id=by.member_id, actor_id=by.actor_id, now=now)
    return mine.iri


def take_back(session: Session, match_id: int, *, by: Person, viewer: Viewer) -> str:
    """Relevant after all; the IRI of the reader's own item. Raises Refused "not-found"."""
    match, mine, _ = _own(session, match_id, viewer)
    matches.take_back(session, match.id, member_id=by.member_id, actor_id=by.actor_id)
    return mine.iri


def _own(session: Session, match_id: int, viewer: Viewer) -> tuple[Match, Offer, Offer]:
    found = matches.own_match(session, match_id, viewer)
    if found is None:
        raise Refused("not-found", what="match", name=str(match_id))
    return found


def offer_further(session: Session, iri: str, *, by: Person, wanted: bool) -> None:
    """Who wrote it, or looks after its group, says whether it is to be offered further when nobody answers.

    Raises:
        Refused: "not-found"; "already-closed".
    """
    offer = offers.find(session, iri)
    if offer is None or not offers.may_change(session, offer, by):
        raise Refused("not-found", what="offer", name=iri)
    if offer.status not in ("open", "talks"):
        raise Refused("already-closed", status=offer.status)
    matches.plead(session, offer, wanted=wanted)


def is_offered_further(session: Session, iri: str) -> bool:
    """Whether its author wants it offered further when nobody answers."""
    offer = offers.find(session, iri)
    plea = matches.plea_of(session, offer.id) if offer is not None else None
    return plea is not None and plea.due_at is not None


def pursue_due(session: Session, now: datetime, limit: int = PURSUED_TOGETHER) -> int:
    """Take the next step with what nobody answered; how many were looked at, so that a caller goes on at `limit`."""
    pleas = matches.due(session, now, limit)
    for plea, offer in pleas:
        match matches.advance(session, plea, offer, now=now):
            case Step.WIDER:
                matches.look(session, offer, now=now)
            case Step.SECTORS:
                _tell_organisers(session, offer, now)
            case Step.PARTNERS:
                _tell_partners(session, offer, now)
    return len(pleas)


def _tell_organisers(session: Session, offer: Offer, now: datetime) -> None:
    """The organisers of every sector group of ours but its own are asked whether they know somebody."""
    sectors = [group.id for group in local_groups(session) if group.kind == "sector" and group.id != offer.group_id]
    rule = (Membership.state == "active") & (Membership.role == "organiser") & Membership.group_id.in_(sectors)
    members = session.scalars(select(Membership.member_id).where(rule, Membership.member_id.is_not(None)).distinct())
    for member_id in members:
        if member_id is None or member_id == offer.member_id:
            continue
        member = session.get_one(Member, member_id)
        title = in_language(offer.title, offer.title_map, offer.language, member.language).text
        notices.tell(
            session,
            member_id,
            "unanswered",
            about_iri=offer.iri,
            facts={"title": title, "purpose": offer.purpose},
            now=now,
            key=f"unanswered-{offer.id}",
        )


def _tell_partners(session: Session, offer: Offer, now: datetime) -> None:
    """The instance passes it on to whoever follows the instance itself, as partners do."""
    group = session.get_one(Actor, offer.group_id)
    if offer.visibility == "public":
        share(session, instance_actor(session), offer.iri, author_iri=group.iri, now=now)
