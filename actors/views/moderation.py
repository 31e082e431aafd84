"""What pages show to moderators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actors.views.actors import ActorLine, Words


class WaitingKind(StrEnum):
    """What somebody has to say yes or no to."""

    FOLLOW = "follow"
    POST = "post"
    OFFER = "offer"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One thing that waits for a yes or a no."""

    kind: WaitingKind
    id: int
    who: ActorLine
    since: datetime
    group: ActorLine | None = None
    """The group that is asked; None for what a partner shows to everybody."""
    title: Words | None = None
    text_html: str = ""
    url: str | None = None
    """Where it can be seen on its own server."""
