"""How a member wants to be spoken to: in which language, by which clock."""

from __future__ import annotations

from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from actors.people.tables import Member
from actors.refusals import Refused


def prefer(session: Session, member_id: int, *, language: str, time_zone: str | None) -> None:
    """From now on the member reads in `language`, pages and mails; `time_zone` is an IANA name or None.

    Raises:
        Refused: "unknown-zone".
    """
    if time_zone is not None and time_zone not in available_timezones():
        raise Refused("unknown-zone", zone=time_zone[:64])
    member = session.get_one(Member, member_id)
    member.language, member.time_zone = language, time_zone
    session.flush()
