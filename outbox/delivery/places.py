"""How many visits there are at once: places for the quick, places for those in trouble, and a bench before them.

A visit that waits too long gives its quick place back and goes on in overtime, where there is room for many:
a request that waits costs nothing but a connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from outbox.delivery.batches import Batch
from outbox.delivery.leases import Claimed
from outbox.delivery.letters import Letter
from outbox.delivery.settling import Standing

OVERTIME_PLACES = 4
"""How many times the quick places may wait in overtime."""


@dataclass(slots=True)
class Visit:
    """A lane that is being served, or about to be.

    Attributes:
        standing: how the lane stands by the latest word of this visit.
        sure_until: until when the lane is surely ours, by the event loop's clock.
    """

    lane: Claimed
    batch: Batch
    letters: Mapping[int, Letter]
    quick: bool
    standing: Standing
    sure_until: float
    task: asyncio.Task[None] | None = None


class Places:
    """`quick` places, a quarter as many for lanes in trouble, and as many on the bench as there are quick ones."""

    def __init__(self, quick: int) -> None:
        self._quick_places = quick
        self._troubled_places = max(2, quick // 4)
        self._quick: set[str] = set()
        self._slow: set[str] = set()
        self._bench: deque[Visit] = deque()
        self.visits: dict[str, Visit] = {}

    @property
    def empty(self) -> bool:
        """Nobody is served, nobody waits."""
        return not (self.visits or self._bench)

    def room(self, *, quick: bool, tick: bool) -> int:
        """How many lanes to take now; unless it is a tick, only if it is worth the trouble."""
        if quick:
            room = 2 * self._quick_places - len(self._quick) - len(self._bench)
            return room if room >= (1 if tick else self._quick_places) else 0
        room = self._troubled_places - len(self._slow)
        return room if room >= (1 if tick else max(1, self._troubled_places // 4)) else 0

    def wait(self, visit: Visit) -> None:
        """Sit down on the bench."""
        self._bench.append(visit)

    def following(self) -> Visit | None:
        """Who begins now: the first on the bench, if there is a quick place."""
        if self._bench and len(self._quick) < self._quick_places:
            return self._bench.popleft()
        return None

    def begin(self, visit: Visit) -> None:
        """Take a place."""
        authority = visit.lane.authority
        (self._quick if visit.quick else self._slow).add(authority)
        self.visits[authority] = visit

    def end(self, visit: Visit) -> None:
        """Leave it."""
        authority = visit.lane.authority
        self._quick.discard(authority)
        self._slow.discard(authority)
        del self.visits[authority]

    def into_overtime(self, visit: Visit) -> bool:
        """Give the quick place back and go on; False if there is no room for that."""
        authority = visit.lane.authority
        if authority not in self._quick or len(self._slow) >= OVERTIME_PLACES * self._quick_places:
            return False
        self._quick.discard(authority)
        self._slow.add(authority)
        return True

    def all(self) -> list[Visit]:
        """All visits, the bench included."""
        return [*self.visits.values(), *self._bench]

    def held(self) -> list[str]:
        """Their authorities."""
        return [visit.lane.authority for visit in self.all()]

    def clear_bench(self) -> list[str]:
        """Send the bench home; who that was."""
        left = [visit.lane.authority for visit in self._bench]
        self._bench.clear()
        return left
