"""Roles in a group change hands, and somebody's part in it ends; whoever it concerns is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Membership, Person
from actors.groups.joining import WORD_CHARS
from actors.refusals import Refused
from outbox.groups.joining import answer_join, end_follow, organised, our_group
from outbox.groups.telling import tell_them


def set_role(
    session: Session, group_iri: str, membership_id: int, role: str, *, by: Person, now: datetime
) -> Membership:
    """An organiser gives a member another role, and the member is told.

    Raises:
        Refused: "not-an-organiser", and as `actors.groups.set_role`.
    """
    group = organised(session, group_iri, by)
    membership = groups.set_role(session, group.id, membership_id, role)
    tell_them(session, group, membership, "role-changed", {"role": role}, now=now)
    return membership


def hand_over(session: Session, group_iri: str, membership_id: int, *, by: Person, now: datetime) -> Membership:
    """An organiser makes somebody else organiser in their place.

    Raises:
        Refused: as `actors.groups.hand_over`.
    """
    group = our_group(session, group_iri)
    heir = groups.hand_over(session, group.id, by, membership_id)
    tell_them(session, group, heir, "role-changed", {"role": "organiser"}, now=now)
    return heir


def remove_member(
    session: Session, group_iri: str, membership_id: int, *, word: str = "", by: Person, now: datetime
) -> None:
    """An organiser ends somebody's part in the group, and they are told; their server with a Reject of their Join.

    Raises:
        Refused: "not-our-group", "not-an-organiser", "not-a-member", "last-organiser", "too-long".
    """
    group = organised(session, group_iri, by)
    if len(word) > WORD_CHARS:
        raise Refused("too-long", field="word", limit=WORD_CHARS)
    membership = groups.remove_member(session, group.id, membership_id, now=now)
    membership.word = word.strip()
    reason = {"reason": membership.word} if membership.word else {}
    tell_them(session, group, membership, "membership-ended", reason, now=now)
    end_follow(session, group, membership, now=now)
    answer_join(session, membership, now=now)
