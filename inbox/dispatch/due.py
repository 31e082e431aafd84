"""What is due: whose activities wait, which of them come next, and who may apply them.

A host's activities are applied in the order in which they came. One that failed waits for its next try, and
holds back only what touches the same object. A host is worked on under a lease, so that two workers never
apply the activities of one host at the same time; a worker that dies just lets its leases run out.

Source: §2.6–2.8 of the security contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import bindparam, delete, literal_column, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from actors.database import Moment, is_postgresql
from actors.statements import Prepared, sole_table
from inbox.log import InboundLane, IncomingActivity

LEASE = timedelta(seconds=8)
"""So long a worker that was killed keeps its hosts; one that lives renews them in half that time."""
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long an activity that failed is left alone, each time."""

_INCOMING = sole_table(IncomingActivity)
# The partial indexes are used only if the query says the very words of their conditions.
_NEW = IncomingActivity.state == literal_column("'new'")

# Steps from host to host along the index, so it costs a look-up a host, not a row a waiting activity.
_HOSTS = Prepared(
    text(
        """
    WITH RECURSIVE due (host) AS (
        SELECT (
            SELECT i.host FROM incoming AS i
            WHERE i.state = 'new' AND i.host > :after
              AND (i.next_attempt_at IS NULL OR i.next_attempt_at <= :now)
            ORDER BY i.host LIMIT 1
        )
        UNION ALL
        SELECT (
            SELECT i.host FROM incoming AS i
            WHERE i.state = 'new' AND i.host > due.host
              AND (i.next_attempt_at IS NULL OR i.next_attempt_at <= :now)
            ORDER BY i.host LIMIT 1
        ) FROM due WHERE due.host IS NOT NULL
    )
    SELECT host FROM due WHERE host IS NOT NULL LIMIT :most
    """
    ).bindparams(bindparam("now", type_=Moment()))
)


@dataclass(frozen=True, slots=True)
class Row:
    """One saved activity that waits."""

    id: int
    iri: str
    actor_iri: str
    host: str
    object_iri: str | None
    body: bytes | None
    trust: str
    attempts: int


def due_hosts(session: Session, *, after: str, most: int, now: datetime) -> list[str]:
    """Up to `most` hosts with something due, in the order of their names, those behind `after` first."""
    found = [host for (host,) in _HOSTS.rows(session, {"after": after, "most": most, "now": now})]
    if len(found) < most and after:
        known = set(found)
        start = _HOSTS.rows(session, {"after": "", "most": most - len(found), "now": now})
        found += [host for (host,) in start if host not in known]
    return found


