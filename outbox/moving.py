"""An actor of ours goes to live elsewhere, or comes to live here, and its followers with it.

Both sides have to say so: the new one names the old in `alsoKnownAs`, the old one says `Move`. Followers of other
servers follow there by themselves when they hear it; those of ours are led there at once.

Source: FEP-7628; interop.md §5 (Move, a week between two).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Follow
from actors.people import Actor, actor_line, find_actor, note_move
from actors.refusals import Refused
from actors.views import ActorLine
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
    if actor.moved_to_iri == alias_iri:
        actor.moved_to_iri = None
    actor.updated_at = now
    return _changed(session, actor, now=now)


def drop_alias(session: Session, actor: Actor, alias_iri: str, *, now: datetime) -> Said:
    """`actor`, one of ours, says no more that it is also the one at `alias_iri`.

    Raises:
        Refused: "not-ours", "gone".
    """
    _check_ours(actor)
    actor.also_known_as = [iri for iri in actor.also_known_as if iri != alias_iri]
    actor.updated_at = now
    return _changed(session, actor, now=now)


def come_home(session: Session, actor: Actor, *, now: datetime) -> Said:
    """`actor`, one of ours, lives here again; whoever followed it away has to come back by themselves.

    Raises:
        Refused: "not-ours", "gone".
    """
    _check_ours(actor)
    actor.moved_to_iri = None
    actor.updated_at = now
    return _changed(session, actor, now=now)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an actor of ours is known.

    Attributes:
        aliases: addresses that it says are its own too: IRI, and the handle where we know it.
        moved_to: where it lives now, if it moved; `has_moved` also when we know nothing of that place.
    """

    actor: ActorLine
    aliases: tuple[tuple[str, str], ...]
    moved_to: ActorLine | None
    has_moved: bool
    followers: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a move would do.

    Attributes:
        target: where it would live; None: we know nobody of that address.
        is_alike: the target says that it is the one that moves; without that nobody would follow it.
        followers: how many are told, `ours` of them here, who are led there at once.
        again_at: it moved lately and cannot before this time.
    """

    target: ActorLine | None
    is_alike: bool
    followers: int
    ours: int
    again_at: datetime | None


def prospect(session: Session, iri: str, target_iri: str, *, language: str, now: datetime) -> Prospect:
    """What it would do if our actor at `iri` moved to `target_iri`, as far as we know that one now.

    Raises:
        Refused: "not-ours".
    """
    actor = find_actor(session, iri)
    if actor is None or not actor.local:
        raise Refused("not-ours", iri=iri)
    target = find_actor(session, target_iri)
    stands = target is not None and target.id != actor.id and target.deleted_at is None and target.suspended_at is None
    last = _last_move(session, actor, now)
    return Prospect(
        target=actor_line(target, language) if target is not None and stands else None,
        is_alike=target is not None and actor.iri in target.also_known_as,
        followers=groups.followers_count(session, actor),
        ours=len(_ours_following(session, actor)),
        again_at=last + COOLDOWN if last is not None else None,
    )


def check(found: Prospect) -> None:
    """See that the move could be made.

    Raises:
        Refused: "no-target", "not-alike", "moved-lately".
    """
    if found.target is None:
        raise Refused("no-target")
    if not found.is_alike:
        raise Refused("not-alike", iri=found.target.iri)
    if found.again_at is not None:
        raise Refused("moved-lately")


def whereabouts(session: Session, iri: str, *, language: str) -> Whereabouts:
    """Under which addresses our actor at `iri` is known, for the page on which it moves.

    Raises:
        Refused: "not-ours".
    """
    actor = find_actor(session, iri)
    if actor is None or not actor.local:
        raise Refused("not-ours", iri=iri)
    also = {each.iri: each for each in session.scalars(select(Actor).where(Actor.iri.in_(actor.also_known_as)))}
    moved = find_actor(session, actor.moved_to_iri) if actor.moved_to_iri else None
    return Whereabouts(
        actor=actor_line(actor, language),
        aliases=tuple(
            (each, f"@{also[each].username}@{also[each].authority}" if each in also else each)
            for each in actor.also_known_as
        ),
        moved_to=actor_line(moved, language) if moved is not None else None,
        has_moved=actor.moved_to_iri is not None,
        followers=groups.followers_count(session, actor),
    )


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
    if _last_move(session, actor, now) is not None:
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


def _last_move(session: Session, actor: Actor, now: datetime) -> datetime | None:
    """When it moved within the last week."""
    return session.scalar(
        select(OutgoingActivity.created_at)
        .where(
            OutgoingActivity.actor_id == actor.id,
            OutgoingActivity.type == "Move",
            OutgoingActivity.created_at > now - COOLDOWN,
        )
        .order_by(OutgoingActivity.id.desc())
        .limit(1)
    )


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
