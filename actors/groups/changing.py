"""Changing a group after it was founded: what it says of itself, its rules, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.founding import (
    JOINING,
    LEVELS,
    MEMBERS_SHOWN,
    POSTING,
    check_colour,
    check_said,
    part_of,
    rules_of,
    set_part_of,
)
from actors.groups.hearers import followers_count
from actors.groups.membership import members_count
from actors.groups.tables import Group
from actors.people.tables import Actor
from actors.refusals import Refused

GRACE = timedelta(days=7)
"""How long a group that was closed can be taken back."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What a group is to say of itself and by which rules it lives; all of it, as it is to be."""

    name: str
    language: str | None
    summary: str = ""
    name_map: dict[str, str] | None = None
    summary_map: dict[str, str] | None = None
    theme: str | None = None
    region: str | None = None
    level: str = "local"
    posting: str = "members"
    joining: str = "approval"
    manually_approves: bool = False
    discoverable: bool = True
    indexable: bool = True
    followers_shown: bool = False
    members_shown: str = "members"
    colour: str | None = None
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """What closing a group ends, in numbers."""

    members: int
    followers: int
    waiting: int


def change(session: Session, group: Actor, wanted: GroupChange, *, now: datetime) -> Actor:
    """Make the group what `wanted` says. A private group goes on approving its followers by hand.

    Raises:
        Refused: "not-our-group", "name-missing", "too-long", "unreadable-character", "level-unknown",
            "posting-unknown", "joining-unknown", "unknown-choice", "region-unknown", "colour-malformed",
            "colour-too-pale", "group-malformed", "project-without-group".
    """
    rules = rules_of(session, group)
    _check(wanted)
    if group.kind == "project" and not wanted.part_of:
        raise Refused("project-without-group")
    group.name, group.summary, group.language = wanted.name.strip(), wanted.summary, wanted.language
    group.name_map, group.summary_map = dict(wanted.name_map or {}), dict(wanted.summary_map or {})
    group.manually_approves = wanted.manually_approves or rules.private
    group.discoverable, group.indexable = wanted.discoverable, wanted.indexable and not rules.private
    rules.theme, rules.region, rules.level = wanted.theme or None, wanted.region or None, wanted.level
    rules.posting, rules.joining = wanted.posting, wanted.joining
    rules.followers_shown, rules.members_shown = wanted.followers_shown, wanted.members_shown
    rules.colour = wanted.colour
    group.updated_at = now
    session.flush()
    set_part_of(session, group, wanted.part_of)
    return group


def as_it_is(session: Session, group: Actor) -> GroupChange:
    """What `change` would need to leave the group as it is: for changing a part of it.

    Raises:
        Refused: "not-our-group".
    """
    rules = rules_of(session, group)
    return GroupChange(
        name=group.name,
        language=group.language,
        summary=group.summary,
        name_map=dict(group.name_map),
        summary_map=dict(group.summary_map),
        theme=rules.theme,
        region=rules.region,
        level=rules.level,
        posting=rules.posting,
        joining=rules.joining,
        manually_approves=group.manually_approves,
        discoverable=group.discoverable,
        indexable=group.indexable,
        followers_shown=rules.followers_shown,
        members_shown=rules.members_shown,
        colour=rules.colour,
        part_of=tuple(part_of(session, group)),
    )


def ending(session: Session, group: Actor) -> Ending:
    """What closing the group would end."""
    waiting = select(func.count()).where(Membership.group_id == group.id, Membership.state == "requested")
    return Ending(members_count(session, group), followers_count(session, group), session.scalar(waiting) or 0)


def close(session: Session, group: Actor, *, now: datetime) -> datetime:
    """The group ends after a grace, at the time that comes back; until then an organiser can take it back."""
    rules = rules_of(session, group)
    if rules.closing_at is None:
        rules.closing_at = now + GRACE
        session.flush()
    return rules.closing_at


def keep_open(session: Session, group: Actor) -> bool:
    """The group goes on after all; False when it was not closing."""
    rules = rules_of(session, group)
    if rules.closing_at is None or group.deleted_at is not None:
        return False
    rules.closing_at = None
    session.flush()
    return True


def due_to_close(session: Session, now: datetime, limit: int) -> list[Actor]:
    """The groups whose grace is over, at most `limit`."""
    return list(
        session.scalars(
            select(Actor)
            .join(Group, Group.actor_id == Actor.id)
            .where(Group.closing_at <= now, Actor.deleted_at.is_(None))
            .order_by(Group.closing_at)
            .limit(limit)
        )
    )


def _check(wanted: GroupChange) -> None:
    check_said(wanted)
    for code, word, words in (
        ("level-unknown", wanted.level, LEVELS),
        ("posting-unknown", wanted.posting, POSTING),
        ("joining-unknown", wanted.joining, JOINING),
        ("unknown-choice", wanted.members_shown, MEMBERS_SHOWN),
    ):
        if word not in words:
            raise Refused(code, word=word)
    check_colour(wanted.colour)
