"""The life of an offer or a need of ours: open, in talks, then filled, withdrawn or expired."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from actors.database import new_uuid
from actors.groups import Person, is_private
from actors.offers.checks import PURPOSES, check_draft, columns
from actors.offers.drafts import OfferDraft
from actors.offers.standing import STANDS_FOR, reminder_for
from actors.offers.tables import DUE, ENDINGS, OPEN, Offer
from actors.people import Actor, bury
from actors.refusals import Refused
from actors.rules import check_choice, may_write, next_change, thread_of, whole_second
from actors.statements import sole_table
from actors.tags import retag


def post(
    session: Session,
    group: Actor,
    draft: OfferDraft,
    *,
    member_id: int | None = None,
    by: Person | None = None,
    waits: bool = False,
    now: datetime,
) -> Offer:
    """Put the offer or need in `draft` into `group`, in whose name it is published.

    Args:
        session: of the caller's transaction.
        group: ours.
        draft: what was written.
        member_id: the member who wrote it and takes part in the group; None for the house itself.
        by: who wrote it, instead of `member_id`, where the caller has seen that they may (`groups.may_publish`).
        waits: it is shown to nobody until a moderator lets it be.
        now: the time.

    Raises:
        Refused: "not-ours", "not-a-member", "title-missing", "unknown-choice", "ends-before-it-begins",
            "date-absurd", "closes-in-the-past", "place-off-the-map", "too-long", "too-many", "amount-malformed",
            "unknown-language", "unreadable-character".
    """
    may_write(session, group, member_id)
    offer = sketch(session, group, draft, now=now)
    offer.member_id = by.member_id if by else member_id
    offer.writer_id = by.actor_id if by and not by.member_id else None
    if waits and not draft.draft:
        offer.shown, offer.status = False, "waiting"
    session.add(offer)
    session.flush()
    retag(session, "offer", offer.id, offer.tags, offer.published_at, new=True)
    return offer


def sketch(session: Session, group: Actor, draft: OfferDraft, *, now: datetime) -> Offer:
    """The offer or need as it would be, kept nowhere: what a preview is made of. Raises Refused as `post`."""
    check_draft(draft, now)
    if draft.expires_at is None and not draft.draft:
        draft = replace(draft, expires_at=whole_second(now) + STANDS_FOR)
    iri = f"{group.iri}/{PURPOSES[draft.purpose]}/{new_uuid()}"
    return Offer(
        iri=iri,
        url=iri,
        local=True,
        shown=True,
        context_iri=thread_of(iri),
        group_id=group.id,
        status="draft" if draft.draft else "open",
        finished=False,
        published_at=whole_second(now),
        updated_at=whole_second(now),
        remind_at=reminder_for(draft.expires_at, now),
        **columns(_for_its_readers(session, group.id, draft), group.language),
    )


def let_stand(session: Session, offer: Offer, *, now: datetime) -> Offer:
    """What waited for a moderator is open from now on. Raises Refused "already-closed"."""
    if offer.status != "waiting":
        raise Refused("already-closed", status=offer.status)
    offer.status, offer.shown = "open", True
    offer.published_at = offer.updated_at = next_change(offer.updated_at, now)
    session.flush()
    return offer


def change(session: Session, offer: Offer, draft: OfferDraft, *, now: datetime) -> Offer:
    """Make `offer` say what `draft` says; its purpose stays. A draft that is no longer one is published now.

    Raises:
        Refused: as `post`, and "not-ours", "purpose-is-fixed", "already-closed", "gone".
    """
    _must_be_open(offer)
    if draft.purpose != offer.purpose:
        raise Refused("purpose-is-fixed", purpose=offer.purpose)
    check_draft(draft, now)
    for name, value in columns(_for_its_readers(session, offer.group_id, draft), offer.language).items():
        setattr(offer, name, value)
    if offer.expires_at is None and not draft.draft:
        offer.expires_at = whole_second(now) + STANDS_FOR
    offer.remind_at = reminder_for(offer.expires_at, now)
    if offer.status == "draft" and not draft.draft:
        offer.status = "open"
        offer.published_at = offer.updated_at = next_change(offer.updated_at, now)
    else:
        offer.updated_at = next_change(offer.updated_at, now)
    retag(session, "offer", offer.id, offer.tags, offer.published_at)
    session.flush()
    return offer


def mark_talks(session: Session, offer: Offer, *, now: datetime) -> Offer:
    """Say that somebody is already talking about it; it stays open for others. Raises Refused "already-closed"."""
    _must_be_open(offer)
    if offer.status != "talks":
        offer.status, offer.updated_at = "talks", next_change(offer.updated_at, now)
        session.flush()
    return offer


def close(session: Session, offer: Offer, status: str, *, now: datetime) -> Offer:
    """End it as filled, withdrawn or expired; saying the same again changes nothing.

    Raises:
        Refused: "not-ours", "unknown-choice", "already-closed", "gone".
    """
    check_choice("status", status, ENDINGS)
    if offer.local and offer.deleted_at is None and offer.status == status:
        return offer
    _must_be_open(offer)
    offer.status, offer.finished = status, True
    offer.closed_at = offer.updated_at = next_change(offer.updated_at, now)
    session.flush()
    return offer


def delete(session: Session, offer: Offer, *, now: datetime) -> None:
    """Take it away for ever: its words go, its IRI answers 410 and never returns. Raises Refused "not-ours"."""
    if not offer.local:
        raise Refused("not-ours", iri=offer.iri)
    erase(session, offer, now=now)


def erase(session: Session, offer: Offer, *, now: datetime) -> None:
    """Leave of an offer or need only that it was there (row P4)."""
    if offer.deleted_at is not None:
        return
    offer.deleted_at = offer.updated_at = now
    offer.shown = False
    offer.title = offer.text = offer.content = ""
    offer.document = offer.place = offer.place_name = offer.reciprocal = None
    offer.latitude = offer.longitude = offer.contact_address = offer.provider_iri = None
    offer.title_map, offer.text_map = {}, {}
    offer.tags, offer.concept_iris, offer.attachments = [], [], []
    retag(session, "offer", offer.id, (), now)
    bury(session, offer.iri, "Note", offer.group_id, now=now)
    session.flush()


# Built once, and past the ORM: every new follower of a group is a reason to ask, and mostly the answer is «nothing».
_OFFERS = sole_table(Offer).c
_OPEN_IDS = [
    select(_OFFERS.id)
    .where(_OFFERS.group_id == bindparam("group"), _OFFERS.purpose == purpose, text(OPEN))
    .order_by(_OFFERS.published_at.desc())
    .limit(bindparam("most"))
    for purpose in PURPOSES
]


def find(session: Session, iri: str) -> Offer | None:
    """The offer or need with this IRI, deleted ones too (their `deleted_at` says so)."""
    return session.scalar(select(Offer).where(Offer.iri == iri))


def open_items(session: Session, group_id: int, limit: int) -> list[Offer]:
    """The public open offers and needs of one group, newest first: what a new follower is sent."""
    session.flush()
    asked = {"group": group_id, "most": limit}
    ids = [row[0] for ids in _OPEN_IDS for row in session.connection().execute(ids, asked)]
    found = session.scalars(select(Offer).where(Offer.id.in_(ids))) if ids else ()
    return sorted(found, key=lambda offer: (offer.published_at, offer.id), reverse=True)[:limit]


def due(session: Session, now: datetime, limit: int) -> list[Offer]:
    """Offers and needs of ours whose `expires_at` has passed and that are still open, oldest first."""
    rows = select(Offer).where(text(DUE), Offer.expires_at <= now).order_by(Offer.expires_at).limit(limit)
    return list(session.scalars(rows))


def _for_its_readers(session: Session, group_id: int, draft: OfferDraft) -> OfferDraft:
    """What a private group publishes is for its members, whatever was asked for."""
    return replace(draft, visibility="group") if is_private(session, group_id) else draft


def _must_be_open(offer: Offer) -> None:
    if not offer.local:
        raise Refused("not-ours", iri=offer.iri)
    if offer.deleted_at is not None:
        raise Refused("gone", iri=offer.iri)
    if offer.status in ENDINGS:
        raise Refused("already-closed", status=offer.status)
