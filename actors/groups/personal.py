"""Inviting a member of ours into a group by name: they are asked once, and say yes or no.

Who was invited comes in at once, whatever the group's rule is. A newcomer who waits to become a member of the instance
keeps the invitation by which they came in the same way (`reserve`), until they are let in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.membership import Person, membership_for
from actors.groups.tables import Group, PersonalInvitation
from actors.people.tables import Actor, Member
from actors.refusals import Refused

LASTS = timedelta(days=30)
"""As long as an invitation stands; nobody is invited into the same group again before it is over."""
RESERVED = timedelta(days=90)
STANDING_AT_ONCE = 100


def invite_member(
    session: Session, group_id: int, member_id: int, *, made_by_id: int | None, now: datetime
) -> PersonalInvitation:
    """Invite one member, whom the caller has seen that the inviter can find.

    Raises:
        Refused: "nobody", "already-in", "invited-lately", "join-closed" (the group ends), "too-many".
    """
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None or member.suspended_at is not None or member.state != "active":
        raise Refused("nobody")
    rules = session.get_one(Group, group_id)
    if rules.closing_at is not None:
        raise Refused("join-closed", iri=session.get_one(Actor, group_id).iri)
    membership = membership_for(session, group_id, Person(member_id))
    if membership is not None and membership.state == "active":
        raise Refused("already-in")
    row = _of(session, group_id, member_id)
    if row is not None and row.created_at > now - LASTS:
        raise Refused("invited-lately")
    if len(invited_members(session, group_id, now=now)) >= STANDING_AT_ONCE:
        raise Refused("too-many", field="invitations", limit=STANDING_AT_ONCE)
    return _stand(session, group_id, member_id, made_by_id, LASTS, now)


def reserve(session: Session, group_id: int, member_id: int, *, made_by_id: int | None, now: datetime) -> None:
    """Keep a place for a newcomer who came by a link and waits until the instance lets them in."""
    _stand(session, group_id, member_id, made_by_id, RESERVED, now)


def reserved_for(session: Session, member_id: int, *, now: datetime) -> list[Actor]:
    """The groups in which a place is kept for the member."""
    query = (
        select(Actor)
        .join(PersonalInvitation, PersonalInvitation.group_id == Actor.id)
        .join(Group, Group.actor_id == Actor.id)
        .where(PersonalInvitation.member_id == member_id, _stands(now), Group.closing_at.is_(None))
        .where(Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
        .order_by(PersonalInvitation.id)
    )
    return list(session.scalars(query))


def invitation_for(session: Session, group_id: int, person: Person, *, now: datetime) -> PersonalInvitation | None:
    """The invitation by name that this person has not answered."""
    if person.member_id is None:
        return None
    row = _of(session, group_id, person.member_id)
    return row if row is not None and row.answered_at is None and row.expires_at > now else None


def answer(session: Session, group_id: int, member_id: int, *, now: datetime) -> bool:
    """The invitation is answered, or taken back; False when there was none that stood."""
    answered = session.execute(
        update(PersonalInvitation)
        .where(PersonalInvitation.group_id == group_id, PersonalInvitation.member_id == member_id, _stands(now))
        .values(answered_at=now),
        execution_options={"synchronize_session": "fetch"},
    )
    return isinstance(answered, CursorResult) and answered.rowcount == 1


def invited_members(session: Session, group_id: int, *, now: datetime) -> list[tuple[PersonalInvitation, Member]]:
    """Who was invited by name and has not answered, the newest first."""
    inside = select(Membership.id).where(
        Membership.group_id == group_id,
        Membership.state == "active",
        Membership.member_id == PersonalInvitation.member_id,
    )
    query = (
        select(PersonalInvitation, Member)
        .join(Member, Member.id == PersonalInvitation.member_id)
        .where(PersonalInvitation.group_id == group_id, _stands(now), ~inside.exists())
        .where(Member.deleted_at.is_(None), Member.state == "active")
        .order_by(PersonalInvitation.created_at.desc(), PersonalInvitation.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _stand(
    session: Session, group_id: int, member_id: int, made_by_id: int | None, span: timedelta, now: datetime
) -> PersonalInvitation:
    row = _of(session, group_id, member_id)
    if row is None:
        row = PersonalInvitation(group_id=group_id, member_id=member_id)
        session.add(row)
    row.made_by_id, row.created_at, row.expires_at, row.answered_at = made_by_id, now, now + span, None
    session.flush()
    return row


def _of(session: Session, group_id: int, member_id: int) -> PersonalInvitation | None:
    return session.scalar(
        select(PersonalInvitation).where(
            PersonalInvitation.group_id == group_id, PersonalInvitation.member_id == member_id
        )
    )


def _stands(now: datetime) -> ColumnElement[bool]:
    return PersonalInvitation.answered_at.is_(None) & (PersonalInvitation.expires_at > now)
