"""Fetching what an activity needs before it can be applied, outside any transaction and within its budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from actors.database import Database
from actors.people import remember
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError, Gone, Malformed, Unauthorised, Unreachable
from fediverse.fetch import Budget, Fetched, Fetcher
from fediverse.jsonld import readable
from fediverse.vocabulary import read
from inbox.dispatch.reading import House, Item, Senders, wanted
from inbox.heard import Wanted

GATHER_S = 60.0
"""How long gathering for one activity may take in all."""


class Gatherer:
    """Asks the handlers what they need, and fetches it."""

    def __init__(self, db: Database, fetcher: Fetcher, *, now: Callable[[], datetime]) -> None:
        self._db = db
        self._fetcher = fetcher
        self._now = now

    async def gather(self, item: Item, house: House) -> None:
        """Fill `item.found` until its handler misses nothing that could be had."""
        budget = self._fetcher.budget()
        try:
            async with asyncio.timeout(GATHER_S):
                while missing := await self._db.read(_missing, item, house):
                    for each in missing:
                        if not item.found.tried(each.iri):
                            await self._fetch(item, each, budget)
        except TimeoutError:
            for each in await self._db.read(_missing, item, house):
                item.found.failed[each.iri] = Unreachable("timeout", iri=each.iri)

    async def _fetch(self, item: Item, each: Wanted, budget: Budget) -> None:
        purse = budget
        for _ in range(each.depth - 1):
            purse = purse.deeper()
        try:
            fetched = await self._fetcher.document(each.iri, budget=purse)
            thing = read(readable(fetched.json), self._fetcher.limits)
            if fetched.iri != each.iri:
                # What was asked for is only an address of it. The id is what may be spoken about.
                raise Unauthorised("id-mismatch", asked=each.iri, id=fetched.iri)
            if each.kind == "actor":
                await self._remember(thing, fetched, each.iri)
                item.found.actors.add(each.iri)
            else:
                item.found.objects[each.iri] = thing
                item.found.documents[each.iri] = fetched.json
        except FediverseError as error:
            item.found.failed[each.iri] = error
        except Refused as refusal:
            item.found.failed[each.iri] = Unauthorised(refusal.code, iri=each.iri)

    async def _remember(self, thing: wire.Object, fetched: Fetched, iri: str) -> None:
        if isinstance(thing, wire.Tombstone):
            raise Gone(iri=iri)
        if not isinstance(thing, wire.Actor):
            raise Malformed("not-an-actor", iri=iri)
        await self._db.write(_remember, thing, fetched.json, self._now())


def _remember(session: Session, actor: wire.Actor, document: dict[str, JSON], now: datetime) -> None:
    remember(session, actor, now=now, raw=document)


def _missing(session: Session, item: Item, house: House) -> list[Wanted]:
    try:
        return list(wanted(session, item, Senders(session, [item.row]), house))
    except (Refused, FediverseError):
        return []  # Applying it will say so again, on the row.
