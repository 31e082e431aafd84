"""Whatever has an address of its own: an offer, a need, an event or a post, found by IRI and put on the wire."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy.orm import Session

from actors.events import Event
from actors.offers import Offer
from actors.threads import Post
from fediverse.types import Object

Item: TypeAlias = Offer | Event | Post


def find_object(session: Session, iri: str) -> Item | None:
    """The thing with this IRI, deleted ones too (their `deleted_at` says so)."""
    raise NotImplementedError


def to_wire(session: Session, item: Item) -> Object:
    """The document of one of ours, without `@context` and proof. Raises Refused "not-ours", "gone"."""
    raise NotImplementedError
