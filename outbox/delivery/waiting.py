"""What waits for whom: the join of log, reach and lanes that everything else asks, and the operator's view of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Subquery, case, exists, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from actors.groups import Follow, Reach
from actors.people import Actor, Inbox
from outbox.delivery.distribute import is_heard
from outbox.delivery.lanes import Lane, Parked
from outbox.log import Addressed, OutgoingActivity

WINDOW = 2_000
"""How many ids of the log are looked at for one visit; lanes that are no further behind are looked after together."""


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
    lanes: ColumnElement[bool],
    *,
    above: int | BindParameter[int],
    upto: int | BindParameter[int],
    overtaken: ColumnElement[bool] | None = None,
) -> Subquery:
    """Every (authority, log_id, inbox_id) beyond the cursors of `lanes`, each once.

    Args:
        lanes: a condition on `Lane`.
        above: no cursor of these lanes is below this log id. Given as a number because PostgreSQL can't tell from a
            comparison of two columns that only the newest rows are meant, and would read the whole log for each lane.
        upto: no later row is looked at.
        overtaken: a condition on `OutgoingActivity`, given back as a column.
    """
    ahead = (
        lanes,
        OutgoingActivity.id > above,
        OutgoingActivity.id <= upto,
        OutgoingActivity.id > Lane.acked_id,
        OutgoingActivity.id <= Lane.wanted_id,
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
        .where(*ahead, Addressed.log_id > above, Addressed.log_id <= upto)
    )
    return union(heard, named).subquery("pending")


class Cursor(Protocol):
    """What `Lane` and a claim of it have in common."""

    @property
    def authority(self) -> str:
        """Whose it is."""

    @property
    def acked_id(self) -> int:
        """Up to where everything is done."""

    @property
    def wanted_id(self) -> int:
        """The newest row that concerns it."""


C = TypeVar("C", bound=Cursor)


def in_company(lanes: Sequence[C]) -> list[list[C]]:
    """`lanes` in such companies that one query over the log serves each: those near its end together, others alone."""
    newest = max((lane.wanted_id for lane in lanes), default=0)
    near = [lane for lane in lanes if lane.acked_id >= newest - WINDOW]
    return [*([near] if near else []), *([lane] for lane in lanes if lane.acked_id < newest - WINDOW)]


def count_waiting(session: Session, lanes: Sequence[Lane]) -> dict[str, tuple[int, datetime]]:
    """How many activities each of these lanes has still to get, and when the oldest was said; by authority."""
    counts: dict[str, tuple[int, datetime]] = {}
    for together in in_company(lanes):
        every = pending(
            Lane.authority.in_([lane.authority for lane in together]),
            above=min(lane.acked_id for lane in together),
            upto=max(lane.wanted_id for lane in together),
        )
        counted = select(every.c.authority, func.count(every.c.log_id.distinct()), func.min(every.c.created_at))
        for authority, count, oldest_at in session.execute(counted.group_by(every.c.authority)):
            counts[authority] = (count, oldest_at)
    return counts


def queue(session: Session, now: datetime) -> list[Waiting]:
    """Every authority that something waits for or that refused something, longest waiting first."""
    waiting_lanes = session.scalars(select(Lane).where(Lane.wanted_id > Lane.acked_id)).all()
    counts = count_waiting(session, waiting_lanes)
    refused = select(Parked.authority, func.count()).where(Parked.resent_at.is_(None)).group_by(Parked.authority)
    parked = {row[0]: row[1] for row in session.execute(refused)}
    of_interest = or_(Lane.wanted_id > Lane.acked_id, Lane.authority.in_(parked), Lane.state != "alive")
    lines = []
    for lane in session.scalars(select(Lane).where(of_interest)):
        waiting, oldest_at = counts.get(lane.authority, (0, None))
        if not waiting and lane.authority not in parked and lane.state == "alive":
            continue
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
