"""Answers to offers and needs from elsewhere: replies, and the agreements of FEP-0837.

A reply to an item of ours is an answer: its author is told, a public one stands in the thread, a direct one stays
between the two. What the item does not take (it is closed, or floods) is kept as a post and shown nowhere. An agreement
is offered by `Offer{Agreement}`, answered by `Accept` or `Reject`, and taken back by `Undo`.

Source: FEP-0837 (agreements); interop.md §2.1 and §7.5.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import answering, groups, offers, threads
from actors.answering import Answer
from actors.groups import Person
from actors.offers import Offer
from actors.people import Actor
from actors.refusals import Refused
from actors.threads import Post
from actors.wire import answers as wire_answers
from actors.wire import threads as wire_threads
from fediverse import types as wire
from fediverse.vocabulary import id_of, is_public
from inbox.authority import Told
from inbox.heard import Heard
from outbox.addressing import about, only, own_inbox
from outbox.answers import tell_answerer, tell_author
from outbox.log import append
from outbox.offers import announce

_STATES = {groups.ANNOUNCE: "shown", groups.WAIT: "waiting"}


def replied(session: Session, heard: Heard, thing: Told, item: Offer, group: Actor) -> str:
    """Keep the reply, and tell the item's author of the answer; the state in which the post is kept."""
    takes = _takes(session, item, thing.author, heard.now)
    public = is_public(thing.object) and not groups.is_private(session, group.id)
    decision = groups.may_answer(session, group, thing.author) if public and takes else groups.KEEP
    state = _STATES.get(decision, "kept")
    draft = wire_threads.from_wire(thing.object, heard.limits, thing.document)
    kept_in = group if state != "kept" else None
    post = threads.record_remote(session, thing.author, draft, group=kept_in, state=state, now=heard.now)
    if takes:
        made, is_new = answering.heard(session, item, thing.author, post=post, now=heard.now)
        if is_new:
            tell_author(session, item, made, now=heard.now)
    return state


def taken_back(session: Session, heard: Heard, post: Post) -> None:
    """Whoever deletes the post that was an answer takes the answer back."""
    made = answering.come_as(session, post.id)
    if made is not None:
        _withdraw(session, heard, made)


def agreement(session: Session, heard: Heard) -> str | None:
    """Somebody offers to satisfy the intent of an item of ours; what cannot be satisfied is rejected at once."""
    thing = heard.activity.objects[0]
    offered = wire_answers.offered_in(thing if isinstance(thing, wire.Object) else None)
    if offered is None or heard.activity.id is None:
        return "agreement-without-intent"
    item = offers.find(session, offered.item_iri) if heard.is_ours(offered.item_iri) else None
    if item is None or not item.local or item.deleted_at is not None or offered.satisfies not in _intents(item):
        raise Refused("unknown-object", iri=offered.satisfies)
    try:
        answering.check_open(session, item, Person(actor_id=heard.sender.id))
        made, is_new = answering.heard(session, item, heard.sender, offered_iri=heard.activity.id, now=heard.now)
    except Refused as refusal:
        if refusal.code == "not-found":
            raise Refused("unknown-object", iri=offered.satisfies) from None
        _reject(session, heard, item)
        return refusal.code
    if is_new:
        tell_author(session, item, made, now=heard.now)
    return None


def undo_agreement(session: Session, heard: Heard) -> str | None:
    """Who offered takes it back."""
    made = _named(session, heard)
    if made is None or made.member_id is not None:
        return "not-known"
    if made.actor_id != heard.sender.id:
        raise Refused("not-theirs", iri=made.offered_iri)
    _withdraw(session, heard, made)
    return None


def agreed(session: Session, heard: Heard) -> str | None:
    """A partner accepts what a member of ours offered, and names the agreement."""
    return _decided(session, heard, "accepted")


def not_agreed(session: Session, heard: Heard) -> str | None:
    """A partner declines what a member of ours offered."""
    return _decided(session, heard, "declined")


def _decided(session: Session, heard: Heard, state: str) -> str | None:
    made = _named(session, heard)
    if made is None or made.member_id is None:
        return "not-known"
    item = session.get_one(Offer, made.offer_id)
    if item.group_id != heard.sender.id:
        raise Refused("not-theirs", iri=made.offered_iri)
    if made.state in ("withdrawn", state):
        return "nothing-to-do"
    made.state, made.settled_at = state, heard.now
    if state == "accepted":
        made.agreement_iri = wire_answers.result_iri(heard.activity.result)
    session.flush()
    tell_answerer(session, item, made, state, now=heard.now)
    return None


def _named(session: Session, heard: Heard) -> Answer | None:
    """The answer whose `Offer` is the object of what was heard."""
    iri = id_of(heard.activity.objects[0]) if heard.activity.objects else None
    return answering.offered_as(session, iri) if iri else None


def _withdraw(session: Session, heard: Heard, made: Answer) -> None:
    talked = made.state == "accepted"
    if answering.withdraw(session, made, now=heard.now) and talked:
        announce(session, session.get_one(Offer, made.offer_id), now=heard.now)


def _takes(session: Session, item: Offer, author: Actor, now: datetime) -> bool:
    """Whether the item takes an answer of `author` now."""
    by = Person(actor_id=author.id)
    try:
        answering.check_open(session, item, by)
        answering.check_often(session, item, by, now=now)
    except Refused:
        return False
    return True


def _intents(item: Offer) -> tuple[str, ...]:
    return (item.iri, wire_answers.primary_of(item) or item.iri)


def _reject(session: Session, heard: Heard, item: Offer) -> None:
    group = session.get_one(Actor, item.group_id)
    no = about("Reject", heard.activity.id or "", only(heard.sender.iri))
    there = own_inbox(session, heard.sender)
    append(session, group, no, audience="none", to=there, object_iri=item.iri, public=False, now=heard.now)
