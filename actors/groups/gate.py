"""A group from its door, as the pages about taking part read it: `Gate`, who is in, who asks, who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.invitations import invitations_of
from actors.groups.joining import questions_of
from actors.groups.membership import Person, left_lately, members_count, membership_for
from actors.groups.roles import may_organise
from actors.groups.tables import Group
from actors.people.naming import actor_line, in_language
from actors.people.tables import Actor, Member
from actors.views import ActorLine
from actors.views.gates import AskedLine, Gate, InvitationLine, RequestLine, TakerLine

SHOWN = 50
"""Members on one page of the list."""


def gate(
    session: Session, iri: str, *, member_id: int | None, actor_iri: str | None, language: str, now: datetime
) -> Gate | None:
    """Our group with this IRI for this reader; None where there is none of ours, or none any more.

    Args:
        member_id: of a signed-in member; None or 0 for anybody else.
        actor_iri: the actor that a signed-in reader acts as; that of somebody of another server too.
    """
    found = session.execute(
        select(Actor, Group)
        .join(Group, Group.actor_id == Actor.id)
        .where(Actor.iri == iri, Actor.local, Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
    ).first()
    if found is None:
        return None
    group, rules = found
    person = person_of(session, member_id, actor_iri)
    membership = membership_for(session, group.id, person)
    active = membership is not None and membership.state == "active"
    moderates = may_organise(session, group.id, person, moderators_too=True)
    waiting = select(func.count()).where(Membership.group_id == group.id, Membership.state == "requested")
    return Gate(
        actor=actor_line(group, language),
        title=in_language(group.name, group.name_map, group.language, language),
        joining=rules.joining,
        private=rules.private,
        members_shown=rules.members_shown,
        members=members_count(session, group),
        questions=tuple(
            AskedLine(each.id or 0, each.words(language), each.required, each.texts)
            for each in questions_of(session, group.id)
        ),
        closing_at=rules.closing_at,
        role=membership.role if membership is not None and active else None,
        waits=membership is not None and membership.state == "requested",
        may_come_back=membership is not None and left_lately(membership, now=now),
        organises=may_organise(session, group.id, person),
        moderates=moderates,
        member_id=person.member_id,
        actor_id=person.actor_id,
        waiting=(session.scalar(waiting) or 0) if moderates else 0,
    )


def person_of(session: Session, member_id: int | None, actor_iri: str | None) -> Person:
    """Whoever is signed in, as the rules name them."""
    actor_id = session.scalar(select(Actor.id).where(Actor.iri == actor_iri)) if actor_iri else None
    return Person(member_id or None, actor_id)


def takers(session: Session, iri: str, *, reader: Person, page: int = 1) -> list[TakerLine]:
    """Who takes part: organisers, moderators, then the others, in order of joining; one more than `SHOWN` if more."""
    rank = case((Membership.role == "organiser", 0), (Membership.role == "moderator", 1), else_=2)
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.state == "active")
        .order_by(rank, Membership.id)
        .limit(SHOWN + 1)
        .offset((max(page, 1) - 1) * SHOWN)
    ).all()
    members, actors = _people(session, rows)
    return [_taker(row, members, actors, reader) for row in rows]


def taker(session: Session, iri: str, membership_id: int, *, reader: Person) -> list[TakerLine]:
    """The one of `takers` with this id; empty when nobody of this group is."""
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.id == membership_id, Membership.state == "active")
    ).all()
    members, actors = _people(session, rows)
    return [_taker(row, members, actors, reader) for row in rows]


def requests(session: Session, iri: str, *, limit: int = 100) -> list[RequestLine]:
    """Who asks to take part, in order of asking."""
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.state == "requested")
        .order_by(Membership.id)
        .limit(limit)
    ).all()
    members, actors = _people(session, rows)
    lines = []
    for row in rows:
        name, line = _named(row, members, actors)
        lines.append(
            RequestLine(
                id=row.id,
                name=name,
                since=row.created_at,
                answers=tuple((each["question"], each["answer"]) for each in row.answers),
                message=row.message,
                handle=line.handle if line else None,
                url=line.url if line else None,
                elsewhere=row.join_iri is not None,
            )
        )
    return lines


def invitations(session: Session, iri: str, *, now: datetime) -> list[InvitationLine]:
    """The invitations into the group that stand, newest first."""
    group_id = session.scalar(select(Actor.id).where(Actor.iri == iri))
    if group_id is None:
        return []
    return [
        InvitationLine(each.id, each.note, each.uses, each.most_uses, each.expires_at)
        for each in invitations_of(session, group_id, now=now)
    ]


def _people(session: Session, memberships: Sequence[Membership]) -> tuple[dict[int, Member], dict[int, Actor]]:
    ids = {row.member_id for row in memberships if row.member_id is not None}
    members = {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(ids)))} if ids else {}
    actor_ids = {row.actor_id for row in memberships if row.actor_id is not None}
    actor_ids |= {each.actor_id for each in members.values() if each.actor_id is not None}
    actors = (
        {each.id: each for each in session.scalars(select(Actor).where(Actor.id.in_(actor_ids)))} if actor_ids else {}
    )
    return members, actors


def _named(row: Membership, members: dict[int, Member], actors: dict[int, Actor]) -> tuple[str, ActorLine | None]:
    member = members.get(row.member_id or 0)
    actor = actors.get(row.actor_id or (member.actor_id if member is not None else 0) or 0)
    line = actor_line(actor) if actor is not None and actor.deleted_at is None else None
    return (member.name if member is not None else line.name if line else ""), line


def _taker(row: Membership, members: dict[int, Member], actors: dict[int, Actor], reader: Person) -> TakerLine:
    name, line = _named(row, members, actors)
    mine = (reader.member_id is not None and row.member_id == reader.member_id) or (
        reader.actor_id is not None and row.actor_id == reader.actor_id
    )
    return TakerLine(
        id=row.id,
        name=name,
        role=row.role,
        since=row.decided_at or row.created_at,
        path=f"/people/{row.member_id}" if row.member_id is not None and reader.member_id is not None else None,
        handle=line.handle if line else None,
        url=line.url if line else None,
        is_reader=mine,
    )
