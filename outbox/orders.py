"""Orders by name: what the command line (and a script behind it) gives, with names instead of rows.

Each finds what is named, or refuses with "not-found", and calls the command of its door. What comes
back is plain and can be printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import events as event_rules
from actors import groups, items, people
from actors import offers as offer_rules
from actors.events import Event, EventDraft
from actors.groups import Follow, GroupDraft
from actors.offers import Offer, OfferDraft
from actors.people import Actor, Vault
from actors.refusals import Refused
from actors.threads import PostDraft
from outbox import events, offers, threads
from outbox import groups as group_orders
from outbox.log import Said


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group of ours in numbers."""

    username: str
    iri: str
    kind: str
    name: str
    region: str | None
    level: str
    posting: str
    followers: int
    following: int
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingFollow:
    """Somebody who asked to follow a group of ours."""

    id: int
    group: str
    follower: str
    since: datetime


def group_named(session: Session, username: str) -> Actor:
    """Our group or project of this name.

    Raises:
        Refused: "not-found" (`what`, `name`).
    """
    actor = people.local_actor(session, username.removeprefix("@"))
    if actor is None or actor.type != "Group" or actor.deleted_at is not None:
        raise Refused("not-found", what="group", name=username)
    return actor


def found_group(
    session: Session, vault: Vault, draft: GroupDraft, groups_named: tuple[str, ...], *, origin: str, now: datetime
) -> GroupFacts:
    """Found a group, or a project of the groups that are named (ours by name, others by IRI)."""
    part_of = tuple(each if "://" in each else group_named(session, each).iri for each in groups_named)
    actor = group_orders.found(session, vault, replace(draft, part_of=part_of), origin=origin, now=now)
    return _facts(session, actor)


def list_groups(session: Session) -> list[GroupFacts]:
    """All groups and projects of ours, by name."""
    query = select(Actor).where(Actor.local, Actor.type == "Group", Actor.deleted_at.is_(None)).order_by(Actor.username)
    return [_facts(session, actor) for actor in session.scalars(query)]


def show_group(session: Session, username: str) -> tuple[GroupFacts, list[str], list[WaitingFollow]]:
    """One group: its facts, whom it follows, and who waits to follow it."""
    actor = group_named(session, username)
    waiting = [
        WaitingFollow(follow.id, actor.username, session.get_one(Actor, follow.follower_id).iri, follow.created_at)
        for follow in groups.waiting_follows(session, actor.id)
    ]
    return _facts(session, actor), [each.iri for each in groups.following(session, actor)], waiting


def follow(session: Session, username: str, followed_iri: str, *, now: datetime) -> Said:
    """Let a group of ours follow an actor that was remembered."""
    followed = people.find_actor(session, followed_iri)
    if followed is None:
        raise Refused("not-found", what="actor", name=followed_iri)
    return group_orders.follow(session, group_named(session, username), followed, now=now)


def unfollow(session: Session, username: str, followed_iri: str, *, now: datetime) -> Said:
    """Let a group of ours stop following an actor."""
    followed = people.find_actor(session, followed_iri)
    said = (
        None if followed is None else group_orders.unfollow(session, group_named(session, username), followed, now=now)
    )
    if said is None:
        raise Refused("not-found", what="follow", name=followed_iri)
    return said


def answer_follow(session: Session, follow_id: int, accepted: bool, *, now: datetime) -> Said:
    """Let a waiting follower in, or not."""
    row = session.get(Follow, follow_id)
    if row is None or row.state != "requested":
        raise Refused("not-found", what="follow", name=str(follow_id))
    answer = group_orders.accept_follow if accepted else group_orders.reject_follow
    return answer(session, row, now=now)


def publish_note(session: Session, username: str, draft: PostDraft, *, now: datetime) -> Said:
    """`threads.say` as the group of this name."""
    return threads.say(session, group_named(session, username), draft, now=now)


def publish_offer(session: Session, username: str, draft: OfferDraft, *, now: datetime) -> Said:
    """`offers.publish` as the group of this name."""
    return offers.publish(session, group_named(session, username), draft, now=now)


def publish_event(session: Session, username: str, draft: EventDraft, *, now: datetime) -> Said:
    """`events.publish` as the group of this name."""
    return events.publish(session, group_named(session, username), draft, now=now)


def change(session: Session, iri: str, changes: dict[str, Any], *, now: datetime) -> Said:
    """Change the title or the text of a thing of ours; what is not named stays."""
    thing = _ours(session, iri)
    if isinstance(thing, Offer):
        return offers.change(session, thing, replace(offer_rules.draft_of(thing), **changes), now=now)
    if isinstance(thing, Event):
        named = {"name" if field == "title" else field: value for field, value in changes.items()}
        return events.change(session, thing, replace(event_rules.draft_of(thing), **named), now=now)
    if "title" in changes:
        raise Refused("no-title", iri=iri)
    draft = PostDraft(text=changes["text"], language=thing.language, warning=thing.warning, public=thing.public)
    return threads.change(session, thing, draft, now=now)


def close(session: Session, iri: str, status: str, *, now: datetime) -> Said:
    """Close an offer or a need as filled, withdrawn or expired."""
    thing = _ours(session, iri)
    if not isinstance(thing, Offer):
        raise Refused("not-found", what="offer", name=iri)
    return offers.close(session, thing, status, now=now)


def cancel(session: Session, iri: str, *, now: datetime) -> Said:
    """Call an event off."""
    thing = _ours(session, iri)
    if not isinstance(thing, Event):
        raise Refused("not-found", what="event", name=iri)
    return events.cancel(session, thing, now=now)


def delete(session: Session, iri: str, *, now: datetime) -> Said:
    """Delete a thing of ours, here and wherever it went."""
    thing = _ours(session, iri)
    if isinstance(thing, Offer):
        return offers.delete(session, thing, now=now)
    if isinstance(thing, Event):
        return events.delete(session, thing, now=now)
    return threads.delete(session, thing, now=now)


def _ours(session: Session, iri: str) -> items.Item:
    thing = items.find_object(session, iri)
    if thing is None or not thing.local or thing.deleted_at is not None:
        raise Refused("not-found", what="object", name=iri)
    return thing


def _facts(session: Session, actor: Actor) -> GroupFacts:
    rules = session.get_one(groups.Group, actor.id)
    return GroupFacts(
        username=actor.username,
        iri=actor.iri,
        kind=actor.kind or "sector",
        name=actor.name,
        region=rules.region,
        level=rules.level,
        posting=rules.posting,
        followers=groups.followers_count(session, actor),
        following=groups.following_count(session, actor),
        waiting=len(groups.waiting_follows(session, actor.id)),
    )
