"""What waits for whom: the join of log, reach and lanes that everything else asks, and the operator's view of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from actors.groups import Follow, Reach
from actors.people import Actor, Inbox
from outbox.delivery.distribute import is_heard
from outbox.delivery.lanes import Lane, Parked
from outbox.log import Addressed, OutgoingActivity


@dataclass(frozen=True, slots=True)
class Waiting:
    """An authority that something waits for, or that refused something.

    Attributes:
        waiting: how many activities it has still to get.
        oldest_age: how long ago the oldest of them was said; None if nothing waits.
        next_attempt_at: when it is tried again; None if nothing waits.
        why: what went wrong last; None if nothing did.
        parked: how many activities it refused for good, and were not sent again.
    """

    authority: str
    host: str
    state: str
    waiting: int
    oldest_age: timedelta | None
    next_attempt_at: datetime | None
    failing_since: datetime | None
    why: str | None
    parked: int


def pending(
    lanes: ColumnElement[bool], *, window: int | None = None, overtaken: ColumnElement[bool] | None = None
) -> Subquery:
    """Every (authority, log_id, inbox_id) beyond the cursors of `lanes`, each once.

    Args:
        lanes: a condition on `Lane`.
        window: how many log ids to look ahead; None: all that concern the lane.
        overtaken: a condition on `OutgoingActivity`, given back as a column.
    """
    ceiling: ColumnElement[int] = Lane.wanted_id.expression
    if window is not None:
        ceiling = case((Lane.wanted_id > Lane.acked_id + window, Lane.acked_id + window), else_=Lane.wanted_id)
    ahead = (
        lanes,
        OutgoingActivity.id > Lane.acked_id,
        OutgoingActivity.id <= ceiling,
        or_(OutgoingActivity.id > Lane.acked_id + 1, Inbox.id > Lane.acked_inbox_id),
    )
    columns: tuple[Any, ...] = (
        Lane.authority.label("authority"),
        OutgoingActivity.id.label("log_id"),
        Inbox.id.label("inbox_id"),
        Inbox.iri.label("inbox_iri"),
        OutgoingActivity.created_at.label("created_at"),
        (literal(value=False) if overtaken is None else overtaken).label("overtaken"),
    )
    heard = (
        select(*columns)
        .select_from(Lane)
        .join(Inbox, Inbox.authority == Lane.authority)
        .join(Reach, Reach.inbox_id == Inbox.id)
        .join(OutgoingActivity, OutgoingActivity.actor_id == Reach.actor_id)
        .where(*ahead, is_heard(), or_(OutgoingActivity.public, _followed_before()))
    )
    named = (
        select(*columns)
        .select_from(Lane)
        .join(Addressed, Addressed.authority == Lane.authority)
        .join(OutgoingActivity, OutgoingActivity.id == Addressed.log_id)
        .join(Inbox, Inbox.id == Addressed.inbox_id)
        .where(*ahead)
    )
    return union(heard, named).subquery("pending")


def count_waiting(session: Session, authority: str) -> int:
    """How many activities this authority has still to get."""
    every = pending(Lane.authority == authority)
    return session.scalar(select(func.count(every.c.log_id.distinct()))) or 0


def queue(session: Session, now: datetime) -> list[Waiting]:
    """Every authority that something waits for or that refused something, longest waiting first."""
    every = pending(Lane.wanted_id > Lane.acked_id)
    counts = {
        row.authority: (row.waiting, row.oldest_at)
        for row in session.execute(
            select(
                every.c.authority,
                func.count(every.c.log_id.distinct()).label("waiting"),
                func.min(every.c.created_at).label("oldest_at"),
            ).group_by(every.c.authority)
        )
    }
    refused = select(Parked.authority, func.count()).where(Parked.resent_at.is_(None)).group_by(Parked.authority)
    parked = {row[0]: row[1] for row in session.execute(refused)}
    of_interest = or_(Lane.authority.in_(counts), Lane.authority.in_(parked), Lane.state != "alive")
    lines = []
    for lane in session.scalars(select(Lane).where(of_interest)):
        waiting, oldest_at = counts.get(lane.authority, (0, None))
        lines.append(
            Waiting(
                authority=lane.authority,
                host=lane.host,
                state=lane.state,
                waiting=waiting,
                oldest_age=None if oldest_at is None else now - oldest_at,
                next_attempt_at=lane.next_attempt_at if waiting else None,
                failing_since=lane.failing_since,
                why=lane.last_error,
                parked=parked.get(lane.authority, 0),
            )
        )
    return sorted(lines, key=lambda line: (-(line.oldest_age or timedelta()), line.authority))


@dataclass(frozen=True, slots=True)
class Load:
    """Delivery in numbers, each from an index.

    Attributes:
        lanes_waiting: authorities that have something to receive.
        lanes_failing: those that did not answer the last time.
        oldest_waiting_s: age in seconds of the oldest row that somebody has still to get.
        parked: deliveries that were refused for good and not sent again.
    """

    lanes_waiting: int
    lanes_failing: int
    oldest_waiting_s: float
    parked: int


def load(session: Session, now: datetime) -> Load:
    """How much there is to deliver."""
    waits = Lane.wanted_id > Lane.acked_id
    waiting, failing, behind = session.execute(
        select(func.count(), func.count(case((Lane.failures > 0, 1))), func.min(Lane.acked_id)).where(waits)
    ).one()
    oldest = None
    if behind is not None:
        following = (
            select(OutgoingActivity.created_at).where(OutgoingActivity.id > behind).order_by(OutgoingActivity.id)
        )
        oldest = session.scalar(following.limit(1))
    parked = session.scalar(select(func.count()).select_from(Parked).where(Parked.resent_at.is_(None)))
    return Load(waiting, failing, 0.0 if oldest is None else (now - oldest).total_seconds(), parked or 0)


def _followed_before() -> ColumnElement[bool]:
    """Somebody heard at the inbox followed already when the row was written: what is private goes no further."""
    follower = aliased(Actor)
    return exists().where(
        Follow.followed_id == OutgoingActivity.actor_id,
        Follow.state == "accepted",
        Follow.accepted_at <= OutgoingActivity.created_at,
        Follow.follower_id == follower.id,
        follower.delivery_inbox_id == Inbox.id,
    )
