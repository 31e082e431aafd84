"""What pages show of taking part in a group: its rules, the reader's place in it, who is in and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actors.views.actors import ActorLine, Words
from actors.views.profiles import PictureLine


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question of a group for the reader: `id` names it in a form."""

    id: int
    words: Words
    required: bool
    texts: Mapping[str, str]
    """Language -> the question."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A group of ours seen from its door: what it asks of whoever comes, and where the reader stands.

    Attributes:
        joining: open, approval, invitation or closed.
        members_shown: who sees who takes part: all, members or organisers.
        closing_at: it is closed and ends then.
        role: the reader's: organiser, moderator or member; None for who takes no part.
        waits: the reader asked and was not answered yet.
        may_come_back: the reader left within the last hour.
        organises: the reader may change the group (an admin too).
        moderates: the reader may answer who asks (an organiser and an admin too).
        member_id, actor_id: the reader's rows, as `actors.groups.Person` has them.
        waiting: how many ask to take part; 0 for who may not answer them.
        waiting_follows: how many wait to follow; likewise.
        purpose: one or two sentences, plain text.
        invited_by: the reader was invited by name and has not answered; by whom, "" where that is not known any more.
        alone: nobody but the reader organises it.
    """

    actor: ActorLine
    title: Words
    joining: str
    private: bool
    members_shown: str
    members: int
    questions: tuple[AskedLine, ...] = ()
    closing_at: datetime | None = None
    role: str | None = None
    waits: bool = False
    may_come_back: bool = False
    organises: bool = False
    moderates: bool = False
    member_id: int | None = None
    actor_id: int | None = None
    waiting: int = 0
    waiting_follows: int = 0
    purpose: Words | None = None
    approves_followers: bool = False
    invited_by: str | None = None
    alone: bool = False

    @property
    def shows_members(self) -> bool:
        """Whether the reader may see who takes part."""
        allowed = {"all": True, "members": self.role is not None}.get(self.members_shown, False)
        return allowed or self.organises


@dataclass(frozen=True, slots=True)
class InvitedInto:
    """What an invitation into a group says to whoever has its link.

    Attributes:
        by: who made it; "" where that is not known any more.
        vouched: it lets a newcomer into the instance as well.
    """

    actor: ActorLine
    title: Words
    by: str
    vouched: bool


@dataclass(frozen=True, slots=True)
class TakerLine:
    """Somebody who takes part in a group: a member of ours, or an actor elsewhere."""

    id: int
    name: str
    role: str
    since: datetime
    path: str | None = None
    """The page of a member of ours; None where there is none for this reader."""
    handle: str | None = None
    url: str | None = None
    picture: str | None = None
    is_reader: bool = False


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Somebody who asks to take part, with what they answered; `elsewhere`: by a Join, which carries no answers."""

    id: int
    name: str
    since: datetime
    answers: tuple[tuple[str, str], ...] = ()
    message: str = ""
    handle: str | None = None
    url: str | None = None
    elsewhere: bool = False
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """Somebody who was told no lately, and what they were told."""

    id: int
    name: str
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class FollowLine:
    """An actor that waits to follow a group, or one of its language accounts."""

    id: int
    actor: ActorLine
    since: datetime
    language: str | None = None
    """Of the account that they want to follow; None: the group itself."""
    is_member: bool = True
    """Whether they take part; of a private group nobody else may follow it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What waits for the word of a group's organisers; `more`: how many who ask are not in the list."""

    requests: tuple[RequestLine, ...]
    more: int
    refused: tuple[RefusedLine, ...]
    follows: tuple[FollowLine, ...]


@dataclass(frozen=True, slots=True)
class InvitedLine:
    """A member who was invited by name and has not answered."""

    member_id: int
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation that stands; its link is known only to who made it."""

    id: int
    note: str
    uses: int
    most_uses: int | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A language account of a group: `handle` is `name@authority`."""

    language: str
    handle: str
    followers: int


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What an organiser may change of a group, as it is now.

    Attributes:
        names, abouts: by language, all versions; `abouts` as plain text, as it is typed; `abouts_html` as it is kept.
        parents: the groups it belongs to that we know; `part_of` has the IRIs of all.
        accounts: its language accounts that speak.
        aliases: IRIs that its actor says it is too.
        followers: how many follow it, for the numbers of a closing.
    """

    kind: str
    language: str
    names: Mapping[str, str]
    abouts: Mapping[str, str]
    theme: str
    region: str
    level: str
    posting: str
    joining: str
    approves: bool
    discoverable: bool
    indexable: bool
    followers_shown: bool
    members_shown: str
    private: bool
    colour: str
    part_of: tuple[str, ...]
    parents: tuple[ActorLine, ...]
    followers: int
    picture: PictureLine | None = None
    accounts: tuple[AccountLine, ...] = ()
    aliases: tuple[str, ...] = ()
    moved_to: str | None = None
    about_html: str = ""
    abouts_html: Mapping[str, str] = field(default_factory=dict)
