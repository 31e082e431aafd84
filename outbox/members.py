"""What admins and moderators do with members: a role, a suspension and its end. Each is an act that is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import moderation, people
from actors.people import Actor, Member, keeping
from actors.refusals import Refused
from actors.rules import next_change
from outbox import people as tellers

REASON_CHARS = 1_000


def change_role(session: Session, member_id: int, role: str, *, by: int | None, now: datetime) -> str:
    """Make a member admin, moderator or plain member; the role they had.

    Args:
        by: the admin; None: the operator.

    Raises:
        Refused: "role-unknown", "not-found" (`what`, `name`), "last-admin".
    """
    had = keeping.change_role(session, member_id, role)
    if had != role:
        facts = {"role": [had, role]}
        moderation.act(session, "change-role", f"member {member_id}", member_id=by, facts=facts, now=now)
    return had


def suspend(session: Session, member_id: int, *, by: int | None, reason: str, now: datetime) -> None:
    """The member may neither sign in nor act; what they publish as an actor of their own is not shown.

    Raises:
        Refused: "not-found" (`what`, `name`), "last-admin", "oneself", "admins-only" (somebody with a role is suspended
            by admins), "too-long" (`field`).
    """
    _may(session, member_id, by)
    if len(reason) > REASON_CHARS:
        raise Refused("too-long", field="reason", chars=len(reason), limit=REASON_CHARS)
    member = keeping.shut_out(session, member_id, now=now)
    if (actor := _actor(session, member)) is not None and actor.suspended_at is None:
        people.suspend(session, actor, now=now)
        _tell(session, actor, now)
    moderation.act(session, "suspend-member", f"member {member_id}", member_id=by, reason=reason, now=now)


def unsuspend(session: Session, member_id: int, *, by: int | None, now: datetime) -> None:
    """The member may sign in and act again.

    Raises:
        Refused: "not-found" (`what`, `name`), "admins-only".
    """
    _may(session, member_id, by)
    member = keeping.let_back(session, member_id)
    if (actor := _actor(session, member)) is not None and actor.suspended_at is not None:
        people.unsuspend(session, actor)
        _tell(session, actor, now)
    moderation.act(session, "unsuspend-member", f"member {member_id}", member_id=by, now=now)


def _may(session: Session, member_id: int, by: int | None) -> None:
    if by is None:
        return
    if by == member_id:
        raise Refused("oneself")
    whose = session.get(Member, member_id)
    if whose is not None and whose.role != "member" and session.get_one(Member, by).role != keeping.ADMIN:
        raise Refused("admins-only")


def _actor(session: Session, member: Member) -> Actor | None:
    actor = session.get(Actor, member.actor_id) if member.actor_id is not None else None
    return actor if actor is not None and actor.deleted_at is None else None


def _tell(session: Session, actor: Actor, now: datetime) -> None:
    actor.updated_at = next_change(actor.updated_at or actor.created_at, now)
    session.flush()
    tellers.changed(session, actor, now=now)
