"""How many ways a member has to sign in. The last one is never taken away."""

from __future__ import annotations

from sqlalchemy import BigInteger, column, func, select, table
from sqlalchemy.orm import Session

from actors.people.tables import Member

# By name, since the rooms of both tables ask this one before they take something away.
_IDENTITIES = table("identity", column("member_id", BigInteger))
_PASSKEYS = table("passkey", column("member_id", BigInteger))


def count(session: Session, member_id: int) -> int:
    """A mail address (for links and passwords), each identity and each passkey."""
    member = session.get_one(Member, member_id)
    others = sum(
        session.scalar(select(func.count()).select_from(each).where(each.c.member_id == member_id)) or 0
        for each in (_IDENTITIES, _PASSKEYS)
    )
    return others + (member.email is not None)
