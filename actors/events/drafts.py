"""What can be given about an event, by a person (`EventDraft`) or by a document (`RemoteEvent`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actors.places import PlaceDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as somebody gives it. Times are aware; `timezone` (IANA) is the zone they are announced in.

    `language` is that of `name` and `text`; further versions stand in `name_map` and `text_map` by language.
    """

    name: str
    starts_at: datetime
    ends_at: datetime | None = None
    end_shown: bool = True
    timezone: str = "Europe/Brussels"
    text: str = ""
    """Markdown."""
    language: str | None = None
    name_map: Mapping[str, str] = field(default_factory=dict)
    text_map: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    category: str | None = None
    """A word of Mobilizon's list, such as MEETING or LEARNING."""
    attachments: tuple[Mapping[str, Any], ...] = ()
    """Pictures as on the wire, the first one leading."""
    place: PlaceDraft | None = None
    online: bool = False
    online_url: str | None = None
    join_mode: str = "free"
    """free, restricted (each answer is decided), invite, external or none."""
    external_url: str | None = None
    capacity: int | None = None
    """How many may come; None is no limit."""
    comments: str = "allow_all"
    contacts: tuple[str, ...] = ()
    """IRIs of members who consent to be named."""
    series_iri: str | None = None
    series: Mapping[str, Any] | None = None
    status: str = "CONFIRMED"
    """TENTATIVE, CONFIRMED or CANCELLED."""
    visibility: str = "public"
    """public, members or group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEvent:
    """An event as a document of another server gives it, read and cleaned by `actors.wire.events`.

    `author_iri` (`attributedTo`) and `iri` have the same origin. `content` and `summary` are clean HTML.
    """

    iri: str
    author_iri: str
    draft: EventDraft
    summary: str = ""
    content: str = ""
    organiser_iri: str | None = None
    """Mobilizon's `actor`, where it is not the author."""
    attending: int = 0
    uuid: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    audience: tuple[str, ...] = ()
    """Everyone that `to`, `cc`, `audience` and the mentions name."""
    document: Mapping[str, Any] = field(default_factory=dict)
