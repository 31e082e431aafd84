"""Take part in a group, leave it, decide who may, and pass roles on; whoever it concerns is told.

An actor of another server that asked with a `Join` is answered there; a member of ours reads it in their list. Who
comes into a private group may follow it from then on, and who goes hears it no more.

Source: interop.md §3.5 (Join, Accept, Reject, Leave as Mobilizon has them).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow, Membership, Person
from actors.groups.joining import WORD_CHARS
from actors.people import Actor, Member, find_actor
from actors.refusals import Refused
from fediverse.types import Activity
from outbox import notices
from outbox.addressing import about, only, own_inbox
from outbox.groups.following import accept_follow, reject_follow
from outbox.log import Said, append


def answer_join(session: Session, membership: Membership, *, now: datetime) -> Said | None:
    """Tell who asked to join a group what became of it; None while that is open, or where nobody is to be told."""
    if membership.state == "requested" or membership.join_iri is None or membership.actor_id is None:
        return None
    group, actor = session.get_one(Actor, membership.group_id), session.get_one(Actor, membership.actor_id)
    asked = Activity(id=membership.join_iri, type="Join", actor=actor.iri, object=group.iri)
    verb = "Accept" if membership.state == "active" else "Reject"
    row = append(
        session,
        group,
        about(verb, asked, only(actor.iri)),
        audience="none",
        to=own_inbox(session, actor),
        object_iri=membership.join_iri,
        now=now,
    )
    return Said(membership.join_iri, row.iri)


def decide_join(session: Session, membership: Membership, accepted: bool, *, now: datetime) -> Said | None:
    """Let somebody who asked take part in a group, or not, and tell them."""
    if not groups.decide_join(session, membership, accepted, now=now):
        return None
    group = session.get_one(Actor, membership.group_id)
    kind = "join-approved" if accepted else "join-refused"
    _tell_them(session, group, membership, kind, {"reason": membership.word} if membership.word else {}, now=now)
    if accepted:
        _let_follow(session, group, membership, now=now)
    return answer_join(session, membership, now=now)


def ask(
    session: Session,
    group_iri: str,
    person: Person,
    *,
    answers: Mapping[int, str] | None = None,
    message: str = "",
    language: str = "en",
    invitation: str | None = None,
    now: datetime,
) -> str:
    """A person asks on our pages to take part; "active" or "requested". Organisers and moderators hear of a request.

    Raises:
        Refused: as `actors.groups.ask_to_join`.
    """
    group = our_group(session, group_iri)
    before = groups.membership_for(session, group.id, person)
    waited = before is not None and before.state == "requested"
    membership = groups.ask_to_join(
        session, group, person, answers=answers, message=message, language=language, invitation=invitation, now=now
    )
    if membership.state == "requested" and not waited:
        _tell_deciders(session, group, membership, "join-requested", now=now)
    if membership.state == "active":
        _let_follow(session, group, membership, now=now)
    return membership.state


def decide(
    session: Session,
    group_iri: str,
    membership_ids: Sequence[int],
    *,
    accepted: bool,
    word: str = "",
    by: Person,
    now: datetime,
) -> int:
    """Answer several who asked, with one word for all of them; how many were still waiting.

    Raises:
        Refused: "not-an-organiser", "too-long".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    if len(word) > WORD_CHARS:
        raise Refused("too-long", field="word", limit=WORD_CHARS)
    decided = 0
    for membership_id in membership_ids:
        membership = session.get(Membership, membership_id)
        if membership is None or membership.group_id != group.id or membership.state != "requested":
            continue
        membership.word = word.strip()
        decide_join(session, membership, accepted, now=now)
        decided += 1
    return decided


def leave(session: Session, group_iri: str, person: Person, *, now: datetime) -> bool:
    """A person takes part no longer; False when they did not.

    Raises:
        Refused: "last-organiser".
    """
    group = our_group(session, group_iri)
    membership = groups.membership_for(session, group.id, person)
    if membership is None or membership.state == "ended":
        return False
    took_part = membership.state == "active"
    groups.end_membership(session, membership, now=now)
    membership.role = groups.LEFT
    _end_follow(session, group, membership, now=now)
    if took_part:
        _tell_deciders(session, group, membership, "member-left", now=now)
    return True


def come_back(session: Session, group_iri: str, person: Person, *, now: datetime) -> bool:
    """Take back a leave of the last hour; False when there is none. The role that was left stays left."""
    group = our_group(session, group_iri)
    membership = groups.membership_for(session, group.id, person)
    if membership is None or not groups.left_lately(membership, now=now):
        return False
    membership.state, membership.role, membership.decided_at = "active", "member", now
    session.flush()
    _let_follow(session, group, membership, now=now)
    return True