def rows_of(session: Session, hosts: Sequence[str], *, most: int, now: datetime) -> list[Row]:
    """The next activities of `hosts`, each host's in order, about `most` together.

    On PostgreSQL they are ours until the transaction ends; on SQLite everything is.
    """
    if not hosts:
        return []
    share = max(1, most // len(hosts))
    if is_postgresql(session):
        found = _ROWS_POSTGRESQL.rows(session, {"hosts": list(hosts), "now": now, "share": share})
    else:
        found = _ROWS_SQLITE.rows(session, {"hosts": orjson.dumps(list(hosts)).decode(), "now": now, "share": share})
    held = _held(session, hosts, now)
    rows = [Row(*each) for each in found]
    return [row for row in rows if (row.host, row.object_iri) not in held and (row.host, row.iri) not in held]


_NEXT = """
    SELECT n.id FROM incoming AS n
    WHERE n.host = h.name AND n.state = 'new' AND (n.next_attempt_at IS NULL OR n.next_attempt_at <= :now)
    ORDER BY n.id LIMIT :share
"""
# One statement however many hosts there are; a look-up in the index for each.
_ROWS_SQLITE = Prepared(
    text(
        """
    SELECT i.id, i.iri, i.actor_iri, i.host, i.object_iri, i.body, i.trust, i.attempts
    FROM (SELECT key AS at, value AS name FROM json_each(:hosts)) AS h
    CROSS JOIN incoming AS i ON i.id IN (NEXT) ORDER BY h.at, i.id
    """.replace("NEXT", _NEXT)
    ).bindparams(bindparam("now", type_=Moment()))
)
_ROWS_POSTGRESQL = Prepared(
    text(
        """
    SELECT i.id, i.iri, i.actor_iri, i.host, i.object_iri, i.body, i.trust, i.attempts
    FROM unnest(CAST(:hosts AS text[])) WITH ORDINALITY AS h (name, at)
    CROSS JOIN LATERAL (NEXT) AS next JOIN incoming AS i ON i.id = next.id
    WHERE i.state = 'new' ORDER BY h.at, i.id FOR UPDATE OF i
    """.replace("NEXT", _NEXT)
    ).bindparams(bindparam("now", type_=Moment()))
)


_HELD = Prepared(
    select(_INCOMING.c.host, _INCOMING.c.iri, _INCOMING.c.object_iri).where(
        _INCOMING.c.state == literal_column("'new'"),
        _INCOMING.c.next_attempt_at.is_not(None),
        _INCOMING.c.host.in_(bindparam("hosts", expanding=True)),
        _INCOMING.c.next_attempt_at > bindparam("now"),
    )
)


def _held(session: Session, hosts: Sequence[str], now: datetime) -> set[tuple[str, str | None]]:
    """What must wait because something earlier about the same object waits for its next try."""
    held: set[tuple[str, str | None]] = set()
    for host, iri, object_iri in _HELD.rows(session, {"hosts": hosts, "now": now}):
        held.add((host, iri))
        if object_iri is not None:
            held.add((host, object_iri))
    return held


def claim(session: Session, owner: str, hosts: Iterable[str], *, now: datetime) -> list[str]:
    """Take or renew the leases of `hosts`; gives those that are ours now."""
    insert = (insert_postgresql if is_postgresql(session) else insert_sqlite)(InboundLane)
    statement = insert.on_conflict_do_update(
        index_elements=["host"],
        set_={"owner": insert.excluded.owner, "lease_until": insert.excluded.lease_until},
        where=or_(InboundLane.lease_until <= now, InboundLane.owner == owner),
    ).returning(InboundLane.host)
    # In one order everywhere, so that two workers never wait for each other.
    rows = [{"host": host, "owner": owner, "lease_until": now + LEASE} for host in sorted(hosts)]
    return list(session.scalars(statement, rows))


def release(session: Session, owner: str) -> None:
    """Give all leases of a worker back."""
    session.execute(delete(InboundLane).where(InboundLane.owner == owner))


def free_all(session: Session) -> None:
    """Take every host from whoever held it. Only where no other worker can be alive."""
    session.execute(delete(InboundLane))


def still_new(session: Session, rows: Sequence[Row]) -> set[int]:
    """Which of `rows` nobody has dealt with yet; they are ours until the transaction ends."""
    query = select(IncomingActivity.id).where(IncomingActivity.id.in_([row.id for row in rows]), _NEW)
    return set(session.scalars(query.with_for_update() if is_postgresql(session) else query))


_APPLIED = Prepared(
    update(_INCOMING)
    .where(_INCOMING.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="applied", applied_at=bindparam("at"), next_attempt_at=None)
)


def mark_applied(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """These had their effect."""
    if ids:
        _APPLIED.rows(session, {"ids": ids, "at": now})


def mark_refused(session: Session, row_id: int, code: str, *, now: datetime) -> None:
    """This will have no effect, and why."""
    _mark(session, row_id, state="refused", outcome=code, applied_at=now, next_attempt_at=None)


def mark_failed(session: Session, row: Row, outcome: str, *, now: datetime, for_good: str = "quarantined") -> bool:
    """It did not work this time; after the last retry it is `for_good` quarantined, or refused. Whether that is so."""
    if row.attempts >= len(RETRIES):
        _mark(session, row.id, state=for_good, outcome=outcome, attempts=row.attempts + 1, next_attempt_at=None)
        return True
    next_at = now + RETRIES[row.attempts]
    _mark(session, row.id, outcome=outcome, attempts=row.attempts + 1, next_attempt_at=next_at)
    return False


def _mark(session: Session, row_id: int, **values: object) -> None:
    session.execute(
        update(IncomingActivity).where(IncomingActivity.id == row_id).values(**values),
        execution_options={"synchronize_session": False},
    )
