"""What a member sees of their own account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors.people.tables import Member
from actors.refusals import Refused

NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class Account:
    """Name, address, and whether there is a password."""

    name: str
    email: str | None
    has_password: bool


def account(session: Session, member_id: int) -> Account:
    """The account of the member who is signed in."""
    member = session.get_one(Member, member_id)
    return Account(member.name, member.email, member.password_hash is not None)


def rename(session: Session, member_id: int, name: str) -> None:
    """Call the member otherwise.

    Raises:
        Refused: "name-missing", "too-long" (`field`, `chars`, `limit`).
    """
    bare = " ".join(name.split())
    if not bare:
        raise Refused("name-missing")
    if len(bare) > NAME_CHARS:
        raise Refused("too-long", field="name", chars=len(bare), limit=NAME_CHARS)
    session.get_one(Member, member_id).name = bare
    session.flush()
