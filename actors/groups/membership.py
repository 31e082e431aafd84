"""Taking part: joining, leaving, moderating. Who may post is in `posting`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.endings import REFUSED
from actors.groups.tables import Group
from actors.moderation.policy import BLOCKED, LIMITED, policy_for
from actors.people.identities.linking import ids_of_actors
from actors.people.tables import Actor, Member
from actors.refusals import Refused

ROLES = ("member", "moderator", "organiser")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: a member of ours, an actor (of another server too), or both where they are the same person."""

    member_id: int | None = None
    actor_id: int | None = None


def request_join(
    session: Session, group: Actor, actor: Actor, iri: str | None, message: str = "", *, now: datetime
) -> Membership:
    """`actor` asks to take part in our `group`: `state` "active" when it is open, else "requested".

    Asking again keeps an active membership; its id is the new one.

    Raises:
        Refused: "not-our-group", "join-closed", "join-by-invitation", "actor-suspended", "host-blocked".
    """
    rules = session.get(Group, group.id)
    if rules is None or group.deleted_at is not None:
        raise Refused("not-our-group", iri=group.iri)
    if actor.suspended_at is not None or actor.deleted_at is not None:
        raise Refused("actor-suspended", iri=actor.iri)
    policy = "open" if actor.local else policy_for(session, actor.host)
    if policy == BLOCKED:
        raise Refused("host-blocked", host=actor.host)
    membership = membership_of(session, group, actor)
    if membership is not None and membership.state == "active":
        membership.join_iri = iri
        session.flush()
        return membership
    if rules.joining == "closed":
        raise Refused("join-closed", iri=group.iri)
    if rules.joining == "invitation":
        raise Refused("join-by-invitation", iri=group.iri)
    at_once = rules.joining == "open" and policy != LIMITED
    if membership is None:
        membership = Membership(group_id=group.id, actor_id=actor.id, created_at=now)
        session.add(membership)
    membership.state = "active" if at_once else "requested"
    membership.role = "member"
    membership.join_iri = iri
    membership.message = message
    membership.decided_at = now if at_once else None
    session.flush()
    return membership


def decide_join(session: Session, membership: Membership, accepted: bool, *, now: datetime) -> bool:
    """An organiser answers; False when it was no longer waiting."""
    if membership.state != "requested":
        return False
    membership.state = "active" if accepted else "ended"
    membership.role = "member" if accepted else REFUSED
    membership.decided_at = now
    session.flush()
    return True


def check_not_last(session: Session, membership: Membership) -> None:
    """See that a group keeps somebody who organises it when this one goes or steps back.

    Raises:
        Refused: "last-organiser".
    """
    if membership.role != "organiser" or membership.state != "active":
        return
    others = select(func.count()).where(
        Membership.group_id == membership.group_id,
        Membership.state == "active",
        Membership.role == "organiser",
        Membership.id != membership.id,
    )
    if not session.scalar(others):
        raise Refused("last-organiser")


def leave(session: Session, group: Actor, actor: Actor, *, now: datetime) -> Membership | None:
    """`actor` no longer takes part, or no longer asks to; None when it did neither.

    Raises:
        Refused: "last-organiser".
    """
    membership = membership_of(session, group, actor)
    return None if membership is None else end_membership(session, membership, now=now)


def end_membership(session: Session, membership: Membership, *, now: datetime) -> Membership | None:
    """Somebody takes part no longer; None when that was so already.

    Raises:
        Refused: "last-organiser".
    """
    if membership.state == "ended":
        return None
    check_not_last(session, membership)
    membership.state = "ended"
    membership.role = "member"
    membership.decided_at = now
    session.flush()
    return membership


def add_member(
    session: Session,
    group: Actor,
    *,
    now: datetime,
    member_id: int | None = None,
    actor_id: int | None = None,
    role: str = "member",
) -> Membership:
    """A member of ours (or an actor) takes part from now on, in this role (organiser, moderator or member).

    Raises:
        Refused: "role-unknown", "nobody" (neither id was given).
    """
    if role not in ROLES:
        raise Refused("role-unknown", role=role)
    if member_id is None and actor_id is None:
        raise Refused("nobody")
    conditions: list[ColumnElement[bool]] = []
    if member_id is not None:
        conditions.append(Membership.member_id == member_id)
    if actor_id is not None:
        conditions.append(Membership.actor_id == actor_id)
    membership = session.scalar(
        select(Membership).where(Membership.group_id == group.id, or_(*conditions)).order_by(Membership.id).limit(1)
    )
    if membership is None:
        membership = Membership(group_id=group.id, member_id=member_id, actor_id=actor_id, created_at=now)
        session.add(membership)
    membership.role = role
    membership.state = "active"
    membership.decided_at = now
    session.flush()
    return membership


