"""An actor of ours goes to live elsewhere, or comes to live here, and its followers with it.

Both sides have to say so: the new one names the old in `alsoKnownAs`, the old one says `Move`. Followers of other
servers follow there by themselves when they hear it; those of ours are led there at once.

Source: FEP-7628; interop.md §5 (Move, a week between two).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow
from actors.people import Actor, find_actor, note_move
from actors.refusals import Refused
from actors.wire import people as wire
from fediverse.types import Activity
from outbox.addressing import about, everybody
from outbox.groups.following import follow, unfollow
from outbox.log import OutgoingActivity, Said, append

COOLDOWN = timedelta(days=7)
"""How long after a Move an actor cannot move again (Mastodon and GoToSocial do the same)."""
MOST_ALIASES = 10


def name_alias(session: Session, actor: Actor, alias_iri: str, *, now: datetime) -> Said:
    """`actor`, one of ours, says that it is also the one at `alias_iri`, which may move to it from then on.

    An actor that had moved there lives here again.

    Raises:
        Refused: "not-ours", "gone", "no-target" (itself), "too-many".
    """
    _check_ours(actor)
    if alias_iri == actor.iri:
        raise Refused("no-target")
    if alias_iri not in actor.also_known_as:
        if len(actor.also_known_as) >= MOST_ALIASES:
            raise Refused("too-many", field="old", limit=MOST_ALIASES)
        actor.also_known_as = [*actor.also_known_as, alias_iri]
    actor.moved_to_iri = None
    actor.updated_at = now
    return _changed(session, actor, now=now)


def move(session: Session, actor: Actor, target_iri: str, *, now: datetime) -> Said:
    """`actor`, one of ours, lives at `target_iri` from now on; its followers are told, and led there.

    Args:
        session: of the caller's transaction.
        actor: keeps its page and what it published; both say where it lives now.
        target_iri: an actor whose document was fetched a moment ago.
        now: the time.

    Raises:
        Refused: "not-ours", "gone", "no-target" (unknown, gone, or itself), "not-alike" (it does not list the old one),
            "moved-lately".
    """
    _check_ours(actor)
    target = find_actor(session, target_iri)
    if target is None or target.id == actor.id or target.deleted_at is not None or target.suspended_at is not None:
        raise Refused("no-target", iri=target_iri)
    if actor.iri not in target.also_known_as:
        raise Refused("not-alike", iri=target_iri)
    lately = select(OutgoingActivity.id).where(
        OutgoingActivity.actor_id == actor.id,
        OutgoingActivity.type == "Move",
        OutgoingActivity.created_at > now - COOLDOWN,
    )
    if session.scalar(lately.limit(1)) is not None:
        raise Refused("moved-lately", iri=actor.iri)
    note_move(session, actor, target.iri)
    session.refresh(actor, ["moved_to_iri"])
    actor.updated_at = now
    _changed(session, actor, now=now)
    to = everybody(actor)
    news = Activity(type="Move", object=actor.iri, target=target.iri, to=to.to, cc=to.cc)
    row = append(session, actor, news, audience="followers", object_iri=actor.iri, now=now)
    for follower in _ours_following(session, actor):
        unfollow(session, follower, actor, now=now)
        if follower.id != target.id:
            follow(session, follower, target, now=now)
    return Said(target.iri, row.iri)


def _check_ours(actor: Actor) -> None:
    if not actor.local:
        raise Refused("not-ours", iri=actor.iri)
    if actor.deleted_at is not None or actor.suspended_at is not None:
        raise Refused("gone", iri=actor.iri)


def _changed(session: Session, actor: Actor, *, now: datetime) -> Said:
    session.flush()
    news = about("Update", wire.to_wire(session, actor), everybody(actor))
    row = append(session, actor, news, audience="followers", object_iri=actor.iri, now=now)
    return Said(actor.iri, row.iri)


def _ours_following(session: Session, actor: Actor) -> list[Actor]:
    query = (
        select(Actor)
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followed_id == actor.id, Follow.state == groups.ACCEPTED, Actor.local.is_(True))
    )
    return list(session.scalars(query.order_by(Actor.id)))
