"""Connections that lie idle between two visits, so that a burst of publications opens each of them once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from outbox.delivery.visit import Wire

KEPT_S = 15.0


class Wires:
    """At most `size` idle ways to authorities, each for at most `KEPT_S` seconds.

    Args:
        open_wire: makes a new one.
        size: how many.
        clock: seconds that only go forward.
    """

    def __init__(
        self, open_wire: Callable[[str], Wire], size: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._open = open_wire
        self._size = size
        self._clock = clock
        self._idle: OrderedDict[str, tuple[Wire, float]] = OrderedDict()

    def take(self, authority: str) -> Wire:
        """The way to `authority`: one that lay idle, or a new one."""
        kept = self._idle.pop(authority, None)
        return self._open(authority) if kept is None else kept[0]

    def give_back(self, authority: str, wire: Wire) -> None:
        """It is not needed now."""
        self._idle[authority] = (wire, self._clock())
        self._drop(len(self._idle) > self._size)

    def sweep(self) -> None:
        """Close what has lain idle too long."""
        self._drop(overfull=False)

    def close(self) -> None:
        """Close all that lie idle."""
        for wire, _ in self._idle.values():
            wire.close()
        self._idle.clear()

    def _drop(self, overfull: bool) -> None:
        while self._idle:
            authority, (wire, since) = next(iter(self._idle.items()))
            if not overfull and self._clock() - since < KEPT_S:
                return
            del self._idle[authority]
            wire.close()
            overfull = len(self._idle) > self._size
