"""The groups of somebody who is signed in, by name, with what they are in each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.tables import Group
from actors.people.identities import ids_of_actors
from actors.people.naming import actor_line
from actors.people.tables import Actor
from actors.views import ActorLine


@dataclass(frozen=True, slots=True)
class MyGroup:
    """A group, and what the reader is there.

    Attributes:
        role: member, moderator or organiser.
        waits: they have asked to join and wait for the answer.
    """

    group: ActorLine
    role: str
    waits: bool


def groups_of(session: Session, *, member_id: int, actor_iri: str | None, language: str) -> list[MyGroup]:
    """The groups that a member (`member_id`) or a guest (0 and their actor) takes part in or asks to."""
    own = select(Actor.id).where(Actor.iri == (actor_iri or ""))
    mine: ColumnElement[bool] = Membership.actor_id.in_(own)
    if member_id:
        mine = or_(mine, Membership.member_id == member_id, Membership.actor_id.in_(ids_of_actors(member_id)))
    rows = session.execute(
        select(Actor, Membership.role, Membership.state)
        .join(Membership, Membership.group_id == Actor.id)
        .where(mine, Membership.state.in_(("active", "requested")), Actor.deleted_at.is_(None))
        .order_by(Actor.name, Actor.id)
    )
    found = {group.id: MyGroup(actor_line(group, language), role, state == "requested") for group, role, state in rows}
    return list(found.values())


def open_to(session: Session, *, member_id: int, actor_iri: str | None, language: str) -> list[ActorLine]:
    """Groups of ours in which one may write: one's own, then those that take in what strangers write, each by name."""
    own = [
        each.group
        for each in groups_of(session, member_id=member_id, actor_iri=actor_iri, language=language)
        if not each.waits and each.group.host is None
    ]
    rows = session.scalars(
        select(Actor)
        .join(Group, Group.actor_id == Actor.id)
        .where(
            Actor.local,
            Actor.deleted_at.is_(None),
            Actor.suspended_at.is_(None),
            Group.posting != "members",
            Group.private.is_(False),
        )
        .order_by(Actor.name, Actor.id)
    )
    known = {each.iri for each in own}
    return own + [actor_line(each, language) for each in rows if each.iri not in known]
