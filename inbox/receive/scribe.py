"""Saving what was judged: rows that arrive together are written together, and answered after the commit.

What may have changed since the signature was checked is asked once more inside the same transaction:
is the key still the actor's (another process may have learned a new one), is the actor still welcome, is
the host. So no cache in memory can let anything in that the tables would keep out.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, insert, or_, select, union_all
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from actors.database import Database
from actors.lists import blocked_among
from actors.people import Actor, RemoteKey
from actors.statements import Prepared, sole_table
from inbox.log import IncomingActivity, Seen
from outbox.delivery import revive
from outbox.delivery.lanes import Lane

TOGETHER = 200
"""How many rows share one transaction at most."""
_WORD = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity that may be saved.

    Attributes:
        hosts: whose policy decides: the signer's and the actor's.
        key_iri: the key that proved the request.
        key_fetched_at: which edition of that key it was.
        inbox_actor: the local actor whose inbox it came to; None for the shared one.
    """

    digest: bytes
    iri: str
    actor_iri: str
    host: str
    type: str
    object_iri: str | None
    body: bytes
    trust: str
    received_at: datetime
    hosts: tuple[str, ...]
    key_iri: str
    key_fetched_at: datetime
    inbox_actor: str | None


class Scribe:
    """Writes entries, many at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[tuple[Entry, asyncio.Future[str]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def save(self, entry: Entry) -> str:
        """Save `entry`, and come back after the commit with what became of it.

        Returns:
            "accepted", "repeated" (known already), "blocked" (the host), "suspended" (the actor), "stale-key" (the
            key that we checked is no longer theirs) or "no-such-inbox"; only "accepted" was saved.

        Raises:
            SQLAlchemyError: the database is away or full.
        """
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._write(batch)
        finally:
            self._writing = None

    async def _write(self, batch: list[tuple[Entry, asyncio.Future[str]]]) -> None:
        try:
            verdicts: Sequence[str] = await self._db.write(record, [entry for entry, _ in batch])
        except OperationalError as error:
            _fail(batch, error)
        except (SQLAlchemyError, UnicodeError, OverflowError, ValueError) as error:
            # One that the engine cannot store must not take the others with it.
            if len(batch) == 1:
                _fail(batch, error)
            else:
                for one in batch:
                    await self._write([one])
        except BaseException as error:
            _fail(batch, error)
            raise
        else:
            for (_, done), verdict in zip(batch, verdicts, strict=True):
                if not done.done():
                    done.set_result(verdict)


def _fail(batch: list[tuple[Entry, asyncio.Future[str]]], error: BaseException) -> None:
    for _, done in batch:
        if not done.done():
            with contextlib.suppress(asyncio.InvalidStateError):
                done.set_exception(error)


# Built once: making a statement costs more than running it.
_INCOMING, _SEEN = sole_table(IncomingActivity), sole_table(Seen)
_KEY, _ACTOR, _LANE = sole_table(RemoteKey).c, sole_table(Actor).c, sole_table(Lane).c
_LATER = ("id", "outcome", "next_attempt_at", "applied_at")
_DIGESTS: BindParameter[bytes] = bindparam("digests", expanding=True)
_KNOWN = Prepared(
    union_all(*(select(table.c.digest).where(table.c.digest.in_(_DIGESTS)) for table in (_INCOMING, _SEEN)))
)
_NEW = Prepared(insert(_INCOMING), [column.name for column in _INCOMING.c if column.name not in _LATER])
_KEYS = Prepared(
    select(_KEY.iri, _KEY.fetched_at, or_(_ACTOR.suspended_at.is_not(None), _ACTOR.deleted_at.is_not(None)))
    .join_from(sole_table(RemoteKey), sole_table(Actor), _ACTOR.id == _KEY.actor_id)
    .where(_KEY.iri.in_(bindparam("iris", expanding=True)))
)
_TROUBLED = Prepared(
    select(_LANE.host).where(
        _LANE.host.in_(bindparam("hosts", expanding=True)), or_(_LANE.failures > 0, _LANE.state != "alive")
    )
)


def record(session: Session, entries: Sequence[Entry]) -> list[str]:
    """Insert those of `entries` that may be kept; one verdict for each, in their order."""
    keys = _keys(session, {entry.key_iri for entry in entries})
    digests = [entry.digest for entry in entries]
    known = {row[0] for row in _KNOWN.rows(session, {"digests": digests})}
    blocked = blocked_among(session, {host for entry in entries for host in entry.hosts})
    inboxes = _inboxes(session, {entry.inbox_actor for entry in entries if entry.inbox_actor is not None})
    verdicts, rows = [], []
    for entry in entries:
        key = keys.get(entry.key_iri)
        if not blocked.isdisjoint(entry.hosts):
            verdict = "blocked"
        elif key is None or key.fetched_at != entry.key_fetched_at:
            verdict = "stale-key"
        elif key.barred:
            verdict = "suspended"
        elif entry.inbox_actor is not None and entry.inbox_actor not in inboxes:
            verdict = "no-such-inbox"
        elif entry.digest in known:
            verdict = "repeated"
        else:
            verdict = "accepted"
            known.add(entry.digest)
            rows.append(_row(entry))
        verdicts.append(verdict)
    _revive(session, {entry.host for entry in entries} - blocked, entries[0].received_at)
    if rows:
        _NEW.insert_many(session, rows)
    return verdicts


def _revive(session: Session, hosts: set[str], now: datetime) -> None:
    """Whoever sends us something lives: what waits for them is tried now."""
    for host in {host for (host,) in _TROUBLED.rows(session, {"hosts": list(hosts)})}:
        revive(session, host, now)


@dataclass(frozen=True, slots=True)
class _Key:
    fetched_at: datetime
    barred: bool


def _keys(session: Session, iris: set[str]) -> dict[str, _Key]:
    rows = _KEYS.rows(session, {"iris": list(iris)})
    return {iri: _Key(fetched_at, bool(barred)) for iri, fetched_at, barred in rows}


def _inboxes(session: Session, actor_iris: set[str]) -> set[str]:
    if not actor_iris:
        return set()
    return set(
        session.scalars(
            select(Actor.iri).where(Actor.iri.in_(actor_iris), Actor.local.is_(True), Actor.deleted_at.is_(None))
        )
    )


def _row(entry: Entry) -> dict[str, object]:
    return {
        "digest": entry.digest,
        "iri": entry.iri,
        "actor_iri": entry.actor_iri,
        "host": entry.host,
        "type": entry.type[:_WORD],
        "object_iri": entry.object_iri,
        "body": entry.body,
        "trust": entry.trust,
        "state": "new",
        "attempts": 0,
        "received_at": entry.received_at,
    }
