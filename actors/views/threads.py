"""What pages show of posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actors.views.actors import ActorLine


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
