"""When to try again, and what an answer means for the queue behind it. Pure.

Source: §2.2–2.4 of the reliability contract; interop.md §6.19 and §6.28.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

WAITS = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
LONGEST_WAIT = timedelta(hours=12)
JITTER = 0.2
RETRY_AFTER_LIMIT = timedelta(hours=24)
TRIES_BEFORE_PARKING = 3
AWAY_AFTER = timedelta(days=7)
DEAD_AFTER = timedelta(days=30)
DEAD_PROBE = timedelta(days=7)
"""How often a dead host is tried once, if there is anything to tell."""
FOLLOWERS_KEPT = timedelta(days=90)
"""How long the followers of a silent host are kept."""
SCHEME_KEPT = timedelta(days=30)

_COME_BACK_LATER = frozenset({408, 425, 429})


class Verdict(StrEnum):
    """What becomes of a row after an answer."""

    DONE = "done"
    REFUSED = "refused"
    """Try the row again, three times in all; then park it and go on."""
    NO_INBOX = "no-inbox"
    """The same, and ask whether the actor is still there."""
    LATER = "later"
    """The whole lane waits."""


def judge(status: int) -> Verdict:
    """What an answer with `status` means. A redirect is no delivery: a POST is never sent on."""
    if 200 <= status < 300:
        return Verdict.DONE
    if status >= 500 or status in _COME_BACK_LATER:
        return Verdict.LATER
    return Verdict.NO_INBOX if status in (404, 410) else Verdict.REFUSED


def schedule(failures: int, chance: float = 0.5) -> timedelta:
    """How long to wait after `failures` failures in a row (at least 1).

    10 s, 30 s, 1 min, 5 min, 15 min, 1 h, 3 h, 6 h, then 12 h give or take a fifth.

    Args:
        failures: what failed within one visit counts once.
        chance: 0 to 1, where in the jitter of the longest wait.
    """
    if failures <= len(WAITS):
        return WAITS[max(failures, 1) - 1]
    return LONGEST_WAIT * (1 - JITTER + 2 * JITTER * chance)


def spread(authority: str, failures: int) -> float:
    """A `chance` that differs from lane to lane and from time to time, and is the same after a restart."""
    return crc32(f"{authority} {failures}".encode()) / 2**32


def state_after(failing_since: datetime, now: datetime) -> str:
    """alive, away or dead, by how long nothing has come through."""
    silent = now - failing_since
    if silent >= DEAD_AFTER:
        return "dead"
    return "away" if silent >= AWAY_AFTER else "alive"
