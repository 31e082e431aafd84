"""What became of a request, written down: the cursor, the next try, what was parked, what was dropped.

`after_*` are pure: they say how a lane stands after an answer. `settle` writes many such standings in one
transaction; a lane that was taken away meanwhile is not touched, and its server is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from outbox.delivery.batches import Piece
from outbox.delivery.distribute import LONG_AGO
from outbox.delivery.lanes import Dropped, Lane, Parked
from outbox.delivery.leases import LEASE, Claimed, held
from outbox.delivery.schedule import (
    DEAD_PROBE,
    RETRY_AFTER_LIMIT,
    SCHEME_KEPT,
    TRIES_BEFORE_PARKING,
    schedule,
    spread,
    state_after,
)
from outbox.delivery.waiting import count_waiting

_ERROR_CHARS = 300


@dataclass(frozen=True, slots=True)
class Park:
    """A row that an inbox refused for good."""

    log_id: int
    inbox_id: int
    status: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lane stands after a request. The fields of `Lane`, and what else is to be written with them.

    Attributes:
        released: the visit is over; the lease ends.
        park: the row that was refused for good.
        overtaken: log ids that the cursor passed without sending them, as they need not be sent any more.
        returned: the host was dead and has answered.
    """

    authority: str
    acked_id: int
    acked_inbox_id: int
    wanted_id: int
    state: str
    failures: int
    failing_since: datetime | None
    refusals: int
    slow: bool
    last_error: str | None
    last_success_at: datetime | None
    scheme: str | None
    scheme_until: datetime | None
    next_attempt_at: datetime
    released: bool = False
    park: Park | None = None
    overtaken: tuple[int, ...] = ()
    returned: bool = False


_CURSOR = tuple(
    each.name
    for each in fields(Standing)
    if each.name not in ("authority", "wanted_id", "released", "park", "overtaken", "returned")
)


def standing_of(lane: Claimed, now: datetime) -> Standing:
    """How `lane` stands at the beginning of a visit."""
    return Standing(
        authority=lane.authority,
        acked_id=lane.acked_id,
        acked_inbox_id=lane.acked_inbox_id,
        wanted_id=lane.wanted_id,
        state=lane.state,
        failures=lane.failures,
        failing_since=lane.failing_since,
        refusals=lane.refusals,
        slow=lane.slow,
        last_error=lane.last_error,
        last_success_at=lane.last_success_at,
        scheme=lane.scheme,
        scheme_until=lane.scheme_until,
        next_attempt_at=now,
    )


def passed(lane: Standing, piece: Piece, following: Piece | None, until: int, *, released: bool = False) -> Standing:
    """`lane` with its cursor behind `piece`.

    Args:
        lane: how it stood before.
        piece: what was sent, or parked.
        following: the next one of the batch.
        until: where the cursor stands at the end of the batch.
        released: the visit ends here.
    """
    acked_id, acked_inbox_id = piece.log_id - 1, piece.inbox_id
    if following is None:
        if until >= piece.log_id:
            acked_id, acked_inbox_id = until, 0
    elif following.log_id > piece.log_id:
        acked_id, acked_inbox_id = piece.log_id, 0
    return replace(lane, acked_id=acked_id, acked_inbox_id=acked_inbox_id, refusals=0, released=released)


def after_success(lane: Standing, scheme: str, *, slow: bool, now: datetime) -> Standing:
    """The host took it: whatever trouble there was is over."""
    return replace(
        lane,
        state="alive",
        failures=0,
        failing_since=None,
        slow=slow,
        last_error=None,
        last_success_at=now,
        scheme=scheme,
        scheme_until=now + SCHEME_KEPT,
        next_attempt_at=now,
        returned=lane.returned or lane.state == "dead",
    )


