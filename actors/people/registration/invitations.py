"""Links that let somebody join this instance: how many by each, until when."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from actors.people.registration.tables import SiteInvitation
from actors.people.tables import Member
from actors.refusals import Refused

MOST_USES, NOTE_CHARS = 1_000, 200


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation as those see it who keep the list.

    Attributes:
        by: who made it; None: the operator.
        uses: how many may come by it; None: any number.
        opens: it still lets somebody in.
    """

    id: int
    token: str
    by: str | None
    note: str
    uses: int | None
    used: int
    ends_at: datetime | None
    created_at: datetime
    opens: bool


def invite(
    session: Session,
    *,
    member_id: int | None,
    uses: int | None,
    ends_at: datetime | None,
    note: str = "",
    now: datetime,
) -> InvitationLine:
    """A new invitation.

    Raises:
        Refused: "uses-impossible" (`limit`), "ends-in-the-past", "too-long" (`field`, `chars`, `limit`).
    """
    if uses is not None and not 1 <= uses <= MOST_USES:
        raise Refused("uses-impossible", limit=MOST_USES)
    if ends_at is not None and ends_at <= now:
        raise Refused("ends-in-the-past")
    if len(note) > NOTE_CHARS:
        raise Refused("too-long", field="note", chars=len(note), limit=NOTE_CHARS)
    row = SiteInvitation(
        token=secrets.token_urlsafe(18),
        member_id=member_id,
        note=note.strip(),
        uses=uses,
        ends_at=ends_at,
        created_at=now,
    )
    session.add(row)
    session.flush()
    member = session.get(Member, member_id) if member_id else None
    return _line(row, member.name if member else None, now)


def invitations(session: Session, *, now: datetime) -> list[InvitationLine]:
    """All that were not ended, the newest first."""
    rows = session.execute(
        select(SiteInvitation, Member.name)
        .outerjoin(Member, Member.id == SiteInvitation.member_id)
        .where(SiteInvitation.ended_at.is_(None))
        .order_by(SiteInvitation.id.desc())
    )
    return [_line(row, name, now) for row, name in rows]


def invitation(session: Session, token: str, *, now: datetime) -> InvitationLine | None:
    """The invitation with this token, if it still lets somebody in."""
    row = session.execute(
        select(SiteInvitation, Member.name)
        .outerjoin(Member, Member.id == SiteInvitation.member_id)
        .where(SiteInvitation.token == token, _opens(now))
    ).first()
    return _line(row[0], row[1], now) if row else None


def end_invitation(session: Session, invitation_id: int, *, now: datetime) -> None:
    """It lets nobody in any more; one that is over already is no error."""
    session.execute(
        update(SiteInvitation)
        .where(SiteInvitation.id == invitation_id, SiteInvitation.ended_at.is_(None))
        .values(ended_at=now)
    )


def use_invitation(session: Session, invitation_id: int, *, now: datetime) -> None:
    """Somebody comes in by it.

    Raises:
        Refused: "invitation-over".
    """
    # Two who come at the same moment: the UPDATE itself says whether there was room for both.
    used = session.execute(
        update(SiteInvitation)
        .where(SiteInvitation.id == invitation_id, _opens(now))
        .values(used=SiteInvitation.used + 1),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Refused("invitation-over")


def _opens(now: datetime) -> ColumnElement[bool]:
    return (
        SiteInvitation.ended_at.is_(None)
        & or_(SiteInvitation.ends_at.is_(None), SiteInvitation.ends_at > now)
        & or_(SiteInvitation.uses.is_(None), SiteInvitation.used < SiteInvitation.uses)
    )


def _line(row: SiteInvitation, by: str | None, now: datetime) -> InvitationLine:
    used = row.used or 0
    opens = (
        row.ended_at is None and (row.ends_at is None or row.ends_at > now) and (row.uses is None or used < row.uses)
    )
    return InvitationLine(row.id, row.token, by, row.note, row.uses, used, row.ends_at, row.created_at, opens)
