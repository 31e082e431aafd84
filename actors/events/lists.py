"""What everybody may see of events, as views."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.views import EventLine, EventPage


def coming(
    session: Session, *, now: datetime, group_iri: str | None = None, language: str, limit: int = 6
) -> list[EventLine]:
    """Not yet ended, soonest first; with `group_iri` that group's and those of the actors it follows."""
    raise NotImplementedError


def page(session: Session, iri: str, *, language: str) -> EventPage | None:
    """One event with everything that its page shows; None when there is nothing to show."""
    raise NotImplementedError


def pages(session: Session, *, group_iri: str | None = None, language: str, limit: int = 20) -> list[EventPage]:
    """Our own ones, newest change first (for the feeds)."""
    raise NotImplementedError


def tagged(session: Session, tag: str, *, language: str, limit: int = 20) -> list[EventLine]:
    """Events that carry `tag`, newest first."""
    raise NotImplementedError
