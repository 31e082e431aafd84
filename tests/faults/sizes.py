"""How much of everything: a short form for every run of the suite, a long one for `make faults`."""

from __future__ import annotations

import os

LONG = os.environ.get("KNOOPPUNT_FAULTS") == "long"


def sized(short: int, long: int) -> int:
    """The number for this run."""
    return long if LONG else short


KILLS = sized(8, 100)
HOSTS = 20
BACK_WITHIN_S = 10.0
"""How soon after a kill everything goes on."""

AWAY_MISSES = sized(25, 200)

BAD_HOSTS_GOOD = 30
DELAY_ROUNDS = sized(3, 5)
DELAY_POSTS = sized(10, 40)

RESTARTS = sized(2, 20)
FULL_EPISODES = sized(1, 10)
INTERLEAVED_POSTS = sized(60, 600)
FUZZED = sized(1_000, 20_000)
