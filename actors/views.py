"""What pages, feeds and calendars show: frozen pictures of the state, made by the reading functions.

No rule lives here and nothing is decided; a view is what a reader may see of a row at one moment. All text that
somebody else may have written is plain text, except the fields called `…_html`, which hold HTML that was
sanitised when it was stored (a page still prints it only through its `remote_html` filter).

`host` is the authority (`host[:port]`) of the instance a thing was born on, or None when that is this instance: it is
what a page uses to say «from coopcity.example». `iri` is its id everywhere. `url` is where its own instance shows it
to people (never anything but http or https).

The reading functions that return these views, all plain, all showing only what everybody may see (public, not
deleted, not hidden, its host not blocked), `language` being the reader's (`nl`, `fr`, `en`, `de`), which picks the
version of each text; unknown or foreign things are None, never an error:

    groups.lines(session, *, language) -> list[GroupLine]
        own listed groups and projects, sectors first, then by position and title
    groups.page(session, iri, *, language) -> GroupPage | None
        own group or project, or one of another instance that we know
    groups.partners(session, *, language, limit=60) -> list[PartnerLine]
        actors elsewhere that groups of ours follow (accepted), by host, then name
    groups.figures(session) -> Figures
        what this instance holds, for the front page
    offers.latest(session, *, purpose, group_iri=None, language, limit=6) -> list[OfferLine]
        open ones, newest first; own ones and those of followed partners; `group_iri`: only that group's, and those of
        the actors that this group follows
    offers.page(session, iri, *, language) -> OfferPage | None
    offers.pages(session, *, purpose=None, group_iri=None, language, limit=20) -> list[OfferPage]
        for the feeds: own ones only, newest change first, closed ones included for two weeks
    offers.tagged(session, tag, *, language, limit=20) -> list[OfferLine]
    events.coming(session, *, now, group_iri=None, language, limit=6) -> list[EventLine]
        not yet ended (cancelled ones stay until their day), soonest first; own and partners'
    events.page(session, iri, *, language) -> EventPage | None
    events.pages(session, *, group_iri=None, language, limit=20) -> list[EventPage]
        for the feeds: own ones only, newest change first
    events.tagged(session, tag, *, language, limit=20) -> list[EventLine]
    threads.latest(session, *, group_iri, language, limit=5) -> list[PostPage]
        what the group itself posted, and what it shares (announces), newest first; no replies
    threads.page(session, iri, *, language) -> PostPage | None
    threads.pages(session, *, group_iri=None, language, limit=20) -> list[PostPage]
        for the feeds: own groups' own notes only
    threads.tagged(session, tag, *, language, limit=20) -> list[PostPage]
    threads.replies(session, iri, *, limit=50) -> list[PostPage]
        public answers to the thing with this IRI, oldest first, flat
    people.page(session, iri, *, language) -> PersonPage | None
        a member with a public actor, or a person elsewhere that we know
    people.site(session) -> Site
        what this instance calls itself (its own actor)
    people.kind_of(session, iri) -> Subject | None
        what the thing with this IRI (or this `url`) is: which of the pages above shows it, and its true IRI
    people.signed_in(session, secret, *, now) -> SignedIn | None
        the member whose session has this secret (the table holds its SHA-256); None when ended or unknown
    people.peek_sign_in(session, token, *, now) -> bool
        whether the one-time link still opens; changes nothing
    people.open_session(session, token, *, now) -> str          (a write)
        spend a one-time sign-in token and return a new session secret (256 random bits, urlsafe);
        raises Refused("sign-in-link-spent")
    people.end_session(session, secret) -> None                 (a write)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Words:
    """A plain text and the language it is in; `language` is None when its author did not say."""

    text: str
    language: str | None = None


class Purpose(StrEnum):
    """The two signs of an offer (FEP-0837 calls a need a `request`)."""

    OFFER = "offer"
    NEED = "need"


class ActorKind(StrEnum):
    """What an actor is for people; `GROUP` is a group elsewhere of which we know no more."""

    SECTOR = "sector"
    THEME = "theme"
    PROJECT = "project"
    GROUP = "group"
    PERSON = "person"
    INSTANCE = "instance"


class OfferStatus(StrEnum):
    """How far an offer or a need is."""

    OPEN = "open"
    TALKS = "talks"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class EventStatus(StrEnum):
    """Whether the event goes on."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Level(StrEnum):
    """How far a group reaches, from near to far."""

    LOCAL = "local"
    REGIONAL = "regional"
    FEDERAL = "federal"
    EUROPEAN = "european"


