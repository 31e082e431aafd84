"""A shelf that keeps what everybody is shown for a second: finished answers to machines, what the front page says."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: status, media type and bytes."""

    status: int
    media_type: str
    body: bytes


class Shelf:
    """What was asked for in the last second, so that a crowd that asks for one thing costs one query.

    For what is public and the same for everybody, and nothing else: whoever asks next is given it too.

    A second is the price: a change is seen everywhere a second after its commit, in every process,
    and there is nothing to invalidate. Bounded; the oldest goes.
    """

    def __init__(self, *, keep_s: float = 1.0, most: int = 2_000) -> None:
        self._keep_s, self._most = keep_s, most
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[Any]]] = OrderedDict()

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """What lies under `key`, made by `make` if there is nothing of the last second; one at a time.

        A key is a IRI, or begins with the name of the page; whoever uses one gives the same `make` each time.
        """
        now = time.monotonic()
        known = self._answers.get(key)
        if known is not None and now - known[0] < self._keep_s and not known[1].cancelled():
            kept: T = await asyncio.shield(known[1])
            return kept
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._answers[key] = (now, future)
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        try:
            made = await make()
        except BaseException as error:
            self._answers.pop(key, None)
            if not future.done():
                future.set_exception(error)
                future.exception()  # looked at, so that nobody is warned of an error that was raised here
            raise
        future.set_result(made)
        return made
