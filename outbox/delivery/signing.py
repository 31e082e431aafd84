"""Requests signed at the moment of sending, in threads of their own.

An RSA signature takes 0.4 ms and releases the interpreter. A thread takes one job after the other and hands back
what is ready in one call, since a hop between thread and loop for each would cost a third of the signature itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from fediverse.errors import FediverseError
from fediverse.keys import SigningKey
from fediverse.signatures import Scheme, sign

CONTENT_TYPE = {"Content-Type": "application/activity+json"}


@dataclass(slots=True)
class _Job:
    inbox_iri: str
    body: bytes
    key: SigningKey
    scheme: Scheme
    done: asyncio.Future[dict[str, str]]
    result: dict[str, str] | FediverseError | None = None


class Signers:
    """Signs POSTs in at most `threads` threads of `pool` at a time."""

    def __init__(self, pool: Executor, threads: int, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._threads = threads
        self._now = now
        self._jobs: deque[_Job] = deque()
        self._ready: deque[_Job] = deque()
        self._lock = threading.Lock()
        self._working = 0
        self._called = False

    async def sign(self, inbox_iri: str, body: bytes, key: SigningKey, scheme: Scheme) -> dict[str, str]:
        """The headers to send with `body`, signature included.

        Raises:
            Malformed: for `inbox_iri`.
        """
        loop = asyncio.get_running_loop()
        job = _Job(inbox_iri, body, key, scheme, loop.create_future())
        with self._lock:
            self._jobs.append(job)
            more = self._working < self._threads
            self._working += more
        if more:
            self._pool.submit(self._work, loop)
        return await job.done

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._working -= 1
                    return
                job = self._jobs.popleft()
            try:
                job.result = sign(
                    "POST", job.inbox_iri, job.body, job.key, job.scheme, now=self._now(), headers=CONTENT_TYPE
                )
            except FediverseError as error:
                job.result = error
            with self._lock:
                self._ready.append(job)
                call, self._called = not self._called, True
            if call:
                try:
                    loop.call_soon_threadsafe(self._hand_back)
                except RuntimeError:  # the loop is closed: nobody waits any more
                    return

    def _hand_back(self) -> None:
        with self._lock:
            ready, self._ready, self._called = self._ready, deque(), False
        for job in ready:
            if job.done.done():
                continue
            if isinstance(job.result, FediverseError):
                job.done.set_exception(job.result)
            elif job.result is not None:
                job.done.set_result(job.result)
