"""What a lane has to send next: rows above its cursor, each with the inboxes there that are to get it.

One query serves many lanes. A row that was forgotten (its thing is deleted, and a Delete follows) is stepped over, and
so is an old Update that a newer one has overtaken while the host was away; both are counted.

Source: §2.1 and §2.5 of the reliability contract; P1, P3 (what is private goes only where it was meant to go).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from actors.database import Moment
from outbox.delivery.lanes import Lane
from outbox.delivery.leases import Claimed
from outbox.delivery.waiting import WINDOW, in_company, pending
from outbox.log import OutgoingActivity

BATCH = 50
"""How many requests a lane sends in one visit at most; then it lets another one have its place."""
SUPERSEDED_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Piece:
    """One request: this row to this inbox."""

    log_id: int
    inbox_id: int
    inbox_iri: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a lane sends in one visit, in order.

    Attributes:
        pieces: at most `BATCH`.
        until: where the cursor stands once they are sent.
        overtaken: log ids on the way that need not be sent any more.
    """

    pieces: tuple[Piece, ...]
    until: int
    overtaken: tuple[int, ...] = ()


def next_batches(session: Session, lanes: Sequence[Claimed], now: datetime) -> dict[str, Batch]:
    """The next batch of each of these lanes, by authority."""
    found: dict[str, list[tuple[int, int, str, bool]]] = {lane.authority: [] for lane in lanes}
    batches: dict[str, Batch] = {}
    for together in in_company(lanes):
        above = min(lane.acked_id for lane in together)
        upto = min(max(lane.wanted_id for lane in together), above + WINDOW)
        asked = {
            "authorities": [lane.authority for lane in together],
            "above": above,
            "upto": upto,
            "a_week_ago": now - SUPERSEDED_AFTER,
        }
        for authority, log_id, inbox_id, inbox_iri, overtaken in session.execute(_pieces(), asked):
            found[authority].append((log_id, inbox_id, inbox_iri, bool(overtaken)))
        batches |= {lane.authority: _batch(lane, found[lane.authority], upto) for lane in together}
    return batches


def next_batch(session: Session, lane: Claimed, now: datetime) -> Batch:
    """`next_batches` for one."""
    return next_batches(session, [lane], now)[lane.authority]


def _batch(lane: Claimed, rows: list[tuple[int, int, str, bool]], upto: int) -> Batch:
    # A row that came in since the lane was taken is left for the next visit, when all of it is known.
    ceiling = min(lane.wanted_id, upto)
    rows = [row for row in rows if row[0] <= ceiling]
    if len(rows) > BATCH:
        # There is more: the cursor may only pass what is surely complete.
        ceiling = min(ceiling, rows[BATCH][0] - 1)
        rows = rows[:BATCH]
    pieces = tuple(Piece(log_id, inbox_id, iri) for log_id, inbox_id, iri, gone in rows if not gone)
    overtaken = tuple(dict.fromkeys(log_id for log_id, _, _, gone in rows if gone))
    return Batch(pieces, max(ceiling, lane.acked_id), overtaken)


@cache
def _pieces() -> Select[Any]:
    """The query, made once: it takes longer to build than to run.

    Parameters: `authorities`, `above`, `upto` as in `pending`, and `a_week_ago`.
    """
    every = pending(
        Lane.authority.in_(bindparam("authorities", expanding=True)),
        above=bindparam("above", type_=BigInteger),
        upto=bindparam("upto", type_=BigInteger),
        overtaken=_overtaken(),
    )
    place = func.row_number().over(partition_by=every.c.authority, order_by=(every.c.log_id, every.c.inbox_id))
    numbered = select(every, place.label("place")).subquery()
    return (
        select(numbered.c.authority, numbered.c.log_id, numbered.c.inbox_id, numbered.c.inbox_iri, numbered.c.overtaken)
        .where(numbered.c.place <= BATCH + 1)
        .order_by(numbered.c.authority, numbered.c.log_id, numbered.c.inbox_id)
    )


def _overtaken() -> ColumnElement[bool]:
    later = aliased(OutgoingActivity)
    newer = exists().where(
        later.object_iri == OutgoingActivity.object_iri,
        later.id > OutgoingActivity.id,
        later.actor_id == OutgoingActivity.actor_id,
        later.type == "Update",
        later.audience == "followers",
    )
    return or_(
        OutgoingActivity.body == b"",
        and_(
            OutgoingActivity.type == "Update",
            OutgoingActivity.audience == "followers",
            OutgoingActivity.created_at < bindparam("a_week_ago", type_=Moment),
            newer,
        ),
    )