class SubjectKind(StrEnum):
    """Which page shows a thing."""

    GROUP = "group"
    PERSON = "person"
    OFFER = "offer"
    EVENT = "event"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Subject:
    """The answer to «what is this IRI»."""

    kind: SubjectKind
    iri: str


@dataclass(frozen=True, slots=True)
class Site:
    """What this instance says of itself: `name` for the header, `about` one or two sentences by language."""

    name: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActorLine:
    """One actor, as a byline names it. `handle` is `name@authority`, without a leading @."""

    iri: str
    kind: ActorKind
    name: str
    handle: str
    url: str
    host: str | None = None


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
    """How many public answers it has."""


@dataclass(frozen=True, slots=True)
class OfferPage:
    """An offer or a need with everything that its page shows."""

    line: OfferLine
    text_html: str
    tags: tuple[str, ...] = ()
    """Without the #."""
    by: ActorLine | None = None
    """The member behind it, when there is consent to name one."""
    other_languages: tuple[str, ...] = ()
    """Further languages in which it can be read."""


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


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post, ours or anybody's. `title` is None for an ordinary note."""

    iri: str
    author: ActorLine
    text_html: str
    language: str | None
    published_at: datetime
    updated_at: datetime
    url: str
    title: str | None = None
    host: str | None = None
    warning: str | None = None
    """What the author puts before the text (`summary` of a Note)."""
    in_reply_to: str | None = None
    """IRI of what it answers."""
    shared_by: ActorLine | None = None
    shared_at: datetime | None = None
    options: tuple[str, ...] = ()
    """The choices, when it is a poll (shown, not answered here)."""
    replies: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A sector group or a project: what it is for and what is alive in it."""

    actor: ActorLine
    title: Words
    purpose: Words | None
    """One or two sentences, plain text."""
    region: str | None = None
    """ISO 3166 code: BE, BE-BRU, EU."""
    level: Level | None = None
    parents: tuple[ActorLine, ...] = ()
    """The sector groups that a project belongs to."""
    open_needs: int = 0
    open_offers: int = 0
    coming_events: int = 0


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group with what its page says about it; what happens in it is asked door by door."""

    line: GroupLine
    about_html: str
    about_language: str | None
    other_languages: tuple[str, ...]
    founded_at: datetime
    followers: int
    approves_followers: bool
    """A new follower waits until an organiser says yes."""
    posts_by: str
    """Who may post by mentioning it: `members`, `anyone`, or `approval`."""
    projects: tuple[GroupLine, ...] = ()
    follows: tuple[ActorLine, ...] = ()
    """Actors elsewhere whose news appears here."""


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """An actor elsewhere that groups of ours follow."""

    actor: ActorLine
    followed_by: tuple[str, ...]
    """IRIs of our groups."""
    last_heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person: a member who chose to be public, or somebody elsewhere."""

    actor: ActorLine
    about_html: str
    published_at: datetime | None
    posts: tuple[PostPage, ...] = ()
    indexable: bool = False
    """Search engines may list it (FEP-5feb); missing means no."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an instance holds; partners are hosts."""

    groups: int
    projects: int
    followers: int
    open_needs: int
    open_offers: int
    coming_events: int
    partners: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member behind a request."""

    member_id: int
    name: str
    language: str | None
    is_admin: bool = False
    is_moderator: bool = False
    actor: ActorLine | None = None
    groups: tuple[ActorLine, ...] = ()
    """Groups in which the member is an organiser."""
