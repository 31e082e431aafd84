"""Take part in a group, leave it, and decide who may; whoever it concerns is told.

An actor of another server that asked with a `Join` is answered there; a member of ours reads it in their list. Who
comes into a private group may follow it from then on, and who goes hears it no more.

Source: interop.md §3.5 (Join, Accept, Reject, Leave as Mobilizon has them).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow, Membership, Person
from actors.groups.joining import WORD_CHARS
from actors.people import Actor, find_actor
from actors.refusals import Refused
from fediverse.types import Activity
from outbox.addressing import about, only, own_inbox
from outbox.groups.following import accept_follow, reject_follow
from outbox.groups.telling import tell_asked, tell_left, tell_them
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
    tell_them(session, group, membership, kind, {"reason": membership.word} if membership.word else {}, now=now)
    if accepted:
        _let_follow(session, group, membership, now=now)
    return answer_join(session, membership, now=now)


def let_in_after_all(session: Session, group_iri: str, membership_id: int, *, by: Person, now: datetime) -> bool:
    """Take back a no of the last weeks: they take part, and are told; False when there is none.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    membership = session.get(Membership, membership_id)
    if membership is None or membership.group_id != group.id:
        return False
    if not groups.let_in_after_all(session, membership, now=now):
        return False
    membership.word = ""
    tell_them(session, group, membership, "join-approved", {}, now=now)
    _let_follow(session, group, membership, now=now)
    answer_join(session, membership, now=now)
    return True


def take_in(session: Session, group: Actor, member_id: int, *, now: datetime) -> None:
    """A member who has just become one takes the place that they were invited to.

    Raises:
        Refused: as `actors.groups.ask_to_join`.
    """
    membership = groups.ask_to_join(session, group, Person(member_id), now=now)
    _let_follow(session, group, membership, now=now)


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
        tell_asked(session, group, membership, now=now)
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


def decide_follows(
    session: Session, group_iri: str, follow_ids: Sequence[int], *, accepted: bool, by: Person, now: datetime
) -> int:
    """Answer several who wait to follow the group or one of its language accounts; how many were decided.

    Left waiting is who can't be let in: of a private group only members are.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by, moderators_too=True)
    followed = {group.id, *(account.id for account, _ in groups.voices_of(session, group.id))}
    decided = 0
    for follow_id in follow_ids:
        follow = session.get(Follow, follow_id)
        if follow is None or follow.followed_id not in followed or follow.state != groups.REQUESTED:
            continue
        with contextlib.suppress(Refused):
            (accept_follow if accepted else reject_follow)(session, follow, now=now)
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
    end_follow(session, group, membership, now=now)
    if took_part:
        tell_left(session, group, membership, now=now)
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


def end_follow(session: Session, group: Actor, membership: Membership, *, now: datetime) -> None:
    """Who takes part no longer in a private group hears it no longer."""
    for follow in _follows(session, group, membership):
        if follow.state in (groups.REQUESTED, groups.ACCEPTED):
            reject_follow(session, follow, now=now)
