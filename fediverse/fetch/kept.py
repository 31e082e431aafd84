"""Connections kept for the next question to the same origin: a few, for a short time."""

from collections import OrderedDict
from collections.abc import Callable

from fediverse.fetch.messages import Connection

_PER_ORIGIN = 2
_IN_ALL = 64
_IDLE_S = 10.0


class KeptConnections:
    """Idle connections by origin, the one that was used last first. The oldest goes when there are too many."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._idle: OrderedDict[str, list[tuple[Connection, float]]] = OrderedDict()
        self._count = 0

    def take(self, origin: str) -> Connection | None:
        """One that may still be open, or None."""
        idle = self._idle.get(origin)
        while idle:
            connection, until = idle.pop()
            self._count -= 1
            if not idle:
                del self._idle[origin]
            if connection.usable and self._seconds() < until:
                return connection
            connection.close()
        return None

    def give(self, origin: str, connection: Connection) -> None:
        """Keep `connection` for a while, if it can be used again."""
        idle = self._idle.setdefault(origin, [])
        if not connection.usable or len(idle) >= _PER_ORIGIN:
            connection.close()
            if not idle:
                del self._idle[origin]
            return
        idle.append((connection, self._seconds() + _IDLE_S))
        self._count += 1
        self._idle.move_to_end(origin)
        while self._count > _IN_ALL:
            _, oldest = self._idle.popitem(last=False)
            self._count -= len(oldest)
            for old, _ in oldest:
                old.close()

    def close(self) -> None:
        """Let all go."""
        for idle in self._idle.values():
            for connection, _ in idle:
                connection.close()
        self._idle.clear()
        self._count = 0
