"""From a saved row to what a handler hears: read again, its sender found, its kind told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import moderation
from actors.people import Actor
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON, parse
from fediverse.errors import Malformed
from fediverse.limits import Limits
from fediverse.vocabulary import read
from inbox.dispatch.due import Row
from inbox.dispatch.table import handler_for
from inbox.heard import Found, Heard, Wanted


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


def read_row(row: Row, limits: Limits) -> Item:
    """Raises Malformed: it was readable when it was saved, but the limits may have changed since."""
    document = parse(row.body or b"", limits)
    activity = read(document, limits)
    if not isinstance(activity, wire.Activity):
        raise Malformed("not-an-activity")
    return Item(row, activity, document)


class Senders:
    """The actors and host policies that a batch is about, asked for once."""

    def __init__(self, session: Session, actor_iris: Iterable[str]) -> None:
        self._session = session
        query = select(Actor).where(Actor.iri.in_(set(actor_iris)))
        self._actors = {actor.iri: actor for actor in session.scalars(query)}
        self._policies: dict[str, str] = {}

    def actor(self, iri: str) -> Actor | None:
        """The actor, or None if we never met."""
        return self._actors.get(iri)

    def policy(self, host: str) -> str:
        """What we decided about `host`."""
        policy = self._policies.get(host)
        if policy is None:
            policy = self._policies[host] = moderation.policy_for(self._session, host)
        return policy

    def hear(self, item: Item, house: House) -> Heard:
        """What the handler of `item` is given.

        Raises:
            Refused: "unknown-actor", "ours", "suspended", "actor-gone", "blocked".
        """
        sender = self.actor(item.row.actor_iri)
        if sender is None:
            raise Refused("unknown-actor", iri=item.row.actor_iri)
        policy = self._admit(sender)
        if item.row.host != sender.host and self.policy(item.row.host) == "blocked":
            raise Refused("blocked", host=item.row.host)
        return Heard(
            activity=item.activity,
            document=item.document,
            sender=sender,
            policy=policy,
            trust=item.row.trust,
            origin=house.origin,
            limits=house.limits,
            now=house.now,
            found=item.found,
        )

    def _admit(self, sender: Actor) -> str:
        if sender.local:
            raise Refused("ours", iri=sender.iri)
        if sender.deleted_at is not None:
            raise Refused("actor-gone", iri=sender.iri)
        if sender.suspended_at is not None:
            raise Refused("suspended", iri=sender.iri)
        policy = self.policy(sender.host)
        if policy == "blocked":
            raise Refused("blocked", host=sender.host)
        return policy


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
