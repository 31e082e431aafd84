"""Announces and Likes: who shares and who likes what. Each actor shares or likes a thing once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.people import Actor
from actors.threads.tables import Reaction, Share


def add_share(
    session: Session, actor: Actor, object_iri: str, iri: str, activity_iri: str | None = None, *, now: datetime
) -> tuple[Share, bool]:
    """Note that `actor` announces `object_iri` by the Announce `iri`; False when it had already (nothing changes)."""
    raise NotImplementedError


def remove_share(session: Session, actor: Actor, iri_or_object: str) -> Share | None:
    """Forget a share, named by its Announce or by what was announced; returns what it was (detached), or None."""
    raise NotImplementedError


def share_of(session: Session, actor_id: int, object_iri: str) -> Share | None:
    """The share of this object by this actor."""
    raise NotImplementedError


def shares_of_object(session: Session, object_iri: str) -> list[Share]:
    """Who shares this object, oldest first."""
    raise NotImplementedError


def react(session: Session, actor: Actor, object_iri: str, iri: str, *, now: datetime) -> tuple[Reaction, bool]:
    """Note that `actor` likes `object_iri` by the Like `iri`; False when it had already (nothing changes)."""
    raise NotImplementedError


def unreact(session: Session, actor: Actor, iri_or_object: str) -> bool:
    """Forget a like, named by its Like or by what was liked; whether there was one."""
    raise NotImplementedError
