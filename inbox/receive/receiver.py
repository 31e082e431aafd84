"""`Receiver.accept`: from a signed request to a saved row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from actors.database import Database, utc_now
from fediverse.limits import Limits

if TYPE_CHECKING:
    from fediverse.fetch import Fetcher
    from fediverse.signatures import SignedRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told.

    Attributes:
        status: 202 when it is saved (or a repeat, or nothing worth saving), else 400, 401, 403, 404, 413, 415, 429, 503.
        code: why, in one word for logs and tests: "accepted", "repeated", "dropped", or the refusal.
        headers: such as Accept-Signature on a 401 and Retry-After on a 429 or 503.
    """

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Receiver:
    """The gate of all inboxes, shared and personal.

    Args:
        origin: ours, such as "https://coop.example".
        wake: called after each commit that saved something: the dispatcher's `wake`.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        origin: str,
        limits: Limits,
        wake: Callable[[], None] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._origin = origin
        self._limits = limits
        self._wake = wake
        self._now = now

    async def accept(self, request: SignedRequest, *, inbox_actor: str | None) -> Answer:
        """Judge `request`, save what it brings, and say what to answer.

        Args:
            request: exactly as it came, the body complete.
            inbox_actor: the id of the actor whose inbox it was sent to; None for the shared inbox.
        """
        raise NotImplementedError
