"""Whatever has an address of its own: an offer, a need, an event or a post, found by IRI and put on the wire."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from actors.events import Event
from actors.offers import Offer
from actors.threads import Post
from actors.wire import events, offers, threads
from fediverse.types import Object

Item: TypeAlias = Offer | Event | Post

_WHICH = text(
    "SELECT (SELECT id FROM offer WHERE iri = :iri), (SELECT id FROM event WHERE iri = :iri),"
    " (SELECT id FROM post WHERE iri = :iri)"
)


def find_object(session: Session, iri: str) -> Item | None:
    """The thing with this IRI, deleted ones too (their `deleted_at` says so)."""
    offer_id, event_id, post_id = session.execute(_WHICH, {"iri": iri}).one()
    if offer_id is not None:
        return session.get_one(Offer, offer_id)
    if event_id is not None:
        return session.get_one(Event, event_id)
    return session.get_one(Post, post_id) if post_id is not None else None


def to_wire(session: Session, item: Item) -> Object:
    """The document of one of ours, without `@context` and proof.

    Raises:
        Refused: "not-ours", "gone", "members-only", "not-published".
    """
    if isinstance(item, Offer):
        return offers.to_wire(session, item)
    if isinstance(item, Event):
        return events.to_wire(session, item)
    return threads.to_wire(session, item)
