"""What can be given about an offer or a need, by a person (`OfferDraft`) or by a document (`RemoteOffer`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actors.places import PlaceDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """An offer or a need as somebody gives it. Amounts are decimals as text; times are aware.

    `language` is that of `title` and `text`; further versions stand in `title_map` and `text_map` by language.
    `provider_iri` credits a person by her consent, and by nothing else.
    """

    purpose: str
    """offer or request."""
    title: str
    text: str = ""
    """Markdown."""
    language: str | None = None
    title_map: Mapping[str, str] = field(default_factory=dict)
    text_map: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    concept_iris: tuple[str, ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()
    """Pictures: {"type", "mediaType", "url", "name", …} as on the wire."""

    place: PlaceDraft | None = None
    mode: str = "onsite"
    """onsite, remote or both."""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    expires_at: datetime | None = None
    """Until when it stands."""
    action: str = "deliverService"
    quantity: str | None = None
    unit: str | None = None
    """one, hour, day, week or month, or another word."""
    available_quantity: str | None = None
    minimum_quantity: str | None = None
    unit_based: bool = False
    pay: str = "discuss"
    """paid, barter, volunteer or discuss."""
    pay_amount: str | None = None
    pay_amount_to: str | None = None
    pay_currency: str | None = None
    pay_unit: str | None = None
    reciprocal: Mapping[str, Any] | None = None
    """The reciprocal Intent as on the wire, when it is more than an amount."""
    urgent: bool = False
    work_languages: tuple[str, ...] = ()
    contact: str = "reply"
    contact_address: str | None = None
    provider_iri: str | None = None
    visibility: str = "public"
    """public, members or group."""
    draft: bool = False
    """Kept for later, shown to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteOffer:
    """An offer or a need as a document of another server gives it, read and cleaned by `actors.wire.offers`.

    `author_iri` and `iri` have the same origin. `content` is clean HTML.
    """

    iri: str
    author_iri: str
    draft: OfferDraft
    content: str = ""
    url: str | None = None
    finished: bool = False
    status: str | None = None
    """talks, filled, withdrawn or expired, where it says more than `finished`."""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    context_iri: str | None = None
    mentions: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    """Everyone that `to`, `cc`, `audience` and the mentions name."""
    document: Mapping[str, Any] = field(default_factory=dict)
