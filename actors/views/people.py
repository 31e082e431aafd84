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
class Viewer:
    """Who looks, as reading functions ask it: a member (0: none of ours), and the actor they act as, if any."""

    member_id: int = 0
    actor_iri: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member behind a request, or somebody who came with an account elsewhere and is no member.

    Attributes:
        member_id: 0 for a guest, whom `guard.member` does not let pass.
        actor_iri: the actor they act as, if they have one; a guest always has.
    """

    member_id: int
    name: str
    language: str | None
    is_admin: bool = False
    is_moderator: bool = False
    actor: ActorLine | None = None
    groups: tuple[ActorLine, ...] = ()
    """Groups in which the member is an organiser."""
    actor_iri: str | None = None
    is_guest: bool = False
    signed_in_at: datetime | None = None
    """When this session was opened; a guest's is not told."""
    seen_at: datetime | None = None
    """When it was last noted as used."""
    time_zone: str | None = None
    """An IANA name; None: the instance's."""
    unread: int = 0
    """Notifications that wait to be read."""
    account: str | None = None
    """`name@server` of their account elsewhere: a guest's, or the one that a member linked first."""

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.member_id, self.actor_iri)


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """One of the accounts elsewhere with which a member signs in."""

    id: int
    kind: str
    """fediverse or oidc."""
    handle: str
    subject: str
    """The actor's IRI, or what the issuer calls them."""
    created_at: datetime
    used_at: datetime | None
