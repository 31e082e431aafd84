"""Who is told what about taking part: organisers and moderators what waits for them, whoever asked what came of it.

A member of ours reads it in their list, by mail or as they chose. Somebody of another server who asked on our pages
gets a direct message there, since they have no list here; one whose server sent a `Join` is answered with an activity.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow, Membership
from actors.people import Actor, Member
from outbox import mail, notices


def name_of(session: Session, membership: Membership) -> str:
    """How the one who takes part is called: a member's own name, or the address of somebody elsewhere."""
    if membership.member_id is not None:
        return session.get_one(Member, membership.member_id).name
    return _called(session.get_one(Actor, membership.actor_id))


def tell_asked(session: Session, group: Actor, membership: Membership, *, now: datetime) -> None:
    """Somebody asks to take part; told once a day, however often they ask."""
    key = f"join-{membership.id}-{now.date().isoformat()}"
    who = name_of(session, membership), membership.member_id
    _tell_deciders(session, group, "join-requested", who, "requests", key, now)


def tell_follow(session: Session, follow: Follow, *, now: datetime) -> None:
    """Somebody waits to follow a group of ours, or one of its language accounts; told once a day."""
    followed = session.get_one(Actor, follow.followed_id)
    behind = groups.group_behind(session, followed.id)
    group = behind[0] if behind is not None else followed
    if group.type != "Group":
        return
    key = f"follow-{follow.id}-{now.date().isoformat()}"
    follower = _called(session.get_one(Actor, follow.follower_id)), None
    _tell_deciders(session, group, "follow-request", follower, "requests", key, now)


def tell_left(session: Session, group: Actor, membership: Membership, *, now: datetime) -> None:
    """Somebody went by themselves."""
    who = name_of(session, membership), membership.member_id
    _tell_deciders(session, group, "member-left", who, "members", None, now)


def tell_them(
    session: Session, group: Actor, membership: Membership, kind: str, facts: dict[str, Any], *, now: datetime
) -> None:
    """Tell the one who takes part, or asked to."""
    told = {"group": group.name, "path": f"/g/{group.username}"} | facts
    member = groups.member_behind(session, membership)
    if member is not None:
        notices.tell(session, member.id, kind, about_iri=group.iri, facts=told, now=now)
    elif membership.join_iri is None and membership.actor_id is not None:
        mail.queue_direct(
            session,
            to=session.get_one(Actor, membership.actor_id).iri,
            kind="notice",
            facts={"kind": kind, "about_iri": group.iri, "facts": told, "at": now.isoformat()},
            language=membership.language or group.language or "en",
            member_id=None,
            now=now,
        )


def _tell_deciders(
    session: Session, group: Actor, kind: str, who: tuple[str, int | None], page: str, key: str | None, now: datetime
) -> None:
    name, who_id = who
    facts = {"who": name, "group": group.name, "path": f"/g/{group.username}/{page}"}
    for each in groups.organisers(session, group.id, moderators_too=kind != "member-left"):
        member = groups.member_behind(session, each)
        if member is not None:
            notices.tell(session, member.id, kind, about_iri=group.iri, facts=facts, now=now, key=key, who_id=who_id)


def _called(actor: Actor) -> str:
    return actor.name or f"{actor.username}@{actor.authority}"
