"""Members as rows: made, found, suspended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people.sign_in.sessions import revoke_all
from actors.people.tables import Member
from actors.refusals import Refused

ROLES = ("member", "moderator", "admin")


def create_member(
    session: Session,
    *,
    name: str,
    email: str | None,
    language: str,
    role: str = "member",
    actor_id: int | None = None,
) -> Member:
    """A new member; `role` is member, moderator or admin.

    Raises:
        Refused: "mail-taken", "role-unknown", "name-missing".
    """
    if role not in ROLES:
        raise Refused("role-unknown", role=role)
    if not name.strip():
        raise Refused("name-missing")
    address = bare_address(email)
    if address and session.scalar(select(Member.id).where(Member.email == address)) is not None:
        raise Refused("mail-taken", email=address)
    member = Member(name=name.strip(), email=address, language=language, role=role, actor_id=actor_id)
    session.add(member)
    session.flush()
    return member


def member_at(session: Session, address: str) -> Member | None:
    """The member with this mail address, in any case of letters; suspended ones too."""
    return session.scalar(select(Member).where(Member.email == bare_address(address), Member.deleted_at.is_(None)))


def change_address(session: Session, member_id: int, address: str) -> str | None:
    """Give the member another address; the old one.

    Raises:
        Refused: "mail-taken" (`email`).
    """
    member = session.get_one(Member, member_id)
    fresh = bare_address(address)
    taken = select(Member.id).where(Member.email == fresh, Member.id != member_id)
    if fresh and session.scalar(taken) is not None:
        raise Refused("mail-taken", email=fresh)
    old, member.email = member.email, fresh
    session.flush()
    return old


def bare_address(email: str | None) -> str | None:
    """An address as it is kept: no spaces around it, small letters."""
    return email.strip().lower() if email and email.strip() else None


def suspend_member(session: Session, member_id: int, *, now: datetime) -> None:
    """The member may not sign in or act from now on."""
    session.get_one(Member, member_id).suspended_at = now
    revoke_all(session, member_id, now=now)
    session.flush()


def unsuspend_member(session: Session, member_id: int) -> None:
    """The member may sign in again."""
    session.get_one(Member, member_id).suspended_at = None
    session.flush()
