"""What everybody may see of offers and needs, as views."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.views import OfferLine, OfferPage, Purpose


def latest(
    session: Session, *, purpose: Purpose, group_iri: str | None = None, language: str, limit: int = 6
) -> list[OfferLine]:
    """Open ones, newest first; with `group_iri` that group's and those of the actors it follows."""
    raise NotImplementedError


def page(session: Session, iri: str, *, language: str) -> OfferPage | None:
    """One offer or need with everything that its page shows; None when there is nothing to show."""
    raise NotImplementedError


def pages(
    session: Session, *, purpose: Purpose | None = None, group_iri: str | None = None, language: str, limit: int = 20
) -> list[OfferPage]:
    """Our own ones, newest change first, closed ones for two weeks (for the feeds)."""
    raise NotImplementedError


def tagged(session: Session, tag: str, *, language: str, limit: int = 20) -> list[OfferLine]:
    """Open ones that carry `tag`, newest first."""
    raise NotImplementedError
