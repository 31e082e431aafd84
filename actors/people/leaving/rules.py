"""Leaving: asked for, a week to come back, then for good.

Signing in again within the week is all it takes to stay (`people.open_session_for` clears `leaving_at`).

Source: security contract §4 E2 and E5.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people.sign_in import revoke_all
from actors.people.tables import Member
from actors.refusals import Refused

GRACE = timedelta(days=7)


def ask(session: Session, member_id: int, *, keeps: bool, now: datetime) -> datetime:
    """The member is deleted in a week, and signed out everywhere now; when.

    Args:
        keeps: what they wrote in groups stays, without their name.

    Raises:
        Refused: "gone".
    """
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None:
        raise Refused("gone")
    revoke_all(session, member_id, now=now)
    member.leaving_at, member.leaving_keeps = now + GRACE, keeps
    session.flush()
    return member.leaving_at


def due(session: Session, now: datetime, limit: int = 10) -> list[int]:
    """The members whose week is over, at most `limit`."""
    query = (
        select(Member.id)
        .where(Member.leaving_at <= now, Member.deleted_at.is_(None))
        .order_by(Member.leaving_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def blank(session: Session, member: Member, *, now: datetime) -> None:
    """Nothing about the person stays in the row, which others refer to; who it was can't be told from it."""
    member.name, member.email, member.password_hash = "", None, None
    member.language, member.role, member.time_zone = "en", "member", None
    member.about = member.seeking = ""
    member.trades, member.speaks, member.links, member.answers, member.shown = [], [], [], [], {}
    member.region = member.picture_id = member.actor_id = None
    member.byline = member.discoverable = member.indexable = False
    member.leaving_at, member.leaving_keeps = None, False
    member.deleted_at = now
    session.flush()
