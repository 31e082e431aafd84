"""What the gate answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told.

    Attributes:
        status: 202 when it is saved (or a repeat, or nothing worth saving), else 400, 401, 403, 404, 413, 415, 429,
            503.
        code: why, in one word for logs and tests: "accepted", "repeated", "dropped", or the refusal.
        headers: such as Accept-Signature on a 401 and Retry-After on a 429 or 503.
    """

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The request is answered with this status and code, and nothing is saved."""

    def __init__(self, status: int, code: str, retry_after_s: float | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after_s = status, code, retry_after_s
