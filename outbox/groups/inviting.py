"""Invite into a group: by a link or code for whoever has it, or a member of this instance by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Person
from actors.people import Member, profile
from actors.refusals import Refused
from outbox import notices
from outbox.groups.joining import organised, our_group


def invite(
    session: Session,
    group_iri: str,
    *,
    days: int,
    most_uses: int | None,
    note: str = "",
    by: Person,
    now: datetime,
) -> str:
    """An organiser or moderator makes a link; its token, which is nowhere kept.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `actors.groups.invite`.
    """
    group = organised(session, group_iri, by, moderators_too=True)
    return groups.invite(session, group.id, made_by_id=by.member_id, days=days, most_uses=most_uses, note=note, now=now)


def end_invitation(session: Session, group_iri: str, invitation_id: int, *, by: Person, now: datetime) -> bool:
    """End a link of the group; False when it has no such one that stands.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    return groups.end_invitation(session, group.id, invitation_id, now=now)


def invite_member(session: Session, group_iri: str, member_id: int, *, by: Person, now: datetime) -> str:
    """Invite a member whom the inviter finds in the directory, and tell them; their name.

    Raises:
        Refused: "not-our-group", "not-an-organiser", "nobody" (also who can't be found by the inviter), and as
            `actors.groups.invite_member`.
    """
    group = organised(session, group_iri, by, moderators_too=True)
    inviter = session.get(Member, by.member_id) if by.member_id is not None else None
    if inviter is None or not profile.can_find(session, inviter.id, member_id):
        raise Refused("nobody")
    groups.invite_member(session, group.id, member_id, made_by_id=inviter.id, now=now)
    facts = {"who": inviter.name, "group": group.name, "path": f"/g/{group.username}/join"}
    notices.tell(session, member_id, "group-invitation", about_iri=group.iri, facts=facts, now=now, who_id=inviter.id)
    return session.get_one(Member, member_id).name


def take_back_invitation(session: Session, group_iri: str, member_id: int, *, by: Person, now: datetime) -> bool:
    """The member is invited no longer; False when they were not.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    return groups.answer(session, group.id, member_id, now=now)


def decline_invitation(session: Session, group_iri: str, person: Person, *, now: datetime) -> bool:
    """A member says no to an invitation; whoever invited them is not told. False when there was none.

    Raises:
        Refused: "not-our-group".
    """
    group = our_group(session, group_iri)
    return person.member_id is not None and groups.answer(session, group.id, person.member_id, now=now)