def membership_of(session: Session, group: Actor, actor: Actor) -> Membership | None:
    """What binds `actor`, or the member behind it, to `group`, in whatever state; an active one first."""
    return session.scalar(
        select(Membership)
        .where(Membership.group_id == group.id, _is(actor))
        .order_by(Membership.state, Membership.id)  # active, ended, requested
        .limit(1)
    )


def membership_for(session: Session, group_id: int, person: Person) -> Membership | None:
    """What binds `person` to the group, in whatever state; an active one first."""
    return session.scalar(
        select(Membership)
        .where(Membership.group_id == group_id, is_person(person))
        .order_by(Membership.state, Membership.id)
        .limit(1)
    )


def role_of(session: Session, group_id: int, person: Person) -> str | None:
    """organiser, moderator or member; None for whoever takes no part."""
    membership = membership_for(session, group_id, person)
    return membership.role if membership is not None and membership.state == "active" else None


def is_person(person: Person) -> ColumnElement[bool]:
    """The condition that a membership is this person's, by either way of naming them."""
    ways: list[ColumnElement[bool]] = [false()]
    if person.member_id is not None:
        ways.append(Membership.member_id == person.member_id)
        ways.append(Membership.actor_id.in_(ids_of_actors(person.member_id)))
    if person.actor_id is not None:
        ways.append(Membership.actor_id == person.actor_id)
        ways.append(Membership.member_id.in_(select(Member.id).where(Member.actor_id == person.actor_id)))
    return or_(*ways)


def is_member(session: Session, group: Actor, actor: Actor) -> bool:
    """Whether `actor` takes part in `group` now."""
    membership = membership_of(session, group, actor)
    return membership is not None and membership.state == "active"


def is_moderator(session: Session, group: Actor, actor: Actor) -> bool:
    """Whether `actor` moderates or organises `group`; a suspended one does not."""
    membership = membership_of(session, group, actor)
    return (
        membership is not None
        and membership.state == "active"
        and membership.role in ("moderator", "organiser")
        and actor.suspended_at is None
        and actor.deleted_at is None
    )


def moderators(session: Session, group: Actor) -> list[Actor]:
    """The moderators and organisers that are public actors, in order of joining (the `moderators` collection)."""
    return list(
        session.scalars(
            select(Actor)
            .join(
                Membership,
                or_(
                    Membership.actor_id == Actor.id,
                    Membership.member_id.in_(select(Member.id).where(Member.actor_id == Actor.id)),
                ),
            )
            .where(
                Membership.group_id == group.id,
                Membership.state == "active",
                Membership.role.in_(("moderator", "organiser")),
                Actor.suspended_at.is_(None),
                Actor.deleted_at.is_(None),
            )
            .order_by(Membership.id)
        )
    )


def members_count(session: Session, group: Actor) -> int:
    """How many take part now."""
    counted = select(func.count()).where(Membership.group_id == group.id, Membership.state == "active")
    return session.scalar(counted) or 0


def waiting_joins(session: Session, group_id: int | None = None) -> list[Membership]:
    """Who asks to take part (in this group), in order of asking."""
    query = select(Membership).where(Membership.state == "requested").order_by(Membership.id)
    return list(session.scalars(query if group_id is None else query.where(Membership.group_id == group_id)))


def groups_of_member(session: Session, member_id: int, *, roles: tuple[str, ...] = ROLES) -> list[Actor]:
    """The groups in which the member takes part in one of these roles, by name."""
    mine = or_(
        Membership.member_id == member_id,
        Membership.actor_id.in_(select(Member.actor_id).where(Member.id == member_id, Member.actor_id.is_not(None))),
    )
    return list(
        session.scalars(
            select(Actor)
            .join(Membership, Membership.group_id == Actor.id)
            .where(mine, Membership.state == "active", Membership.role.in_(roles), Actor.deleted_at.is_(None))
            .order_by(Actor.name, Actor.id)
        ).unique()
    )


def _is(actor: Actor) -> ColumnElement[bool]:
    return or_(
        Membership.actor_id == actor.id,
        Membership.member_id.in_(select(Member.id).where(Member.actor_id == actor.id)),
    )
