"""Offer <-> Note with FEP-0837 properties at the top level (interop.md §2.2), and what others send instead."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.offers import Offer, RemoteOffer
from fediverse.limits import Limits
from fediverse.types import Note, Object


def to_wire(session: Session, offer: Offer) -> Note:
    """Our offer or need as a Note that reads well everywhere and is FEP-0837 for whoever knows it."""
    raise NotImplementedError


def is_offer(obj: Object) -> bool:
    """Whether `obj` can be read as an offer or a need: `purpose` and `publishes`, or Flohmarkt's or Bonfire's way."""
    raise NotImplementedError


def from_wire(obj: Object, limits: Limits) -> RemoteOffer:
    """Read another server's offer or need.

    Raises:
        Malformed: "no-id", "no-author", "no-title".
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    raise NotImplementedError
