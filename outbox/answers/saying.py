"""Answering an item, and taking that back; of ours, and of a partner's, to whom it travels.

A partner's item is answered by the member's own actor, or by a group they take part in where they have none; with an
account elsewhere one answers from there. Source: FEP-0837; interop.md §7.5.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import answering, offers
from actors.answering import Answer, AnswerDraft
from actors.groups import Person, groups_of_member
from actors.offers import Offer
from actors.people import Actor, Member
from actors.refusals import Refused
from actors.wire import answers as wire
from fediverse.types import Activity
from outbox import offers as orders
from outbox.addressing import about, only, own_inbox
from outbox.answers.telling import tell_author
from outbox.log import append


def answer(session: Session, iri: str, draft: AnswerDraft, *, by: Person, named: bool = False, now: datetime) -> Answer:
    """Answer the item with this IRI, and tell whoever published it.

    Args:
        named: where a group speaks for them to a partner, it may say their name.

    Raises:
        Refused: "not-found", "no-voice" (a partner's item, and nobody of ours who could say it there), and as
            `actors.answering.say`.
    """
    offer = offers.find(session, iri)
    if offer is None:
        raise Refused("not-found", what="offer", name=iri)
    made = answering.say(session, offer, draft, by=by, now=now)
    if offer.local:
        tell_author(session, offer, made, now=now)
    else:
        _send(session, offer, made, named=named, now=now)
    return made


def withdraw(session: Session, answer_id: int, *, by: Person, now: datetime) -> Offer:
    """Who answered takes it back; the item. Raises Refused "not-found"."""
    made = answering.find(session, answer_id)
    if made is None or not answering.is_answerer(made, by):
        raise Refused("not-found", what="answer", name=str(answer_id))
    offer = session.get_one(Offer, made.offer_id)
    talked = made.state == "accepted"
    if answering.withdraw(session, made, now=now):
        if offer.local and talked:
            orders.announce(session, offer, now=now)
        elif not offer.local and made.offered_iri is not None:
            _take_back(session, offer, made, now=now)
    return offer


def speaker_for(session: Session, by: Person) -> Actor | None:
    """Which actor of ours speaks to a partner for `by`: their own, or the first group they take part in."""
    member = session.get(Member, by.member_id) if by.member_id else None
    if member is None:
        return None
    own = session.get(Actor, member.actor_id) if member.actor_id else None
    if own is not None and own.local and own.deleted_at is None and own.suspended_at is None:
        return own
    living = [group for group in groups_of_member(session, member.id) if group.local and group.suspended_at is None]
    return living[0] if living else None


def _send(session: Session, offer: Offer, made: Answer, *, named: bool, now: datetime) -> None:
    by = Person(made.member_id, made.actor_id)
    speaker, author = speaker_for(session, by), session.get_one(Actor, offer.group_id)
    if speaker is None or made.member_id is None:
        raise Refused("no-voice", iri=offer.iri)
    recipients, there = only(author.iri), own_inbox(session, author)
    intent = wire.primary_of(offer)
    if made.kind == "can" and intent is not None:
        offered = about("Offer", wire.agreement(offer, intent), recipients)
        made.offered_iri = append(
            session, speaker, offered, audience="none", to=there, object_iri=offer.iri, public=False, now=now
        ).iri
    name = session.get_one(Member, made.member_id).name if named and speaker.type == "Group" else ""
    said = wire.note(offer, author, speaker, made.kind, made.text, made.language, name, now=now)
    append(
        session,
        speaker,
        about("Create", said, recipients),
        audience="none",
        to=there,
        object_iri=said.id,
        public=False,
        now=now,
    )
    made.speaker_id = speaker.id
    session.flush()


def _take_back(session: Session, offer: Offer, made: Answer, *, now: datetime) -> None:
    """Undo the `Offer` that went to the partner."""
    speaker = session.get(Actor, made.speaker_id) if made.speaker_id else None
    if speaker is None or speaker.deleted_at is not None:
        return
    author = session.get_one(Actor, offer.group_id)
    offered = Activity(id=made.offered_iri, type="Offer", actor=speaker.iri)
    undo = about("Undo", offered, only(author.iri))
    there = own_inbox(session, author)
    append(session, speaker, undo, audience="none", to=there, object_iri=offer.iri, public=False, now=now)
