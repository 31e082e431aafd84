"""The life of an offer or a need of ours: open, in talks, then filled, withdrawn or expired."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.offers.drafts import OfferDraft
from actors.offers.tables import Offer
from actors.people import Actor


def post(session: Session, group: Actor, draft: OfferDraft, *, member_id: int | None = None, now: datetime) -> Offer:
    """Put the offer or need in `draft` into `group`, in whose name it is published.

    Raises:
        Refused: "not-ours", "not-a-member", "title-missing", "unknown-purpose", "ends-before-it-begins",
            "closes-in-the-past", "place-off-the-map", "too-long", "unknown-choice", "amount-malformed".
    """
    raise NotImplementedError


def change(session: Session, offer: Offer, draft: OfferDraft, *, now: datetime) -> Offer:
    """Make `offer` say what `draft` says; its purpose stays.

    Raises:
        Refused: as `post`, and "not-ours", "purpose-is-fixed", "already-closed", "gone".
    """
    raise NotImplementedError


def mark_talks(session: Session, offer: Offer, *, now: datetime) -> Offer:
    """Say that somebody is already talking about it; it stays open for others. Raises Refused "already-closed"."""
    raise NotImplementedError


def close(session: Session, offer: Offer, status: str, *, now: datetime) -> Offer:
    """End it as filled, withdrawn or expired; saying the same again changes nothing.

    Raises:
        Refused: "not-ours", "unknown-status", "already-closed", "gone".
    """
    raise NotImplementedError


def delete(session: Session, offer: Offer, *, now: datetime) -> None:
    """Take it away for ever: its words go, its IRI answers 410 and never returns. Raises Refused "not-ours"."""
    raise NotImplementedError


def find(session: Session, iri: str) -> Offer | None:
    """The offer or need with this IRI, deleted ones too (their `deleted_at` says so)."""
    raise NotImplementedError


def open_items(session: Session, group_id: int, limit: int) -> list[Offer]:
    """The public open offers and needs of one group, newest first: what a new follower is sent."""
    raise NotImplementedError


def due(session: Session, now: datetime, limit: int) -> list[Offer]:
    """Offers and needs of ours whose `expires_at` has passed and that are still open, oldest first."""
    raise NotImplementedError