def set_role(
    session: Session, group_iri: str, membership_id: int, role: str, *, by: Person, now: datetime
) -> Membership:
    """An organiser gives a member another role, and the member is told.

    Raises:
        Refused: "not-an-organiser", and as `actors.groups.set_role`.
    """
    group = organised(session, group_iri, by)
    membership = groups.set_role(session, group.id, membership_id, role)
    _tell_them(session, group, membership, "role-changed", {"role": role}, now=now)
    return membership


def hand_over(session: Session, group_iri: str, membership_id: int, *, by: Person, now: datetime) -> Membership:
    """An organiser makes somebody else organiser in their place.

    Raises:
        Refused: as `actors.groups.hand_over`.
    """
    group = our_group(session, group_iri)
    heir = groups.hand_over(session, group.id, by, membership_id)
    _tell_them(session, group, heir, "role-changed", {"role": "organiser"}, now=now)
    return heir


def remove_member(session: Session, group_iri: str, membership_id: int, *, by: Person, now: datetime) -> None:
    """An organiser ends somebody's part in the group; their server is told with a Reject of their Join.

    Raises:
        Refused: "not-an-organiser", "not-a-member", "last-organiser".
    """
    group = organised(session, group_iri, by)
    membership = groups.remove_member(session, group.id, membership_id, now=now)
    _end_follow(session, group, membership, now=now)
    answer_join(session, membership, now=now)


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
    """An organiser or moderator makes an invitation; its token, which is nowhere kept.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `actors.groups.invite`.
    """
    group = organised(session, group_iri, by, moderators_too=True)
    return groups.invite(session, group.id, made_by_id=by.member_id, days=days, most_uses=most_uses, note=note, now=now)


def end_invitation(session: Session, group_iri: str, invitation_id: int, *, by: Person, now: datetime) -> bool:
    """End an invitation of the group; False when it has no such one that stands.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    return groups.end_invitation(session, group.id, invitation_id, now=now)


def our_group(session: Session, group_iri: str) -> Actor:
    """Our group with this IRI.

    Raises:
        Refused: "not-our-group".
    """
    group = find_actor(session, group_iri)
    if group is None or not group.local or group.type != "Group" or group.deleted_at is not None:
        raise Refused("not-our-group", iri=group_iri)
    groups.rules_of(session, group)
    return group


def organised(session: Session, group_iri: str, by: Person, *, moderators_too: bool = False) -> Actor:
    """Our group with this IRI, which `by` may change (or moderate).

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = our_group(session, group_iri)
    if not groups.may_organise(session, group.id, by, moderators_too=moderators_too):
        raise Refused("not-an-organiser")
    return group


def name_of(session: Session, membership: Membership) -> str:
    """How the one who takes part is called: a member's own name, or the address of somebody elsewhere."""
    if membership.member_id is not None:
        return session.get_one(Member, membership.member_id).name
    actor = session.get_one(Actor, membership.actor_id)
    return actor.name or f"{actor.username}@{actor.authority}"


def _tell_deciders(session: Session, group: Actor, membership: Membership, kind: str, *, now: datetime) -> None:
    facts = {"who": name_of(session, membership), "group": group.name, "path": f"/g/{group.username}/requests"}
    if kind == "member-left":
        facts["path"] = f"/g/{group.username}/members"
    for each in groups.organisers(session, group.id, moderators_too=kind == "join-requested"):
        member = groups.member_behind(session, each)
        if member is not None:
            who_id = membership.member_id
            notices.tell(session, member.id, kind, about_iri=group.iri, facts=facts, now=now, who_id=who_id)


def _tell_them(
    session: Session, group: Actor, membership: Membership, kind: str, facts: dict[str, Any], *, now: datetime
) -> None:
    member = groups.member_behind(session, membership)
    if member is not None:
        told = {"group": group.name, "path": f"/g/{group.username}"} | facts
        notices.tell(session, member.id, kind, about_iri=group.iri, facts=told, now=now)


def _follows(session: Session, group: Actor, membership: Membership) -> list[Follow]:
    """The follows of a private group by the one who takes part in it."""
    if membership.actor_id is None or not groups.is_private(session, group.id):
        return []
    query = select(Follow).where(Follow.followed_id == group.id, Follow.follower_id == membership.actor_id)
    return list(session.scalars(query))


def _let_follow(session: Session, group: Actor, membership: Membership, *, now: datetime) -> None:
    for follow in _follows(session, group, membership):
        if follow.state == groups.REQUESTED:
            accept_follow(session, follow, now=now)


def _end_follow(session: Session, group: Actor, membership: Membership, *, now: datetime) -> None:
    for follow in _follows(session, group, membership):
        if follow.state in (groups.REQUESTED, groups.ACCEPTED):
            reject_follow(session, follow, now=now)
