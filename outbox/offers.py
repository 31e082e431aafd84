"""Publish, change, close and delete an offer or a need.

The group is the author on the wire; only what is visible to everybody leaves the house. What was public
and is no longer so is retracted, since the others would keep it otherwise.

Source: interop.md §2.2, §3.1 (A), §7.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from actors import groups, matches, offers
from actors.groups import Person
from actors.offers import Offer, OfferDraft
from actors.people import Actor, Member, actor_line, find_actor
from actors.refusals import Refused
from actors.views import ActorLine, OfferLine, OfferPage, Viewer
from actors.wire import offers as wire
from outbox.addressing import is_told, retract, tell
from outbox.log import Said, told

_TYPE = "Note"


def publish(session: Session, group: Actor, draft: OfferDraft, *, member_id: int | None = None, now: datetime) -> Said:
    """Post the offer or need in `draft` and tell it to the group's followers.

    Raises:
        Refused: as `actors.offers.post`.
    """
    offer = offers.post(session, group, draft, member_id=member_id, now=now)
    session.flush()
    return announce(session, offer, now=now)


@dataclass(frozen=True, slots=True)
class Preview:
    """How something would look: here, and in a timeline on Mastodon (`post_html` is empty for what does not leave)."""

    page: OfferPage
    group: ActorLine
    post_html: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody may change, as it was written. `is_shown`: others see it, so it has a page."""

    draft: OfferDraft
    line: OfferLine
    group_iri: str
    is_shown: bool


def write(session: Session, group_iri: str, draft: OfferDraft, *, by: Person, now: datetime) -> tuple[Said, bool]:
    """Whoever is signed in publishes in a group, as its rule lets them; the second value says that it waits.

    Raises:
        Refused: "not-our-group", "join-first", and as `actors.offers.post`.
    """
    group, waits = _let_in(session, group_iri, by)
    if draft.draft:
        offers.check_drafts(session, by)
    offer = offers.post(session, group, _named_by_consent(session, draft, by), by=by, waits=waits, now=now)
    session.flush()
    if waits or draft.draft:
        return Said(offer.iri, None), waits and not draft.draft
    return announce(session, offer, now=now), False


def preview(
    session: Session,
    group_iri: str,
    draft: OfferDraft,
    *,
    by: Person,
    language: str,
    now: datetime,
    change: bool = False,
) -> Preview:
    """What `write` would publish (or `change_by`: `change`); nothing is kept. Raises Refused as `write`."""
    group, waits = (_group(session, group_iri), False) if change else _let_in(session, group_iri, by)
    offer = offers.sketch(session, group, _named_by_consent(session, draft, by), now=now)
    with session.no_autoflush:
        leaves = is_told(session, offer)
        post = (wire.to_wire(session, offer).content or "") if leaves else ""
        return Preview(offers.pages_of(session, [offer], language)[0], actor_line(group, language), post, waits)


def change_by(session: Session, iri: str, draft: OfferDraft, *, by: Person, now: datetime) -> Said:
    """Who wrote it, or looks after its group, changes it; a draft is published by that, as the group lets them.

    Raises:
        Refused: "not-found", "join-first", and as `actors.offers.change`.
    """
    offer = changeable(session, iri, by)
    waits = offer.status == "waiting"
    if offer.status == "draft" and not draft.draft:
        _, waits = _let_in(session, session.get_one(Actor, offer.group_id).iri, by)
    if waits:
        offers.change(session, offer, _named_by_consent(session, draft, by), now=now)
        offer.shown, offer.status = False, "waiting"
        session.flush()
        return Said(offer.iri, None)
    return change(session, offer, _named_by_consent(session, draft, by), now=now)


def delete_by(session: Session, iri: str, *, by: Person, now: datetime) -> Said:
    """Who wrote it, or looks after its group, takes it away for ever. Raises Refused "not-found"."""
    return delete(session, changeable(session, iri, by), now=now)


def changeable(session: Session, iri: str, by: Person) -> Offer:
    """The offer or need of ours with this IRI, which `by` may change; to anybody else it is not there.

    Raises:
        Refused: "not-found" (`what`, `name`).
    """
    offer = offers.find(session, iri)
    if offer is None or not offers.may_change(session, offer, by):
        raise Refused("not-found", what="offer", name=iri)
    return offer


