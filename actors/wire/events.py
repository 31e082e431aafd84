"""Event <-> as:Event (FEP-8a8e, interop.md §1.5 and §7.6), both directions side by side."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.events import Event, RemoteEvent
from fediverse import types
from fediverse.limits import Limits


def to_wire(session: Session, event: Event) -> types.Event:
    """Our event, as Mobilizon, Gancio and calendars read it, with a `summary` for those who show only that."""
    raise NotImplementedError


def from_wire(event: types.Event, limits: Limits) -> RemoteEvent:
    """Read another server's event.

    Raises:
        Malformed: "no-id", "no-author", "no-title", "no-start", "ends-before-it-begins", "date-absurd".
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    raise NotImplementedError
