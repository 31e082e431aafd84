"""Whether a host is blocked, asked before every connection that we open.

The table is read at most once a second, so that a thousand new connections cost one query. What must hold from the
very commit of a block on (what comes in, and what is picked up for delivery) asks the table itself, in its own query.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from actors import moderation
from actors.database import Database
from fediverse.hosts import covers

BELIEVED_FOR_S = 1.0


class Blocks:
    """The blocked names as they were within the last second."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._names: frozenset[str] = frozenset()
        self._partners: frozenset[str] | None = None
        self._read_at = -BELIEVED_FOR_S
        self._reading = asyncio.Lock()

    async def refuses(self, host: str) -> bool:
        """Whether `host`, or a domain above it, is blocked, or is a stranger where only partners are spoken with."""
        if self._clock() - self._read_at >= BELIEVED_FOR_S:
            async with self._reading:
                if self._clock() - self._read_at >= BELIEVED_FOR_S:
                    self._names = frozenset(await self._db.read(moderation.blocked_hosts))
                    self._partners = await self._db.read(moderation.partners_if_only)
                    self._read_at = self._clock()
        if self._partners is not None and host not in self._partners:
            return True
        return bool(self._names) and any(covers(name, host) for name in self._names)
