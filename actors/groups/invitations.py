"""Invitations into a group: a link or QR code that lets people in, for a number of uses and until a time.

Only the hash of the token is kept (L7): whoever makes an invitation sees its link once, and may print it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from actors.groups.tables import Group, GroupInvitation
from actors.people.tables import Actor, Member
from actors.refusals import Refused

LASTS_DAYS = (1, 7, 30, 90)
MOST_USES = 1_000
NOTE_CHARS = 100
OPEN_AT_ONCE = 50

_SECRET_BYTES = 32


def invite(
    session: Session,
    group_id: int,
    *,
    made_by_id: int | None,
    days: int,
    most_uses: int | None = None,
    note: str = "",
    now: datetime,
) -> str:
    """Make an invitation; its token, 43 characters for a URL, which is nowhere kept.

    Raises:
        Refused: "unknown-choice" (days), "too-many" (uses; open invitations), "too-long" (note).
    """
    if days not in LASTS_DAYS:
        raise Refused("unknown-choice", field="days", value=days)
    if most_uses is not None and not 1 <= most_uses <= MOST_USES:
        raise Refused("too-many", field="most_uses", limit=MOST_USES)
    if len(note) > NOTE_CHARS:
        raise Refused("too-long", field="note", limit=NOTE_CHARS)
    if len(invitations_of(session, group_id, now=now)) >= OPEN_AT_ONCE:
        raise Refused("too-many", field="invitations", limit=OPEN_AT_ONCE)
    token = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        GroupInvitation(
            digest=_digest(token),
            group_id=group_id,
            made_by_id=made_by_id,
            note=note.strip(),
            most_uses=most_uses,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return token


def invitations_of(session: Session, group_id: int, *, now: datetime) -> list[GroupInvitation]:
    """The invitations that still let somebody in, newest first."""
    return list(
        session.scalars(
            select(GroupInvitation)
            .where(GroupInvitation.group_id == group_id, _stands(now))
            .order_by(GroupInvitation.id.desc())
        )
    )


def end_invitation(session: Session, group_id: int, invitation_id: int, *, now: datetime) -> bool:
    """The link lets nobody in any more; False when the group has no such invitation that stands."""
    ended = session.execute(
        update(GroupInvitation)
        .where(GroupInvitation.id == invitation_id, GroupInvitation.group_id == group_id, _stands(now))
        .values(ended_at=now)
    )
    return isinstance(ended, CursorResult) and ended.rowcount == 1


def invited_to(session: Session, token: str, *, now: datetime) -> Actor | None:
    """The group into which this token still lets somebody; changes nothing."""
    return session.scalar(
        select(Actor)
        .join(GroupInvitation, GroupInvitation.group_id == Actor.id)
        .join(Group, Group.actor_id == Actor.id)
        .where(
            GroupInvitation.digest == _digest(token),
            _stands(now),
            Group.closing_at.is_(None),
            Actor.deleted_at.is_(None),
            Actor.suspended_at.is_(None),
        )
    )


def invitation_with(
    session: Session, *, token: str = "", invitation_id: int | None = None, now: datetime
) -> GroupInvitation | None:
    """The invitation with this token or id, if it still lets somebody in."""
    named = GroupInvitation.digest == _digest(token) if invitation_id is None else GroupInvitation.id == invitation_id
    return session.scalar(
        select(GroupInvitation)
        .join(Group, Group.actor_id == GroupInvitation.group_id)
        .join(Actor, Actor.id == Group.actor_id)
        .where(named, _stands(now), Group.closing_at.is_(None), Actor.deleted_at.is_(None))
        .where(Actor.suspended_at.is_(None))
    )


def vouches(session: Session, invitation: GroupInvitation) -> bool:
    """Whether whoever made it may let people into the instance as well: an admin or moderator of it."""
    maker = session.get(Member, invitation.made_by_id) if invitation.made_by_id is not None else None
    return (
        maker is not None
        and maker.role in ("admin", "moderator")
        and maker.state == "active"
        and maker.suspended_at is None
        and maker.deleted_at is None
    )


def use(session: Session, invitation: GroupInvitation, *, now: datetime) -> bool:
    """Use the invitation once; False when somebody else just had the last use."""
    return _use(session, GroupInvitation.id == invitation.id, now)


def spend(session: Session, group_id: int, token: str, *, now: datetime) -> None:
    """Use the invitation once.

    Raises:
        Refused: "invitation-spent" (ended, used up, unknown or another group's: it is never said which).
    """
    named = (GroupInvitation.digest == _digest(token)) & (GroupInvitation.group_id == group_id)
    if not _use(session, named, now):
        raise Refused("invitation-spent")


def _use(session: Session, named: ColumnElement[bool], now: datetime) -> bool:
    # Two at the same moment for one last use: only the one whose UPDATE meets the row has it.
    used = session.execute(
        update(GroupInvitation).where(named, _stands(now)).values(uses=GroupInvitation.uses + 1),
        execution_options={"synchronize_session": False},
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def _stands(now: datetime) -> ColumnElement[bool]:
    return (
        GroupInvitation.ended_at.is_(None)
        & (GroupInvitation.expires_at > now)
        & or_(GroupInvitation.most_uses.is_(None), GroupInvitation.uses < GroupInvitation.most_uses)
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
