"""What whoever published an item does with its answers: accept, decline, keep private, take no more; who filled it.

Every change of the item itself (in talks, filled, open again) reaches its followers as an `Update`. Who answered by
an agreement (FEP-0837) gets an `Accept` that names the agreement, or a `Reject`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import answering, offers
from actors.answering import Answer
from actors.database import new_uuid
from actors.groups import Person
from actors.offers import Offer
from actors.people import Actor
from actors.refusals import Refused
from actors.wire import answers as wire
from outbox import offers as orders
from outbox.addressing import about, only, own_inbox
from outbox.answers.telling import tell_answerer
from outbox.log import Said, append


def settle(session: Session, answer_id: int, state: str, *, by: Person, words: str = "", now: datetime) -> Offer:
    """Accept or decline an answer, or open it again; the item.

    Raises:
        Refused: "not-found", and as `actors.answering.settle`.
    """
    made, offer = _settleable(session, answer_id, by)
    was = made.state
    if not answering.settle(session, made, state, words, now=now):
        return offer
    _told(session, offer, made, state, now=now)
    if "accepted" in (was, state):
        orders.announce(session, offer, now=now)
    return offer


def keep_private(session: Session, answer_id: int, *, by: Person) -> Offer:
    """Let nobody else read an answer on our pages. Raises Refused "not-found"."""
    made, offer = _settleable(session, answer_id, by)
    answering.keep_private(session, made)
    return offer


def take_answers(session: Session, iri: str, yes: bool, *, by: Person) -> Offer:
    """Let the item take answers, or none for now. Raises Refused "not-found", and as `actors.offers.take_answers`."""
    offer = orders.changeable(session, iri, by)
    offers.take_answers(session, offer, yes)
    return offer


def close(
    session: Session,
    iri: str,
    status: str,
    *,
    by: Person,
    answer_id: int | None = None,
    tells: bool = False,
    now: datetime,
) -> Said:
    """Close the item; with `answer_id`, that answer filled it, and who gave it is asked whether that may be told.

    Raises:
        Refused: "not-found", "answer-withdrawn", and as `actors.offers.close`.
    """
    offer = orders.changeable(session, iri, by)
    done = answering.find(session, answer_id) if answer_id is not None and status == "filled" else None
    others = [each for each in answering.standing(session, offer.id) if done is None or each.id != done.id]
    said = orders.close(session, offer, status, now=now)
    if done is not None:
        accepted = done.state == "accepted"
        answering.fill(session, offer, done, tells=tells)
        if not accepted and done.offered_iri is not None:
            _told(session, offer, done, "accepted", now=now)
        tell_answerer(session, offer, done, "asked" if tells else "filled", now=now)
    for each in others:
        if each.offered_iri is not None and each.state == "open":
            _reply(session, offer, each, "Reject", now=now)
        else:
            tell_answerer(session, offer, each, "over", now=now)
    return said


def agree(session: Session, answer_id: int, yes: bool, *, by: Person) -> Offer:
    """Who filled the item says whether everybody may read that it was them. Raises Refused "not-found"."""
    made = answering.find(session, answer_id)
    if made is None or not made.filled or not answering.is_answerer(made, by):
        raise Refused("not-found", what="answer", name=str(answer_id))
    answering.agree(session, made, yes)
    return session.get_one(Offer, made.offer_id)


def _settleable(session: Session, answer_id: int, by: Person) -> tuple[Answer, Offer]:
    made = answering.find(session, answer_id)
    offer = session.get(Offer, made.offer_id) if made is not None else None
    if made is None or offer is None or not offers.may_change(session, offer, by):
        raise Refused("not-found", what="answer", name=str(answer_id))
    return made, offer


def _told(session: Session, offer: Offer, made: Answer, state: str, *, now: datetime) -> None:
    """Say it the way they answered: by an activity to a program, else to the person."""
    if made.offered_iri is not None and made.member_id is None:
        if state == "accepted":
            made.agreement_iri = made.agreement_iri or f"{offer.iri}#agreement-{new_uuid()}"
            _reply(session, offer, made, "Accept", now=now)
        elif state == "declined":
            _reply(session, offer, made, "Reject", now=now)
    elif state in ("accepted", "declined"):
        tell_answerer(session, offer, made, state, reason=made.words, now=now)


def _reply(session: Session, offer: Offer, made: Answer, verb: str, *, now: datetime) -> None:
    """`Accept` (with the agreement as its result) or `Reject` of the `Offer` that the answer came with."""
    group, actor = session.get_one(Actor, offer.group_id), session.get_one(Actor, made.actor_id)
    activity = about(verb, made.offered_iri or "", only(actor.iri))
    if verb == "Accept":
        agreed = wire.agreement(offer, wire.primary_of(offer) or offer.iri, iri=made.agreement_iri)
        activity = wire.with_result(activity, agreed)
    there = own_inbox(session, actor)
    append(session, group, activity, audience="none", to=there, object_iri=offer.iri, public=False, now=now)
