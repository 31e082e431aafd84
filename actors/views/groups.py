"""What pages show of groups, projects, partners, and of the whole instance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actors.views.actors import ActorLine, Words
from actors.views.profiles import PictureLine


class Level(StrEnum):
    """How far a group reaches, from near to far."""

    LOCAL = "local"
    REGIONAL = "regional"
    FEDERAL = "federal"
    EUROPEAN = "european"


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
    theme: str | None = None
    private: bool = False
    """What is said in it, only its members read."""


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
    joining: str | None = None
    """open, approval, invitation or closed; None for a group elsewhere."""
    members: int = 0
    members_shown: str = "organisers"
    """Who sees who takes part: all, members or organisers."""
    colour: str | None = None
    picture: PictureLine | None = None
    accounts: tuple[tuple[str, str], ...] = ()
    """Language and handle of its language accounts."""
    followers_shown: bool = True
    """Everybody may see how many follow it, not its organisers alone."""
    moved_to: ActorLine | None = None
    closing_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """An actor elsewhere that groups of ours follow."""

    actor: ActorLine
    followed_by: tuple[str, ...]
    """IRIs of our groups."""
    last_heard_at: datetime | None = None


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
