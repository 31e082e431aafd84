"""When a host comes back: try it at once, and after a long death tell it how things stand now.

Source: §2.2 and §2.4 of the reliability contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from actors import events, offers
from actors.groups import Follow, Reach, remove_follower
from actors.people import Actor, Inbox
from actors.wire import events as wire_events
from actors.wire import offers as wire_offers
from actors.wire import people as wire_people
from fediverse.types import Object
from outbox.addressing import about, as_object, everybody, is_told
from outbox.delivery.lanes import Dropped, Lane, Parked
from outbox.delivery.schedule import AWAY_AFTER, FOLLOWERS_KEPT
from outbox.log import Addressed, OutgoingActivity, append, append_copy

CATCH_UP_ITEMS = 20
"""How many offers and needs, and how many events, of one group a host gets that comes back from the dead."""
CATCH_UP_MISSED = 500
"""How many of the Deletes and answers that it missed."""

_QUIET = {"synchronize_session": False}
_OWED = ("Accept", "Reject", "Follow", "Undo", "Ignore")


def revive(session: Session, host: str, now: datetime) -> bool:
    """The host has just proven that it lives: try what waits for it now; whether anything had to change.

    Called for every authenticated request, so it costs one look into an index when all is well. A lane that somebody
    else writes at this moment is left alone: it is being seen to.
    """
    troubled = or_(Lane.failures > 0, Lane.state != "alive")
    if session.scalar(select(Lane.authority).where(Lane.host == host, troubled).limit(1)) is None:
        return False
    lanes = session.execute(
        select(Lane.authority, Lane.state)
        .where(Lane.host == host, troubled)
        .order_by(Lane.authority)
        .with_for_update(skip_locked=True)
    ).all()
    for lane in lanes:
        values: dict[str, object] = {"next_attempt_at": now}
        if lane.state == "dead":
            # Not a month of silence again at the first hiccup, but not innocent either.
            values |= {"state": "away", "failures": 1, "failing_since": now - AWAY_AFTER}
        session.execute(update(Lane).where(Lane.authority == lane.authority).values(values), execution_options=_QUIET)
        if lane.state == "dead":
            catch_up(session, lane.authority, now)
    return bool(lanes)


def retry(session: Session, host: str, now: datetime) -> int:
    """Try the lanes of `host` (a host, or an authority) now, and send once more what it refused; how many of those."""
    ours = or_(Lane.host == host, Lane.authority == host)
    lanes = session.scalars(select(Lane.authority).where(ours).order_by(Lane.authority).with_for_update()).all()
    session.execute(update(Lane).where(Lane.authority.in_(lanes)).values(next_attempt_at=now), execution_options=_QUIET)
    parked = session.scalars(
        select(Parked).where(Parked.authority.in_(lanes), Parked.resent_at.is_(None)).order_by(Parked.log_id)
    ).all()
    for each in parked:
        each.resent_at = now
        row = session.get(OutgoingActivity, each.log_id)
        inbox = session.get(Inbox, each.inbox_id)
        if row is not None and not row.forgotten and inbox is not None:
            append_copy(session, row, to=[inbox])
    return len(parked)


def catch_up(session: Session, authority: str, now: datetime) -> int:
    """Tell an authority that was dead how things stand, in place of what it missed; returns in how many activities.

    First the Deletes that were dropped and the answers that it waits for, then each actor that is followed from there,
    and its open offers, needs and coming events: what is new as Create, what it may know as Update.
    """
    dropped = session.execute(
        select(Dropped.from_id, Dropped.to_id)
        .where(Dropped.authority == authority, Dropped.reason == "dead")
        .order_by(Dropped.from_id)
    ).all()
    if not dropped:
        return 0
    first = select(OutgoingActivity.created_at).where(OutgoingActivity.id >= dropped[0].from_id)
    since = session.scalar(first.order_by(OutgoingActivity.id).limit(1))
    count = _copy_missed(session, authority, dropped[0].from_id, dropped[-1].to_id)
    for actor, inboxes in _heard_at(session, authority):
        profile = wire_people.to_wire(session, actor)
        told: list[tuple[str, Object]] = [("Update", profile)]
        told += [
            ("Create" if since is not None and each.published_at >= since else "Update", thing)
            for each, thing in _open(session, actor, now)
        ]
        for verb, thing in told:
            recipients = everybody(actor) if thing is profile else as_object(thing)
            append(
                session,
                actor,
                about(verb, thing, recipients),
                audience="none",
                to=inboxes,
                object_iri=thing.id,
                now=now,
            )
        count += len(told)
    session.execute(
        update(Dropped).where(Dropped.authority == authority, Dropped.reason == "dead").values(reason="caught-up"),
        execution_options=_QUIET,
    )
    return count


def forget_the_dead(session: Session, now: datetime) -> int:
    """Let go of the followers on authorities that have been silent for 90 days; returns how many."""
    silent = select(Lane.authority).where(Lane.state == "dead", Lane.failing_since < now - FOLLOWERS_KEPT)
    pairs = session.execute(
        select(Follow.follower_id, Follow.followed_id)
        .join(Actor, Actor.id == Follow.follower_id)
        .join(Inbox, Inbox.id == Actor.delivery_inbox_id)
        .where(Inbox.authority.in_(silent))
    ).all()
    for follower_id, followed_id in pairs:
        remove_follower(session, follower_id, followed_id)
    return len(pairs)


def _copy_missed(session: Session, authority: str, from_id: int, to_id: int) -> int:
    inboxes = {inbox.id: inbox for inbox in session.scalars(select(Inbox).where(Inbox.authority == authority))}
    heard: dict[int, list[Inbox]] = {}
    for actor_id, inbox_id in session.execute(
        select(Reach.actor_id, Reach.inbox_id).where(Reach.inbox_id.in_(inboxes))
    ):
        heard.setdefault(actor_id, []).append(inboxes[inbox_id])
    between = (OutgoingActivity.id >= from_id, OutgoingActivity.id <= to_id, OutgoingActivity.body != b"")
    deletes = session.scalars(
        select(OutgoingActivity)
        .where(*between, OutgoingActivity.type == "Delete", OutgoingActivity.actor_id.in_(heard))
        .order_by(OutgoingActivity.id)
        .limit(CATCH_UP_MISSED)
    ).all()
    owed = session.execute(
        select(OutgoingActivity, Addressed.inbox_id)
        .join(Addressed, Addressed.log_id == OutgoingActivity.id)
        .where(*between, Addressed.authority == authority, OutgoingActivity.type.in_(_OWED))
        .order_by(OutgoingActivity.id)
        .limit(CATCH_UP_MISSED)
    ).all()
    for row in deletes:
        append_copy(session, row, to=heard[row.actor_id])
    for row, inbox_id in owed:
        append_copy(session, row, to=[inboxes[inbox_id]])
    return len(deletes) + len(owed)


def _heard_at(session: Session, authority: str) -> Iterator[tuple[Actor, list[Inbox]]]:
    """Each actor of ours that is followed from `authority`, with the inboxes that hear it there."""
    found: dict[int, list[Inbox]] = {}
    for actor_id, inbox in session.execute(
        select(Reach.actor_id, Inbox)
        .join(Inbox, Inbox.id == Reach.inbox_id)
        .where(Inbox.authority == authority, Reach.followers > 0)
        .order_by(Reach.actor_id, Inbox.id)
    ):
        found.setdefault(actor_id, []).append(inbox)
    for actor_id, inboxes in found.items():
        actor = session.get_one(Actor, actor_id)
        if actor.local and actor.deleted_at is None:
            yield actor, inboxes


def _open(session: Session, actor: Actor, now: datetime) -> Iterable[tuple[offers.Offer | events.Event, Object]]:
    for offer in reversed(offers.open_items(session, actor.id, CATCH_UP_ITEMS)):
        if is_told(session, offer):
            yield offer, wire_offers.to_wire(session, offer)
    for event in events.coming_items(session, actor.id, CATCH_UP_ITEMS, now=now):
        if is_told(session, event):
            yield event, wire_events.to_wire(session, event)
