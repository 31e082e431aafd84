"""Reading what a followed actor published before we followed it: its outbox, once, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from actors.database import Database, utc_now
from fediverse.limits import Limits

if TYPE_CHECKING:
    from fediverse.fetch import Fetcher


class Backfiller:
    """Looks for accepted follows of ours whose outbox was not read yet, and reads it."""

    def __init__(
        self, db: Database, fetcher: Fetcher, *, origin: str, limits: Limits, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._db = db
        self._fetcher = fetcher

    async def settle(self) -> int:
        """Read every outbox that is due now; returns how many."""
        raise NotImplementedError
