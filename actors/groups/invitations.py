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
from actors.people.tables import Actor
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


def spend(session: Session, group_id: int, token: str, *, now: datetime) -> None:
    """Use the invitation once.

    Raises:
        Refused: "invitation-spent" (ended, used up, unknown or another group's: it is never said which).
    """
    # Two at the same moment for one last use: only the one whose UPDATE meets the row has it.
    used = session.execute(
        update(GroupInvitation)
        .where(GroupInvitation.digest == _digest(token), GroupInvitation.group_id == group_id, _stands(now))
        .values(uses=GroupInvitation.uses + 1),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Refused("invitation-spent")


def _stands(now: datetime) -> ColumnElement[bool]:
    return (
        GroupInvitation.ended_at.is_(None)
        & (GroupInvitation.expires_at > now)
        & or_(GroupInvitation.most_uses.is_(None), GroupInvitation.uses < GroupInvitation.most_uses)
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
