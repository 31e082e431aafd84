"""Roles in a group: who organises, moderates and takes part, and how that changes hands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.endings import REMOVED
from actors.groups.membership import ROLES, Person, check_not_last, end_membership, is_person
from actors.groups.tables import Group
from actors.people.tables import Actor, Member
from actors.refusals import Refused


def set_role(session: Session, group_id: int, membership_id: int, role: str) -> Membership:
    """Give a member of the group another role; the membership as it is now.

    Raises:
        Refused: "role-unknown", "not-a-member" (of this group, now), "last-organiser".
    """
    if role not in ROLES:
        raise Refused("role-unknown", role=role)
    membership = active_membership(session, group_id, membership_id)
    if role != "organiser":
        check_not_last(session, membership)
    membership.role = role
    session.flush()
    return membership


def hand_over(session: Session, group_id: int, by: Person, membership_id: int) -> Membership:
    """An organiser makes another member organiser in their place, and is a member from then on.

    Raises:
        Refused: "not-an-organiser", "not-a-member", "handed-to-oneself".
    """
    own = session.scalar(
        select(Membership).where(
            Membership.group_id == group_id,
            Membership.state == "active",
            Membership.role == "organiser",
            is_person(by),
        )
    )
    if own is None:
        raise Refused("not-an-organiser")
    heir = active_membership(session, group_id, membership_id)
    if heir.id == own.id:
        raise Refused("handed-to-oneself")
    heir.role, own.role = "organiser", "member"
    session.flush()
    return heir


def remove_member(session: Session, group_id: int, membership_id: int, *, now: datetime) -> Membership:
    """An organiser ends somebody's part in the group.

    Raises:
        Refused: "not-a-member", "last-organiser".
    """
    membership = active_membership(session, group_id, membership_id)
    end_membership(session, membership, now=now)
    membership.role = REMOVED
    return membership


def active_membership(session: Session, group_id: int, membership_id: int) -> Membership:
    """The membership with this id, in this group and active.

    Raises:
        Refused: "not-a-member".
    """
    membership = session.get(Membership, membership_id)
    if membership is None or membership.group_id != group_id or membership.state != "active":
        raise Refused("not-a-member")
    return membership


def organised_alone(session: Session, member_id: int) -> list[Actor]:
    """The groups whose last organiser this member is: they cannot go before somebody else has them."""
    own = select(Membership.group_id, Membership.id).where(
        is_person(Person(member_id)), Membership.role == "organiser", Membership.state == "active"
    )
    held = {row.group_id: row.id for row in session.execute(own)}
    others = select(Membership.group_id).where(
        Membership.group_id.in_(held),
        Membership.id.not_in(held.values()),
        Membership.role == "organiser",
        Membership.state == "active",
    )
    alone = held.keys() - set(session.scalars(others))
    return list(
        session.scalars(
            select(Actor).where(Actor.id.in_(alone), Actor.deleted_at.is_(None)).order_by(Actor.name, Actor.id)
        )
    )


def organisers(session: Session, group_id: int, *, moderators_too: bool = False) -> list[Membership]:
    """Who organises the group now (and moderates it), in order of joining."""
    roles = ("organiser", "moderator") if moderators_too else ("organiser",)
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.group_id == group_id, Membership.state == "active", Membership.role.in_(roles))
            .order_by(Membership.id)
        )
    )


def member_behind(session: Session, membership: Membership) -> Member | None:
    """The member of ours who takes part, by themselves or by their actor; None for somebody of another server."""
    if membership.member_id is not None:
        return session.get(Member, membership.member_id)
    return session.scalar(select(Member).where(Member.actor_id == membership.actor_id))


def may_organise(session: Session, group_id: int, person: Person, *, moderators_too: bool = False) -> bool:
    """Whether the person may change the group (or decide in it): its organisers, and admins of the instance."""
    roles = ("organiser", "moderator") if moderators_too else ("organiser",)
    own = select(Membership.id).where(
        Membership.group_id == group_id, Membership.state == "active", Membership.role.in_(roles), is_person(person)
    )
    if session.scalar(own.limit(1)) is not None:
        return True
    member = session.get(Member, person.member_id) if person.member_id is not None else None
    return member is not None and member.role == "admin" and session.get(Group, group_id) is not None


FOUNDERS = ("members", "moderators", "admins")


def may_found(role: str, kind: str, rule: str) -> bool:
    """Whether a member of the instance with this role may found a group of this kind.

    Sector groups are for admins; projects and thematic groups for whom the instance's `rule` names (`FOUNDERS`).
    """
    if role == "admin":
        return True
    if kind == "sector":
        return False
    return rule == "members" or (rule == "moderators" and role == "moderator")
