"""What pages show of members: a page, the directory, and what leaving means in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture: `path` of the large file and `small` of the small one, on our own origin."""

    path: str
    small: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link on a profile; `confirmed` when that page was seen to link back."""

    url: str
    label: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member as one reader may see them; what is hidden is empty, and an empty name means «a member»."""

    member_id: int
    name: str
    picture: PictureLine | None = None
    about: str = ""
    trades: tuple[str, ...] = ()
    region: str | None = None
    speaks: tuple[str, ...] = ()
    seeking: str = ""
    links: tuple[LinkLine, ...] = ()
    actor_iri: str | None = None
    """Of the public actor, if they chose to be one."""
    handle: str | None = None
    indexable: bool = False
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A profile as its member edits it: the fields, who sees each, and what the form must say besides."""

    page: MemberPage
    shown: dict[str, str]
    byline: bool
    discoverable: bool
    indexable: bool
    username: str
    """What the handle is, or could be."""
    agreed_at: dict[str, datetime] = field(default_factory=dict)
    """Consent that holds -> when it was given."""
    leaving_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the members who can be found; `total` counts all pages."""

    lines: tuple[MemberPage, ...]
    total: int
    number: int
    last: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """What deleting oneself means, in numbers."""

    leaving_at: datetime | None
    keeps: bool
    posts: int
    offers: int
    events: int
    groups: int
    servers: int
    """How many servers ever received something from the member's public actor."""
    alone_in: tuple[str, ...] = ()
    """Names of groups of which the member is the only organiser."""


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A copy of everything: asked for, ready, fetched or over."""

    id: int
    asked_at: datetime
    ready_at: datetime | None
    fetched_at: datetime | None
    expires_at: datetime | None
