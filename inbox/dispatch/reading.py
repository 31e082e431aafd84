"""From a saved row to what a handler hears: read again, its sender found, its kind told."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, load_only

from actors.lists import blocked_among
from actors.people import Actor
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON, parse
from fediverse.errors import Malformed
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import read
from inbox.dispatch.due import Row
from inbox.dispatch.table import handler_for
from inbox.heard import Found, Heard, Wanted
from inbox.relation import note_followed

EXPECTED = 256
EXPECTED_BYTES = 8_192


@dataclass(slots=True)
class Item:
    """A row on its way: read once, and what was fetched for it."""

    row: Row
    activity: wire.Activity
    document: dict[str, JSON]
    found: Found = field(default_factory=Found)


@dataclass(frozen=True, slots=True)
class House:
    """What does not change from one activity to the next."""

    origin: str
    limits: Limits
    now: datetime


class Expected:
    """What the gate of this process has read a moment ago: a shortcut, never the only copy.

    Only small ones are kept, and few: what is not here is read again from its row.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, wire.Activity, dict[str, JSON]]] = OrderedDict()

    def put(self, iri: str, body: bytes, activity: wire.Activity, document: dict[str, JSON]) -> None:
        """Keep it until it is taken, or until there are too many."""
        if len(body) <= EXPECTED_BYTES:
            self._kept[iri] = (body, activity, document)
            if len(self._kept) > EXPECTED:
                with contextlib.suppress(KeyError):
                    self._kept.popitem(last=False)

    def take(self, row: Row) -> Item | None:
        """What was read of exactly the bytes in `row`, if it is still here. From any thread."""
        kept = self._kept.pop(row.iri, None)
        return Item(row, kept[1], kept[2]) if kept is not None and kept[0] == row.body else None


def read_row(row: Row, limits: Limits, expected: Expected) -> Item:
    """Raises Malformed: it was readable when it was saved, but the limits may have changed since."""
    item = expected.take(row)
    if item is not None:
        return item
    document = parse(row.body or b"", limits)
    activity = read(readable(document), limits)
    if not isinstance(activity, wire.Activity):
        raise Malformed("not-an-activity")
    return Item(row, activity, document)


# What handlers ask of nearly every sender; the rest of its 37 columns is loaded if one does. Their JSON costs most.
_SENDERS = (
    select(Actor)
    .options(
        load_only(
            Actor.iri,
            Actor.local,
            Actor.type,
            Actor.kind,
            Actor.username,
            Actor.authority,
            Actor.host,
            Actor.inbox_id,
            Actor.delivery_inbox_id,
            Actor.inbox_iri,
            Actor.shared_inbox_iri,
            Actor.followers_iri,
            Actor.suspended_at,
            Actor.deleted_at,
        )
    )
    .where(Actor.iri.in_(bindparam("iris", expanding=True)))
)


class Senders:
    """Who speaks in a batch, and whom of them ours don't want to hear: three questions for all together."""

    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        iris = list({row.actor_iri for row in rows})
        self._actors = {actor.iri: actor for actor in session.scalars(_SENDERS, {"iris": iris})}
        hosts = {row.host for row in rows} | {actor.host for actor in self._actors.values()}
        self._blocked = blocked_among(session, hosts)
        note_followed(session, [actor.id for actor in self._actors.values()])

    def actor(self, iri: str) -> Actor | None:
        """The actor, or None if we never met."""
        return self._actors.get(iri)

    def hear(self, item: Item, house: House) -> Heard:
        """What the handler of `item` is given.

        Raises:
            Refused: "unknown-actor", "ours", "suspended", "actor-gone", "blocked".
        """
        # Asked anew each time: an earlier activity of this very batch may have ended or suspended the sender.
        sender = self._admit(item.row.actor_iri)
        if item.row.host in self._blocked:
            raise Refused("blocked", host=item.row.host)
        return Heard(
            activity=item.activity,
            document=item.document,
            sender=sender,
            trust=item.row.trust,
            origin=house.origin,
            limits=house.limits,
            now=house.now,
            found=item.found,
        )

    def _admit(self, iri: str) -> Actor:
        sender = self.actor(iri)
        if sender is None:
            raise Refused("unknown-actor", iri=iri)
        if sender.local:
            raise Refused("ours", iri=sender.iri)
        if sender.deleted_at is not None:
            raise Refused("actor-gone", iri=sender.iri)
        if sender.suspended_at is not None:
            raise Refused("suspended", iri=sender.iri)
        if sender.host in self._blocked:
            raise Refused("blocked", host=sender.host)
        return sender


def wanted(session: Session, item: Item, senders: Senders, house: House) -> Sequence[Wanted]:
    """What must be fetched before `item` can be applied; nothing again that was tried before."""
    if senders.actor(item.row.actor_iri) is None:
        first = [Wanted(item.row.actor_iri, "actor")]
        return [] if item.found.tried(item.row.actor_iri) or item.activity.type == "Delete" else first
    handler = handler_for(session, item.activity)
    if handler is None:
        return []
    heard = senders.hear(item, house)
    return [each for each in handler.needs(session, heard) if not item.found.tried(each.iri)]
