"""What pages show of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actors.views.actors import ActorLine, Words


class EventStatus(StrEnum):
    """Whether the event goes on."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is."""

    name: str | None = None
    street: str | None = None
    postal_code: str | None = None
    locality: str | None = None
    country: str | None = None
    """Two letters, upper case."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event, with what decides whether to go."""

    iri: str
    title: Words
    author: ActorLine
    starts_at: datetime
    ends_at: datetime | None
    timezone: str
    """IANA name of the zone it is announced in."""
    status: EventStatus
    published_at: datetime
    updated_at: datetime
    url: str
    host: str | None = None
    place: Place | None = None
    online_url: str | None = None
    capacity: int | None = None
    seats_left: int | None = None
    """None when there is no limit."""
    going: int = 0


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event with everything that its page shows."""

    line: EventLine
    text_html: str
    tags: tuple[str, ...] = ()
    contacts: tuple[ActorLine, ...] = ()
    other_languages: tuple[str, ...] = ()
    join_url: str | None = None
    """Where to register, for an event that takes its answers elsewhere."""
