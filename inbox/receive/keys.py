"""Whose key is it: from memory, from the tables, or asked for once at its origin.

An unknown key is fetched once, however many requests wait for it; a failure is remembered for a while, so
that nobody makes us knock at a dead door all day. What is believed is the owner's own document, fetched by
the owner's own id, and only if it lists the key back (K2).

Source: K2, K8 and K9 of the security contract; §4.2 of the notes on the wire (a key's address may give an actor, a bare
key, or a Multikey).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from actors.database import Database
from actors.moderation import is_blocked
from actors.people import KnownKey, find_key, remember_key
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError, Gone, Malformed, Unauthorised, Unproven
from fediverse.fetch import Budget, Fetcher
from fediverse.hosts import origin_of
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import read

T = TypeVar("T")

REMEMBERED = 2_000
"""Keys in memory, of those who spoke last; a parsed RSA key takes about 3 KB. Others are a look at the tables away."""


class Keys:
    """The public keys of other servers' actors."""

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        limits: Limits,
        now: Callable[[], datetime],
        remembered: int = REMEMBERED,
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._limits = limits
        self._now = now
        self._remembered = remembered
        self._held: OrderedDict[str, KnownKey] = OrderedDict()
        self._failed: OrderedDict[str, tuple[datetime, FediverseError]] = OrderedDict()
        self._asked_again: OrderedDict[str, datetime] = OrderedDict()
        self._flights: dict[str, asyncio.Task[KnownKey]] = {}

    def held(self, key_iri: str) -> KnownKey | None:
        """The key if it is in memory; costs nothing."""
        held = self._held.get(key_iri)
        if held is not None:
            self._held.move_to_end(key_iri)
        return held

    async def known(self, key_iri: str) -> KnownKey | None:
        """The key if it is in memory or in the tables."""
        held = self.held(key_iri)
        if held is not None:
            return held
        found = await self._db.read(find_key, key_iri)
        if found is not None:
            self._keep(self._held, key_iri, found)
        return found

    async def met(self, key_iri: str, hosts: Collection[str]) -> tuple[bool, KnownKey | None]:
        """Whether any of `hosts` is blocked, and the key if we know it, in one look at the tables."""
        blocked, found = await self._db.read(_meet, key_iri, frozenset(hosts))
        if found is not None:
            self._keep(self._held, key_iri, found)
        return blocked, found

    def forget(self, key_iri: str) -> None:
        """Read it from the tables next time."""
        self._held.pop(key_iri, None)

    def is_old(self, key: KnownKey) -> bool:
        """Whether it was fetched so long ago that its origin should be asked again."""
        return self._now() - key.fetched_at > timedelta(seconds=self._limits.key_cache_s)

    def may_ask_again(self, key_iri: str) -> bool:
        """Whether a refresh is due: at most one per key in `key_refetch_s`. Asking counts as doing it."""
        now, last = self._now(), self._asked_again.get(key_iri)
        if last is not None and now - last < timedelta(seconds=self._limits.key_refetch_s):
            return False
        self._keep(self._asked_again, key_iri, now)
        return True

    def failure(self, key_iri: str) -> FediverseError | None:
        """Why the key could not be had a short while ago, if that is still to be believed."""
        failed = self._failed.get(key_iri)
        if failed is None:
            return None
        at, error = failed
        if self._now() - at < timedelta(seconds=self._limits.key_negative_s):
            return error
        del self._failed[key_iri]
        return None

    async def fetch(self, key_iri: str) -> KnownKey:
        """Ask the key's origin, remember the owner and its keys, and give the key.

        Raises:
            FediverseError: it could not be had, or may not be believed; remembered for `key_negative_s`.
        """
        failure = self.failure(key_iri)
        if failure is not None:
            raise failure
        flight = self._flights.get(key_iri)
        if flight is None:
            flight = self._flights[key_iri] = asyncio.create_task(self._fetch(key_iri))
            flight.add_done_callback(lambda done: self._land(key_iri, done))
        return await asyncio.shield(flight)

    def _land(self, key_iri: str, flight: asyncio.Task[KnownKey]) -> None:
        del self._flights[key_iri]
        if not flight.cancelled():
            flight.exception()  # looked at, in case that nobody waits any more

    async def _fetch(self, key_iri: str) -> KnownKey:
        try:
            owner, document = await self._owner(key_iri)
            key = await self._db.write(_learn, owner, document, key_iri, self._now())
        except Refused as refusal:
            error: FediverseError = Unproven(refusal.code, key=key_iri)
        except (Malformed, Unauthorised) as failure:
            # Whatever is wrong with their document, what it means here is that nothing is proven.
            error = Unproven(failure.code, key=key_iri)
        except FediverseError as failure:
            error = failure
        else:
            self._keep(self._held, key_iri, key)
            return key
        self._held.pop(key_iri, None)
        self._keep(self._failed, key_iri, (self._now(), error))
        raise error

    async def _owner(self, key_iri: str) -> tuple[wire.Actor, dict[str, JSON]]:
        """The owner's document, fetched by its own id: read, and as it came."""
        budget = self._fetcher.budget()
        thing, document = await self._read(key_iri, budget)
        if isinstance(thing, wire.Actor):
            return thing, document  # The fetcher has confirmed that this id answers with this document.
        owner_iri = thing.owner if isinstance(thing, wire.PemKey) else None
        if isinstance(thing, wire.Multikey):
            owner_iri = thing.controller
        if owner_iri is None or thing.id != key_iri:
            raise Unproven("not-a-key", key=key_iri)
        if origin_of(owner_iri) != origin_of(key_iri):
            raise Unauthorised("foreign-owner", key=key_iri, owner=owner_iri)
        owner, document = await self._read(owner_iri, budget.deeper())
        if not isinstance(owner, wire.Actor) or owner.id != owner_iri:
            raise Unproven("not-an-actor", key=key_iri, owner=owner_iri)
        return owner, document

    async def _read(self, iri: str, budget: Budget) -> tuple[wire.Object, dict[str, JSON]]:
        fetched = await self._fetcher.document(iri, budget=budget)
        thing = read(readable(fetched.json), self._limits)
        if isinstance(thing, wire.Tombstone):
            raise Gone(iri=iri)
        return thing, fetched.json

    def _keep(self, store: OrderedDict[str, T], key_iri: str, value: T) -> None:
        store[key_iri] = value
        store.move_to_end(key_iri)
        while len(store) > self._remembered:
            store.popitem(last=False)


def _meet(session: Session, key_iri: str, hosts: frozenset[str]) -> tuple[bool, KnownKey | None]:
    if any(is_blocked(session, host) for host in hosts):
        return True, None
    return False, find_key(session, key_iri)


def _learn(session: Session, owner: wire.Actor, document: dict[str, JSON], key_iri: str, now: datetime) -> KnownKey:
    key = remember_key(session, owner, key_iri, now=now, raw=document)
    if key is None or key.actor_iri != owner.id:
        # The key's address exists, but its owner does not know it: anybody could have put it there (K2).
        raise Refused("key-not-listed", key=key_iri)
    return key
