"""What pages show of people, and of whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actors.views.actors import ActorLine
from actors.views.threads import PostPage


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