def after_silence(lane: Standing, error: str, retry_after: timedelta | None, now: datetime) -> Standing:
    """No answer, or one that says «later»: the whole lane waits, and after a month it is given up."""
    failures = lane.failures + 1
    since = lane.failing_since or now
    state = "dead" if lane.state == "dead" else state_after(since, now)
    wait = DEAD_PROBE if state == "dead" else schedule(failures, spread(lane.authority, failures))
    if retry_after is not None:
        wait = max(wait, min(retry_after, RETRY_AFTER_LIMIT))
    return replace(
        lane,
        state=state,
        failures=failures,
        failing_since=since,
        last_error=error[:_ERROR_CHARS],
        next_attempt_at=now + wait,
        released=True,
    )


def after_refusal(
    lane: Standing, piece: Piece, status: int | None, error: str, *, slow: bool, now: datetime
) -> Standing:
    """The host lives but does not take this row: it waits a little, and at the third time the row is parked.

    The cursor of a lane with `park` is still before the row; `passed` moves it.
    """
    refusals = lane.refusals + 1
    alive = replace(
        lane,
        state="alive",
        failures=0,
        failing_since=None,
        slow=slow,
        last_error=error[:_ERROR_CHARS],
        refusals=refusals,
        returned=lane.returned or lane.state == "dead",
    )
    if refusals >= TRIES_BEFORE_PARKING:
        return replace(
            alive, park=Park(piece.log_id, piece.inbox_id, status, error[:_ERROR_CHARS]), next_attempt_at=now
        )
    return replace(alive, next_attempt_at=now + schedule(refusals), released=True)


def settle(session: Session, owner: str, standings: Sequence[Standing], now: datetime) -> set[str]:
    """Write how these lanes stand; returns the authorities of those that `owner` holds no longer (untouched)."""
    ours = held(session, owner, [each.authority for each in standings])
    kept = sorted((each for each in standings if each.authority in ours), key=lambda each: each.authority)
    if kept:
        session.connection().execute(_WRITE, [_values(each, owner, now) for each in kept])
    parked = [
        {"authority": each.authority, "parked_at": now, "resent_at": None, **_columns(each.park)}
        for each in kept
        if each.park is not None
    ]
    if parked:
        session.execute(insert(Parked), parked)
    for each in kept:
        if each.overtaken:
            _note(
                session, each.authority, each.overtaken[0], each.overtaken[-1], len(each.overtaken), "superseded", now
            )
        if each.state == "dead" and each.released:
            give_up(session, each.authority, now, "dead")
    return {each.authority for each in standings} - ours


def give_up(session: Session, authority: str, now: datetime, reason: str) -> int:
    """Drop what waits for this authority, with a row that says so; returns how many activities that were."""
    lane = session.get_one(Lane, authority, populate_existing=True)
    if lane.wanted_id <= lane.acked_id:
        return 0
    from_id, to_id = lane.acked_id + 1, lane.wanted_id
    waiting, _ = count_waiting(session, [lane]).get(authority, (0, now))
    session.execute(
        update(Lane).where(Lane.authority == authority).values(acked_id=to_id, acked_inbox_id=0),
        execution_options={"synchronize_session": False},
    )
    _note(session, authority, from_id, to_id, waiting, reason, now)
    return waiting


def _note(
    session: Session, authority: str, from_id: int, to_id: int, activities: int, reason: str, now: datetime
) -> None:
    session.execute(
        insert(Dropped),
        [
            {
                "authority": authority,
                "from_id": from_id,
                "to_id": to_id,
                "activities": activities,
                "reason": reason,
                "dropped_at": now,
            }
        ],
    )


def _columns(park: Park) -> dict[str, object]:
    return {"log_id": park.log_id, "inbox_id": park.inbox_id, "status": park.status, "error": park.error}


def _values(standing: Standing, owner: str, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {f"new_{name}": getattr(standing, name) for name in _CURSOR}
    values["of"] = standing.authority
    values["new_owner"] = "" if standing.released else owner
    values["new_lease_until"] = LONG_AGO if standing.released else now + LEASE
    return values


_WRITE = (
    update(Lane.__table__)  # type: ignore[arg-type]
    .where(Lane.__table__.c.authority == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in (*_CURSOR, "owner", "lease_until")})
)
