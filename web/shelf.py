"""Finished answers to machines, and a shelf that keeps them for a second."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: status, media type and bytes."""

    status: int
    media_type: str
    body: bytes


class Shelf:
    """Answers of the last second, so that a crowd that asks for one document costs one query.

    A second is the price: a change is seen everywhere a second after its commit, in every process,
    and there is nothing to invalidate. Bounded; the oldest goes.
    """

    def __init__(self, *, keep_s: float = 1.0, most: int = 2_000) -> None:
        self._keep_s, self._most = keep_s, most
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[Answer]]] = OrderedDict()

    async def get(self, key: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer under `key`, made by `make` if there is none of the last second; one at a time."""
        now = time.monotonic()
        known = self._answers.get(key)
        if known is not None and now - known[0] < self._keep_s and not known[1].cancelled():
            return await asyncio.shield(known[1])
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[key] = (now, future)
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        try:
            answer = await make()
        except BaseException as error:
            self._answers.pop(key, None)
            if not future.done():
                future.set_exception(error)
                future.exception()  # looked at, so that nobody is warned of an error that was raised here
            raise
        future.set_result(answer)
        return answer
