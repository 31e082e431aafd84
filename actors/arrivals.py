"""What has to be true of anything that comes from outside, asked in one statement.

Only the author writes; nobody outside writes ours; what was deleted does not return; a suspended author and a blocked
host are stopped at the store, whichever way the thing came (security contract, rows O4, O6, O7, O13, O14).
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from actors.lists import blocked_among, parents
from actors.people import Actor
from actors.refusals import Refused
from actors.statements import Prepared

CLOCK_SKEW = timedelta(days=1)
"""How far ahead of us a publication may be dated; beyond that our own clock counts."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


_QUESTION = """
SELECT (SELECT id FROM offer WHERE iri = :iri), (SELECT id FROM event WHERE iri = :iri),
 (SELECT id FROM post WHERE iri = :iri),
 EXISTS (SELECT 1 FROM tombstone WHERE iri = :iri AND (owner_id IS NULL OR owner_id = :author)),
 EXISTS (SELECT 1 FROM host WHERE policy = 'blocked' AND name IN (HOSTS))
"""


@cache
def _question(labels: int) -> TextClause:
    """The one statement, for a host of so many labels; with a fixed number of parameters it is compiled once."""
    return text(_QUESTION.replace("HOSTS", ", ".join(f":host{at}" for at in range(labels))))


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that already have the IRI; at most one is there."""

    offer_id: int | None
    event_id: int | None
    post_id: int | None


_UNMET = "arrivals: addresses that nothing has"
_WELCOME = "arrivals: hosts that are not blocked"
_TAKEN = Prepared(
    text(
        """
        SELECT iri FROM offer WHERE iri IN :iris UNION ALL SELECT iri FROM event WHERE iri IN :iris
        UNION ALL SELECT iri FROM post WHERE iri IN :iris UNION ALL SELECT iri FROM tombstone WHERE iri IN :iris
        """
    ).bindparams(bindparam("iris", expanding=True))
)


@contextlib.contextmanager
def foreseen(session: Session, iris: Collection[str], hosts: Collection[str]) -> Iterator[None]:
    """Ask for many addresses at once what `check_arrival` would ask for each: inside the block it asks no more for
    those of `iris` that nothing has, the first time it is asked.

    All that brings things in goes by `check_arrival`, so what was new at the beginning of the block is new until then.
    """
    if iris:
        taken = {iri for (iri,) in _TAKEN.rows(session, {"iris": list(iris)})}
        session.info[_UNMET] = set(iris) - taken
        session.info[_WELCOME] = set(hosts) - blocked_among(session, hosts)
    try:
        yield
    finally:
        session.info.pop(_UNMET, None)


def check_arrival(session: Session, author: Actor, iri: str, author_iri: str) -> Known:
    """See whether `author` may write the thing called `iri`, whose document names `author_iri` as its author.

    That `iri` and `author_iri` have one origin was seen when the document was read.

    Raises:
        Refused: "ours", "not-the-author", "author-suspended", "host-blocked", "gone".
    """
    if author.local:
        raise Refused("ours", iri=iri)
    if author.iri != author_iri:
        raise Refused("not-the-author", iri=iri, author=author_iri, by=author.iri)
    if author.suspended_at is not None or author.deleted_at is not None:
        raise Refused("author-suspended", author=author.iri)
    unmet: set[str] = session.info.get(_UNMET, set())
    if iri in unmet:
        unmet.remove(iri)
        if author.host in session.info[_WELCOME]:
            return Known(None, None, None)
    names = parents(author.host)
    facts = {"iri": iri, "author": author.id} | {f"host{at}": name for at, name in enumerate(names)}
    answer = session.connection().execute(_question(len(names)), facts).one()
    offer_id, event_id, post_id, gone, blocked = answer
    if blocked:
        raise Refused("host-blocked", host=author.host)
    if gone:
        raise Refused("gone", iri=iri)
    return Known(offer_id, event_id, post_id)


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment` if something can have been published then, else None."""
    if moment is None or not EARLIEST <= moment <= now + CLOCK_SKEW:
        return None
    return moment


def is_news(held: datetime, said: datetime | None, *, revised: bool) -> bool:
    """Whether a document that says it was changed at `said` counts as newer than what we hold."""
    return revised if said is None else said > held
