"""What a member may choose about being told things, and where mails and direct messages would go."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors.people import Member, find_actor
from actors.people.notices import Choice, choices
from outbox.notices.telling import direct_address


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a member.

    Attributes:
        email: where mails go; None: the member has given no address.
        account: «name@host» that gets direct messages; None: no account elsewhere is linked.
        by_kind: every kind, in the order in which they are shown.
    """

    email: str | None
    account: str | None
    by_kind: dict[str, Choice]


def choices_of(session: Session, member_id: int) -> Choices:
    """What the member has chosen, or what holds without a choice."""
    member = session.get_one(Member, member_id)
    iri = direct_address(session, member_id)
    actor = find_actor(session, iri) if iri else None
    account = f"{actor.username}@{actor.authority}" if actor is not None else None
    return Choices(member.email, account, choices(session, member_id))
