"""Follows of our actors, answers to ours, and who wants to take part in a group.

Source: ActivityPub §7.5–7.7 and §7.10; FEP-1b12; rows O9 and O11 of the security contract.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow, Membership, Person
from actors.people import Actor, find_actor, find_again
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.vocabulary import id_of
from inbox.authority import object_iri
from inbox.heard import Heard
from outbox.addressing import about, only, own_inbox
from outbox.groups import accept_follow, answer_join, reject_follow, tell_asked, tell_follow
from outbox.groups import leave as end_part
from outbox.log import append

_CLOSED = frozenset({"join-closed", "join-by-invitation"})


def follow(session: Session, heard: Heard) -> str | None:
    """Somebody wants to hear an actor of ours. Whoever asks again is answered again."""
    followed = _ours(session, heard, object_iri(heard))
    row = groups.add_follower(session, heard.sender, followed, heard.activity.id or "", now=heard.now)
    if row.state == groups.ACCEPTED:
        accept_follow(session, row, now=heard.now)
    elif row.state == groups.REQUESTED:
        tell_follow(session, row, now=heard.now)
    elif row.state == groups.REJECTED:
        reject_follow(session, row, now=heard.now)
    return None


def undo_follow(session: Session, heard: Heard) -> str | None:
    """Somebody no longer wants to hear an actor of ours."""
    row = _follow_named(session, heard)
    if row is None:
        return "not-known"
    if row.follower_id != heard.sender.id:
        raise Refused("not-theirs", iri=row.iri)
    groups.remove_follower(session, row.follower_id, row.followed_id)
    return None


def follow_accepted(session: Session, heard: Heard) -> str | None:
    """The one we asked to follow says yes; nobody else can (O11)."""
    return _answered(session, heard, accepted=True)


def follow_rejected(session: Session, heard: Heard) -> str | None:
    """The one we asked to follow says no, or no longer."""
    return _answered(session, heard, accepted=False)


def join(session: Session, heard: Heard) -> str | None:
    """Somebody wants to take part in a group of ours."""
    group = _ours(session, heard, object_iri(heard))
    message = heard.activity.participation_message or ""
    try:
        row = groups.request_join(session, group, heard.sender, heard.activity.id, message, now=heard.now)
    except Refused as refusal:
        if refusal.code not in _CLOSED:
            raise
        _reject(session, group, heard)
        return None
    if row.state == "requested":
        tell_asked(session, group, row, now=heard.now)
    answer_join(session, row, now=heard.now)
    return None


def leave(session: Session, heard: Heard) -> str | None:
    """Somebody no longer takes part in a group of ours."""
    group = _ours(session, heard, object_iri(heard))
    gone = end_part(session, group.iri, Person(actor_id=heard.sender.id), now=heard.now)
    return None if gone else "not-known"


def undo_join(session: Session, heard: Heard) -> str | None:
    """The same, said in another way."""
    row = _membership_named(heard, session)
    if row is None or row.actor_id != heard.sender.id:
        return "not-known"
    group = session.get_one(Actor, row.group_id)
    end_part(session, group.iri, Person(actor_id=heard.sender.id), now=heard.now)
    return None


def join_accepted(session: Session, heard: Heard) -> str | None:
    """A group elsewhere lets one of ours take part."""
    return _join_answered(session, heard, accepted=True)


def join_rejected(session: Session, heard: Heard) -> str | None:
    """A group elsewhere does not let one of ours take part."""
    return _join_answered(session, heard, accepted=False)


def collection_changed(_session: Session, _heard: Heard) -> str | None:
    """A group elsewhere pins something or names a moderator: read from its collections when that is asked for."""
    return "collections-not-kept"


def invited(_session: Session, _heard: Heard) -> str | None:
    """Somebody invites one of ours. Membership is asked for, not given."""
    return "invitations-not-handled"


def _ours(session: Session, heard: Heard, iri: str) -> Actor:
    actor = find_again(session, iri) if heard.is_ours(iri) else None
    if actor is None or not actor.local or actor.deleted_at is not None:
        raise Refused("unknown-object", iri=iri)
    return actor


def _answered(session: Session, heard: Heard, *, accepted: bool) -> str | None:
    names: list[str | tuple[str, str]] = []
    iri = object_iri(heard) if heard.activity.objects and id_of(heard.activity.objects[0]) else None
    if iri is not None:
        names.append(iri)
    names.extend(_pair(heard.activity.objects))
    for name in names:
        if groups.follow_answered(session, name, heard.sender, accepted, now=heard.now) is not None:
            return None
    raise Refused("no-such-follow", iri=iri)


def _pair(things: Iterable[wire.Ref]) -> list[tuple[str, str]]:
    """Who follows whom, as an embedded Follow says it; some servers give our Follow another id."""
    for thing in things:
        if isinstance(thing, wire.Activity) and thing.actor and thing.objects:
            followed = id_of(thing.objects[0])
            if followed is not None:
                return [(thing.actor, followed)]
    return []


def _follow_named(session: Session, heard: Heard) -> Follow | None:
    pair = _pair(heard.activity.objects)
    if pair:
        follower_iri, followed_iri = pair[0]
        if follower_iri != heard.sender.iri:
            raise Refused("not-theirs", iri=follower_iri)
        followed = find_actor(session, followed_iri)
        return None if followed is None else groups.follow_between(session, heard.sender.id, followed.id)
    return groups.follow_by_iri(session, object_iri(heard))


def _membership_named(heard: Heard, session: Session) -> Membership | None:
    return session.scalar(select(Membership).where(Membership.join_iri == object_iri(heard)).limit(1))


def _join_answered(session: Session, heard: Heard, *, accepted: bool) -> str | None:
    row = _membership_named(heard, session)
    if row is None:
        raise Refused("no-such-join", iri=object_iri(heard))
    if row.group_id != heard.sender.id:
        raise Refused("not-theirs", iri=row.join_iri)
    groups.decide_join(session, row, accepted, now=heard.now)
    return None


def _reject(session: Session, group: Actor, heard: Heard) -> None:
    asked = wire.Activity(id=heard.activity.id, type="Join", actor=heard.sender.iri, object=group.iri)
    append(
        session,
        group,
        about("Reject", asked, only(heard.sender.iri)),
        audience="none",
        to=own_inbox(session, heard.sender),
        object_iri=heard.activity.id,
        now=heard.now,
    )
