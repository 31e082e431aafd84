"""Offers and needs of others.

They come as Notes with FEP-0837 properties, or as Proposals: `dispatch.kinds` calls both Proposal.

Source: FEP-0837; interop.md §2.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from actors import groups, matches, offers
from actors.people import Actor
from actors.wire import offers as wire_offers
from fediverse.vocabulary import is_public
from inbox import relation
from inbox.authority import Told, check_retraction, needs_own_object, needs_proof_of_absence, told
from inbox.heard import Heard, Wanted
from outbox.sharing import share, unshare


def needs(session: Session, heard: Heard) -> Iterable[Wanted]:
    """The offer itself, unless its author sent it along."""
    return needs_own_object(session, heard)


def create(session: Session, heard: Heard) -> str | None:
    """Somebody else's offer or need: shown when its author is welcome, or when the group that it was sent to lets it.

    A person may post an offer to a group by mentioning it, as any other post; then the group's rule decides.
    """
    thing = told(session, heard)
    draft = wire_offers.from_wire(thing.object, heard.limits, thing.document)
    group, decision = _sent_to(session, heard, thing)
    shown = relation.is_welcome(session, thing.author) or decision == groups.ANNOUNCE
    known = offers.find(session, thing.iri) is not None
    if not (shown or known or decision == groups.WAIT or relation.concerns_us(session, thing.author)):
        return "not-related" if group is None else "not-allowed-to-post"
    offer = offers.record_remote(session, thing.author, draft, shown=shown, now=heard.now)
    matches.look(session, offer, now=heard.now)
    if group is not None and decision == groups.ANNOUNCE and not known:
        whole = heard.document if heard.trust != "origin" else None
        share(session, group, thing.iri, author_iri=thing.author.iri, activity=whole, now=heard.now)
    return None


def update(session: Session, heard: Heard) -> str | None:
    """It changed; what we never held is taken in only if its author concerns us."""
    thing = told(session, heard)
    if offers.find(session, thing.iri) is None and not relation.concerns_us(session, thing.author):
        return "not-known"
    draft = wire_offers.from_wire(thing.object, heard.limits, thing.document)
    shown = relation.is_welcome(session, thing.author)
    offer = offers.record_remote(session, thing.author, draft, shown=shown, now=heard.now, revised=True)
    matches.look(session, offer, now=heard.now)
    return None


def delete(session: Session, heard: Heard) -> str | None:
    """Its author takes it away; a group that shared it takes that back."""
    offer = offers.find(session, check_retraction(heard))
    if offer is None or offer.deleted_at is not None:
        return "not-known"
    offers.delete_remote(session, offer, heard.sender, now=heard.now)
    matches.look(session, offer, now=heard.now)
    for group in relation.sharers_of_ours(session, offer.iri):
        unshare(session, group, offer.iri, now=heard.now)
    return None


def needs_absence(session: Session, heard: Heard) -> Iterable[Wanted]:
    """What `delete` needs."""
    return needs_proof_of_absence(session, heard)


def announced(session: Session, heard: Heard, thing: Told) -> str | None:
    """An actor that ours follow passes on somebody's offer or need."""
    draft = wire_offers.from_wire(thing.object, heard.limits, thing.document)
    shown = relation.is_vouched_for(session, heard.sender, thing.author)
    offer = offers.record_remote(session, thing.author, draft, shown=shown, now=heard.now)
    matches.look(session, offer, now=heard.now)
    return None


def _sent_to(session: Session, heard: Heard, thing: Told) -> tuple[Actor | None, str]:
    """The first group of ours that the offer was sent to, and what its rule says to it."""
    if not is_public(thing.object):
        return None, groups.REFUSE
    for actor in relation.named_ours(session, heard, thing.object):
        if relation.is_group(session, actor):
            return actor, groups.may_post(session, actor, thing.author)
    return None, groups.REFUSE
