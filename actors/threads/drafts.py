"""What can be given about a post, by a person (`PostDraft`) or by a document (`RemotePost`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """A note as somebody types it: Markdown with `@user@host` and `#tag`."""

    text: str
    language: str | None = None
    warning: str | None = None
    in_reply_to_iri: str | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    """Pictures as on the wire."""
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePost:
    """A post as a document of another server gives it, read and cleaned by `actors.wire.threads`.

    `author_iri` and `iri` have the same origin. `content` is clean HTML, everything else plain text.
    """

    iri: str
    author_iri: str
    type: str = "Note"
    content: str = ""
    title: str | None = None
    """None for a Note."""
    warning: str | None = None
    language: str | None = None
    content_map: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
    in_reply_to_iri: str | None = None
    context_iri: str | None = None
    sensitive: bool = False
    public: bool = False
    """Public or unlisted: `to` or `cc` names everybody."""
    options: tuple[Mapping[str, Any], ...] | None = None
    """A poll's choices: {"name": text, "votes": number}."""
    tags: tuple[str, ...] = ()
    """Hashtags, without «#»."""
    mentions: tuple[str, ...] = ()
    """IRIs of the actors it mentions."""
    audience: tuple[str, ...] = ()
    """Everyone that `to`, `cc`, `audience` and the mentions name."""
    attachments: tuple[Mapping[str, Any], ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
