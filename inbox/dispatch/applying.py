"""Applying a batch: effects, answers and «applied» in one transaction.

First all together, without savepoints, which is what happens nearly always. If one of them refuses or fails,
the transaction is given up and done again with each activity in a savepoint of its own, so that a bad one
undoes only itself.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from actors import threads
from actors.arrivals import foreseen
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.errors import FediverseError
from inbox.dispatch import due
from inbox.dispatch.reading import House, Item, Senders
from inbox.dispatch.table import handler_for
from inbox.heard import Later

log = structlog.get_logger()

NOT_UNDERSTOOD = "not-understood"


class NotTogether(Exception):
    """One of the batch refused or failed, so each needs a savepoint."""


def apply_together(session: Session, items: Sequence[Item], house: House, senders: Senders) -> None:
    """Apply `items`, which nobody else can deal with until the transaction ends, in order.

    Raises:
        NotTogether: nothing was done; use `apply_one_by_one`.
    """
    applied: list[int] = []
    try:
        with _foreseeing(session, items), threads.together(session):
            told: set[str | None] = set()
            for item in items:
                if item.row.object_iri in told or not _stands_alone(item):
                    threads.write_put_off(session)
                told.add(item.row.object_iri)
                code = _apply(session, item, senders, house)
                if code is None:
                    applied.append(item.row.id)
                else:
                    due.mark_refused(session, item.row.id, code, now=house.now)
        session.flush()
    except OperationalError:
        raise
    except Exception as error:
        raise NotTogether from error
    due.mark_applied(session, applied, now=house.now)


def _foreseeing(session: Session, items: Sequence[Item]) -> AbstractContextManager[None]:
    created = {item.row.object_iri for item in items if item.activity.type == "Create" and item.row.object_iri}
    return foreseen(session, created, {item.row.host for item in items})


def _stands_alone(item: Item) -> bool:
    """Whether nothing that came just before can matter to it: a new note that answers nothing."""
    thing = item.activity.objects[0] if item.activity.objects else None
    return item.activity.type == "Create" and isinstance(thing, wire.Note) and thing.in_reply_to is None


def apply_one_by_one(session: Session, items: Sequence[Item], house: House, _senders: Senders) -> None:
    """The same with a savepoint each; whatever goes wrong with one is written on its row."""
    held: set[tuple[str, str | None]] = set()
    for item in items:
        row = item.row
        if (row.host, row.object_iri) in held or (row.host, row.iri) in held:
            continue
        if not _apply_alone(session, item, house):
            # What touches the same object must not overtake it; the next round finds them both waiting.
            held.add((row.host, row.iri))
            if row.object_iri is not None:
                held.add((row.host, row.object_iri))


def _apply_alone(session: Session, item: Item, house: House) -> bool:
    """Apply one in a savepoint; False when it has to be tried again."""
    row = item.row
    try:
        with session.begin_nested():
            code = _apply(session, item, Senders(session, [row]), house)
    except OperationalError:
        raise
    except Refused as refusal:
        code = refusal.code
    except FediverseError as error:
        code = error.code
    except Later as later:
        return due.mark_failed(session, row, later.code, now=house.now, for_good="refused")
    except Exception as error:
        mark = _mark_of(error)
        log.exception("incoming activity failed", iri=row.iri, attempt=row.attempts + 1, traceback_hash=mark)
        return due.mark_failed(session, row, f"{type(error).__name__} {mark}", now=house.now)
    if code is None:
        due.mark_applied(session, [row.id], now=house.now)
    else:
        due.mark_refused(session, row.id, code, now=house.now)
    return True


def _mark_of(error: BaseException) -> str:
    """The same for the same bug, whatever activity met it: a hash of the places on the way to it."""
    places = "".join(f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
    return hashlib.sha256(f"{type(error).__name__}{places}".encode()).hexdigest()[:16]


def _apply(session: Session, item: Item, senders: Senders, house: House) -> str | None:
    heard = senders.hear(item, house)
    handler = handler_for(session, item.activity)
    return NOT_UNDERSTOOD if handler is None else handler.apply(session, heard)
