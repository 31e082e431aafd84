"""What pages show of offers and needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actors.views.actors import ActorLine, Words


class Purpose(StrEnum):
    """The two signs of an offer (FEP-0837 calls a need a `request`)."""

    OFFER = "offer"
    NEED = "need"


class OfferStatus(StrEnum):
    """How far an offer or a need is."""

    DRAFT = "draft"
    """Only who wrote it sees it."""
    WAITING = "waiting"
    """For a moderator; only who wrote it sees it."""
    OPEN = "open"
    TALKS = "talks"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PayKind(StrEnum):
    """What stands against the work."""

    PAID = "paid"
    BARTER = "barter"
    VOLUNTEER = "volunteer"
    DISCUSS = "discuss"


class Mode(StrEnum):
    """Where the work is done."""

    ONSITE = "onsite"
    REMOTE = "remote"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of work: `value` a decimal as text, `unit` one of `one hour day week month`, or another word."""

    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Pay:
    """On which terms. `amount` (and `amount_to`, for a range) are decimals as text, `currency` as ISO 4217."""

    kind: PayKind
    amount: str | None = None
    amount_to: str | None = None
    currency: str | None = None
    per: str | None = None
    """The unit that it is counted by (`day`); None for the whole."""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer or a need, with what decides whether to open it."""

    iri: str
    purpose: Purpose
    title: Words
    author: ActorLine
    """The group or project that publishes it."""
    status: OfferStatus
    published_at: datetime
    updated_at: datetime
    url: str
    host: str | None = None
    place: str | None = None
    region: str | None = None
    """ISO 3166 code: BE, BE-BRU."""
    mode: Mode = Mode.ONSITE
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    """When the work is; either may be missing."""
    expires_at: datetime | None = None
    """Until when it stands."""
    quantity: Quantity | None = None
    """How much work: 3 days."""
    pay: Pay = Pay(PayKind.DISCUSS)
    urgent: bool = False
    work_languages: tuple[str, ...] = ()
    talks: int = 0
    """With how many who answered the author talks; 0 too where a partner does not say."""
    answers: int = 0
    """How many public answers it has."""
    contact: str = "reply"
    """reply, mail, phone or web: how the author would rather hear; the last three by `contact_address`."""
    contact_address: str | None = None
    visibility: str = "public"
    """public, members or group."""


@dataclass(frozen=True, slots=True)
class OfferPage:
    """An offer or a need with everything that its page shows."""

    line: OfferLine
    text_html: str
    tags: tuple[str, ...] = ()
    """Without the #."""
    concept_iris: tuple[str, ...] = ()
    """The trades that it is about, the leading one first."""
    by: ActorLine | None = None
    """The member behind it, when there is consent to name one."""
    other_languages: tuple[str, ...] = ()
    """Further languages in which it can be read."""
