"""`Dispatcher`: applies what the gate saved, host by host, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from actors.database import Database, utc_now
from fediverse.limits import Limits

if TYPE_CHECKING:
    from fediverse.fetch import Fetcher


class Dispatcher:
    """The worker behind the gate.

    Args:
        origin: ours, such as "https://coop.example".
        batch: how many rows share one transaction at most.
        said: called after a commit in which one of our actors may have said something: the courier's `wake`.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        origin: str,
        limits: Limits,
        now: Callable[[], datetime] = utc_now,
        batch: int = 200,
        said: Callable[[], None] | None = None,
    ) -> None:
        self._db = db
        self._fetcher = fetcher

    async def run(self) -> None:
        """Work until cancelled."""
        raise NotImplementedError

    def wake(self) -> None:
        """There may be something to do now."""

    async def settle(self) -> None:
        """Apply everything that is due now, then come back."""
        raise NotImplementedError

    async def drain(self, timeout_s: float) -> None:
        """`settle`, for at most `timeout_s` seconds."""
        raise NotImplementedError
