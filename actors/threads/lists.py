"""What everybody may see of posts, as views."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.views import PostPage


def latest(session: Session, *, group_iri: str, language: str, limit: int = 5) -> list[PostPage]:
    """What the group itself posted and what it shares, newest first; no replies."""
    raise NotImplementedError


def page(session: Session, iri: str, *, language: str) -> PostPage | None:
    """One post; None when there is nothing to show."""
    raise NotImplementedError


def pages(session: Session, *, group_iri: str | None = None, language: str, limit: int = 20) -> list[PostPage]:
    """Our own groups' own notes, newest change first (for the feeds)."""
    raise NotImplementedError


def tagged(session: Session, tag: str, *, language: str, limit: int = 20) -> list[PostPage]:
    """Posts that carry `tag`, newest first."""
    raise NotImplementedError


def replies(session: Session, iri: str, *, limit: int = 50) -> list[PostPage]:
    """Public answers to the thing with this IRI, oldest first, flat."""
    raise NotImplementedError
