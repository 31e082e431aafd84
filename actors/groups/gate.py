"""A group from its door, as the pages about taking part read it: what it asks, and where the reader stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.endings import left_lately
from actors.groups.hearers import waiting_count
from actors.groups.invitations import invitation_with, vouches
from actors.groups.joining import questions_of
from actors.groups.membership import Person, members_count, membership_for
from actors.groups.personal import invitation_for
from actors.groups.roles import may_organise, organisers
from actors.groups.tables import Group
from actors.people.naming import actor_line, in_language
from actors.people.tables import Actor, Member
from actors.views import Words
from actors.views.gates import AskedLine, Gate, InvitedInto
from fediverse.html import text_of


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
    role = membership.role if membership is not None and membership.state == "active" else None
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
        role=role,
        waits=membership is not None and membership.state == "requested",
        may_come_back=membership is not None and left_lately(membership, now=now),
        organises=may_organise(session, group.id, person),
        moderates=moderates,
        member_id=person.member_id,
        actor_id=person.actor_id,
        waiting=(session.scalar(waiting) or 0) if moderates else 0,
        waiting_follows=waiting_count(session, group.id) if moderates else 0,
        purpose=_purpose(group, language),
        approves_followers=group.manually_approves,
        invited_by=None if role else _inviter(session, group.id, person, now),
        alone=role == "organiser" and len(organisers(session, group.id)) == 1,
    )


def person_of(session: Session, member_id: int | None, actor_iri: str | None) -> Person:
    """Whoever is signed in, as the rules name them."""
    actor_id = session.scalar(select(Actor.id).where(Actor.iri == actor_iri)) if actor_iri else None
    return Person(member_id or None, actor_id)


def invited_into(session: Session, token: str, *, language: str, now: datetime) -> InvitedInto | None:
    """What the link with this token lets its reader into; None when it lets nobody in any more."""
    invitation = invitation_with(session, token=token, now=now)
    if invitation is None:
        return None
    group = session.get_one(Actor, invitation.group_id)
    return InvitedInto(
        actor_line(group, language),
        in_language(group.name, group.name_map, group.language, language),
        _name(session, invitation.made_by_id),
        vouches(session, invitation),
    )


def _purpose(group: Actor, language: str) -> Words | None:
    about = in_language(group.summary, group.summary_map, group.language, language)
    text = text_of(about.text).strip()
    return Words(text, about.language) if text else None


def _inviter(session: Session, group_id: int, person: Person, now: datetime) -> str | None:
    invited = invitation_for(session, group_id, person, now=now)
    if invited is None:
        return None
    return _name(session, invited.made_by_id)


def _name(session: Session, member_id: int | None) -> str:
    member = session.get(Member, member_id) if member_id is not None else None
    return member.name if member is not None and member.deleted_at is None else ""
