"""Who lives here, for discovery and for the operator: names behind handles, members, figures about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from actors.people.tables import Actor, Member, SignInSession


@dataclass(frozen=True, slots=True)
class Named:
    """One of our actors as WebFinger knows it. `gone`: it was here once."""

    acct: str
    iri: str
    url: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Population:
    """Members in numbers: all, and those who signed in within a month and half a year."""

    members: int
    active_month: int
    active_half_year: int


def named_by_iri(session: Session, iri: str) -> Named | None:
    """The actor of ours whose IRI or page this is."""
    return _named(session.scalar(select(Actor).where(Actor.local, or_(Actor.iri == iri, Actor.url == iri))))


def named_locally(session: Session, username: str) -> Named | None:
    """The actor of ours with this username, given in lower case."""
    return _named(session.scalar(select(Actor).where(Actor.local, Actor.username == username)))


def list_members(session: Session) -> list[Member]:
    """All members who were not deleted, in order of joining."""
    return list(session.scalars(select(Member).where(Member.deleted_at.is_(None)).order_by(Member.id)))


def population(session: Session, *, now: datetime) -> Population:
    """How many members there are, and how many of them were here lately."""

    def seen_since(span: timedelta) -> int:
        query = select(func.count(SignInSession.member_id.distinct())).where(SignInSession.seen_at > now - span)
        return session.scalar(query) or 0

    members = session.scalar(select(func.count()).select_from(Member).where(Member.deleted_at.is_(None))) or 0
    return Population(members, seen_since(timedelta(days=30)), seen_since(timedelta(days=180)))


def _named(actor: Actor | None) -> Named | None:
    if actor is None:
        return None
    gone = actor.deleted_at is not None or actor.suspended_at is not None
    return Named(f"{actor.username}@{actor.authority}", actor.iri, actor.url, gone)
