"""Who serves a lane: taken for a few seconds at a time, renewed while it lasts, fenced by name.

A worker that is killed lets its lanes go when their leases end. On SQLite, where one process works at a time,
a worker that starts frees whatever an earlier one held.

Source: §2.8 of the reliability contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, or_, select, update
from sqlalchemy.orm import Session

from actors.database import Moment
from actors.moderation import Host
from actors.moderation.policy import BLOCKED, deciding, strictest
from actors.statements import Prepared
from outbox.delivery.distribute import LONG_AGO
from outbox.delivery.lanes import Lane

LEASE = timedelta(seconds=8)
"""So long a worker that was killed keeps its lanes: work has to go on within ten seconds."""
BLOCKED_PAUSE = timedelta(hours=1)
"""How long a lane to a blocked host is not looked at; lifting the block ends it."""

_QUIET = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lane that is ours to serve, as it stood when it was taken. Fields as in `Lane`."""

    authority: str
    host: str
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


_COLUMNS = tuple(getattr(Lane, name) for name in Claimed.__slots__)


def _due(*, suspect: bool) -> tuple[ColumnElement[bool], ...]:
    now: BindParameter[datetime] = bindparam("now", type_=Moment)
    trouble = or_(Lane.failures > 0, Lane.slow)
    return (
        Lane.wanted_id > Lane.acked_id,
        Lane.next_attempt_at <= now,
        Lane.lease_until <= now,
        trouble if suspect else ~trouble,
    )


# Built once: they are asked many times a second, and making them costs more than running them.
_ANY = {suspect: Prepared(select(Lane.authority).where(*_due(suspect=suspect)).limit(1)) for suspect in (True, False)}
_NEXT = {
    suspect: select(*_COLUMNS)
    .where(*_due(suspect=suspect))
    .order_by(Lane.next_attempt_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    for suspect in (True, False)
}
_HELD = (
    select(Lane.authority)
    .where(Lane.authority.in_(bindparam("authorities", expanding=True)), Lane.owner == bindparam("holder"))
    .order_by(Lane.authority)
    .with_for_update()
)
_DECIDED = select(Host.name, Host.policy).where(Host.name.in_(bindparam("names", expanding=True)))


def claim(session: Session, owner: str, n: int, now: datetime, *, suspect: bool) -> list[Claimed]:
    """Take at most `n` lanes that are due and that nobody holds, longest waiting first.

    Args:
        owner: who takes them; goes with every acknowledgement.
        suspect: take from those whose last visit failed or was slow; False: from the others. They have places of
            their own, so that no number of silent hosts keeps the quick ones waiting.
    """
    session.flush()
    found = session.execute(_NEXT[suspect], {"now": now, "most": n}).all()
    blocked = _blocked_among(session, {row.host for row in found})
    _put_off(session, [row.authority for row in found if row.host in blocked], now + BLOCKED_PAUSE)
    taken = [Claimed(*row) for row in found if row.host not in blocked]
    if taken:
        session.execute(
            update(Lane)
            .where(Lane.authority.in_([lane.authority for lane in taken]))
            .values(owner=owner, lease_until=now + LEASE),
            execution_options=_QUIET,
        )
    return taken


def is_due(session: Session, now: datetime, *, suspect: bool) -> bool:
    """Whether `claim` would find any."""
    session.flush()
    return _ANY[suspect].first(session, {"now": now}) is not None


def held(session: Session, owner: str, authorities: Iterable[str]) -> set[str]:
    """Which of these lanes `owner` still holds; locked, in the order that everybody keeps."""
    return set(session.scalars(_HELD, {"authorities": list(authorities), "holder": owner}))


def renew(session: Session, owner: str, authorities: Sequence[str], now: datetime) -> set[str]:
    """Hold these lanes for another few seconds; those that are still ours."""
    ours = held(session, owner, authorities)
    session.execute(
        update(Lane).where(Lane.authority.in_(ours)).values(lease_until=now + LEASE), execution_options=_QUIET
    )
    return ours


def let_go(session: Session, owner: str, authorities: Sequence[str]) -> None:
    """Give these lanes back as they stand."""
    ours = held(session, owner, authorities)
    session.execute(
        update(Lane).where(Lane.authority.in_(ours)).values(owner="", lease_until=LONG_AGO), execution_options=_QUIET
    )


def free_all(session: Session) -> None:
    """Take every lane from whoever held it. Only where no other worker can be alive."""
    session.execute(
        update(Lane).where(Lane.owner != "").values(owner="", lease_until=LONG_AGO), execution_options=_QUIET
    )


def _put_off(session: Session, authorities: Sequence[str], until: datetime) -> None:
    if authorities:
        session.execute(
            update(Lane).where(Lane.authority.in_(authorities)).values(next_attempt_at=until), execution_options=_QUIET
        )


def _blocked_among(session: Session, hosts: set[str]) -> set[str]:
    """Those of `hosts` that are blocked, themselves or by a domain above them, or as strangers to partners only."""
    above = {host: deciding(host) for host in hosts}
    names = {name for line in above.values() for name in line}
    if not names:
        return set()
    policies = {row.name: row.policy for row in session.execute(_DECIDED, {"names": list(names)})}
    if not policies:
        return set()
    found = {host: {name: policies[name] for name in line if name in policies} for host, line in above.items()}
    return {host for host, decided in found.items() if strictest(host, decided) == BLOCKED}
