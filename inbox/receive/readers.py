"""Who signed a GET: for documents that are not for everybody.

A reader that can't be recognised is nobody, and nobody is told why: what is not theirs to see is not there (P3).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from actors import moderation, people
from actors.database import Database
from actors.people import Actor
from fediverse.errors import FediverseError
from fediverse.signatures import SignedRequest, examine
from inbox.receive.keys import Keys


class Readers:
    """Recognises actors of other servers by the signature on their request."""

    def __init__(self, db: Database, keys: Keys, *, now: Callable[[], datetime]) -> None:
        self._db = db
        self._keys = keys
        self._now = now

    async def recognise(self, request: SignedRequest) -> Actor | None:
        """The actor that signed `request`; None if none did, or none that we would show anything."""
        try:
            claim = examine(request, now=self._now())
            key = await self._keys.known(claim.key_iri) or await self._keys.fetch(claim.key_iri)
            claim.verify(key.public)
        except FediverseError:
            return None
        return await self._db.read(_welcome, key.actor_iri)


def _welcome(session: Session, actor_iri: str) -> Actor | None:
    actor = people.find_actor(session, actor_iri)
    if actor is None or actor.suspended_at is not None or actor.deleted_at is not None:
        return None
    return None if moderation.is_blocked(session, actor.host) else actor