def may_change(session: Session, iri: str, viewer: Viewer) -> bool:
    """Whether who looks may change the offer or need with this IRI."""
    offer = offers.find(session, iri)
    by = groups.person_of(session, viewer.member_id, viewer.actor_iri)
    return offer is not None and offers.may_change(session, offer, by)


def own(session: Session, viewer: Viewer, *, language: str) -> list[OfferLine]:
    """What `viewer` wrote, newest first."""
    by = groups.person_of(session, viewer.member_id, viewer.actor_iri)
    return offers.written_by(session, by, language=language)


def own_one(session: Session, iri: str, *, by: Person, language: str) -> Own:
    """What `by` may change. Raises Refused "not-found"."""
    offer = changeable(session, iri, by)
    group = session.get_one(Actor, offer.group_id)
    line = offers.pages_of(session, [offer], language)[0].line
    return Own(offers.draft_of(offer), line, group.iri, offer.shown)


def let_stand(session: Session, offer: Offer, *, now: datetime) -> Said:
    """A moderator lets stand what waited, and it is told. Raises Refused "already-closed"."""
    return announce(session, offers.let_stand(session, offer, now=now), now=now)


def _let_in(session: Session, group_iri: str, by: Person) -> tuple[Actor, bool]:
    group = _group(session, group_iri)
    decision = groups.may_publish(session, group, by)
    if decision == groups.REFUSE:
        raise Refused("join-first", group=group.iri)
    return group, decision == groups.WAIT


def _group(session: Session, iri: str) -> Actor:
    group = find_actor(session, iri)
    if group is None or not group.local or group.type != "Group" or group.deleted_at is not None:
        raise Refused("not-our-group", iri=iri)
    return group


def _named_by_consent(session: Session, draft: OfferDraft, by: Person) -> OfferDraft:
    """Nobody can be named but who writes, and a member only with an account of their own that others can see."""
    member = session.get(Member, by.member_id) if by.member_id else None
    own = {session.get_one(Actor, each).iri for each in (by.actor_id, member.actor_id if member else None) if each}
    return draft if draft.provider_iri in own else replace(draft, provider_iri=None)


def announce(session: Session, offer: Offer, *, now: datetime) -> Said:
    """Tell the group's followers of an offer that is saved: for the first time, or as it is now.

    An offer that not everybody may see is not told, and is taken back where it was. What fits it is found now.
    """
    matches.look(session, offer, now=now)
    group = session.get_one(Actor, offer.group_id)
    known = told(session, group.id, offer.iri)
    if not is_told(session, offer):
        return Said(offer.iri, retract(session, group, offer.iri, _TYPE, now=now).iri if known else None)
    row = tell(session, group, "Update" if known else "Create", wire.to_wire(session, offer), now=now)
    return Said(offer.iri, row.iri)


def change(session: Session, offer: Offer, draft: OfferDraft, *, now: datetime) -> Said:
    """Change the offer to what `draft` says and tell it.

    Raises:
        Refused: as `actors.offers.change`.
    """
    offers.change(session, offer, draft, now=now)
    session.flush()
    return announce(session, offer, now=now)


def close(session: Session, offer: Offer, status: str, *, now: datetime) -> Said:
    """Close the offer as filled, withdrawn or expired, and tell it as an Update with `finished`.

    Raises:
        Refused: as `actors.offers.close`.
    """
    offers.close(session, offer, status, now=now)
    session.flush()
    return announce(session, offer, now=now)


def renew(session: Session, offer: Offer, *, now: datetime) -> Said:
    """Let it stand for some time more, open again if it was closed, and tell it. Raises Refused as `offers.renew`."""
    offers.renew(session, offer, now=now)
    return announce(session, offer, now=now)


def reopen_by(session: Session, iri: str, *, by: Person, now: datetime) -> Said:
    """Who wrote it, or looks after its group, opens it again, and it is told without `finished`.

    Raises:
        Refused: "not-found", and as `actors.offers.reopen`.
    """
    offer = offers.reopen(session, changeable(session, iri, by), now=now)
    return announce(session, offer, now=now)


def delete(session: Session, offer: Offer, *, now: datetime) -> Said:
    """Delete the offer here, and tell everybody who ever heard the group."""
    group = session.get_one(Actor, offer.group_id)
    known = told(session, group.id, offer.iri)
    offers.delete(session, offer, now=now)
    matches.look(session, offer, now=now)
    return Said(offer.iri, retract(session, group, offer.iri, _TYPE, now=now).iri if known else None)
