"""Whose turn it is to be fetched from: how many at once, and how many within an hour.

A slow server may hold its own few places, not everybody's; a party with endless host names under one domain
(a wildcard in DNS costs nothing, CVE-2022-46405) has one allowance for all of them.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fediverse.errors import Unreachable
from fediverse.hosts import neighbourhood
from fediverse.limits import Limits


class Turns:
    """Places for fetches: few per host, some more in total.

    Args:
        limits: `fetches_per_host`, `fetches_total`, `fetch_queue_s`.
    """

    def __init__(self, limits: Limits) -> None:
        self._per_host = limits.fetches_per_host
        self._wait_s = limits.fetch_queue_s
        self._places = asyncio.Semaphore(limits.fetches_total)
        # Only hosts with somebody at the counter or in the queue are in here, so it cannot grow without end.
        self._counters: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at `host`, and keep it until the end of the block.

        Raises:
            Unreachable: "busy", after `fetch_queue_s` of waiting.
        """
        counter, present = self._counters.setdefault(host, (asyncio.Semaphore(self._per_host), []))
        present.append(None)
        try:
            await self._get_in(counter, host)
            try:
                yield
            finally:
                self._places.release()
                counter.release()
        finally:
            present.pop()
            if not present:
                del self._counters[host]

    async def _get_in(self, counter: asyncio.Semaphore, host: str) -> None:
        try:
            async with asyncio.timeout(self._wait_s):
                # The host's own queue first: waiting there must not keep a place from another host.
                await counter.acquire()
                try:
                    await self._places.acquire()
                except BaseException:
                    counter.release()
                    raise
        except TimeoutError as error:
            raise Unreachable("busy", host=host) from error


class Allowance:
    """How many fetches a domain may still cause: refills evenly, holds at most an hour's worth.

    Args:
        limits: `fetches_per_domain_per_h`, `hosts_remembered`.
        seconds: a clock, in seconds; nothing is taken away when it is put back.
    """

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._per_hour = limits.fetches_per_domain_per_h
        self._remembered = limits.hosts_remembered
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, host: str) -> None:
        """Take one.

        Raises:
            Unreachable: "too-many-fetches", with the seconds to wait for the next.
        """
        domain = neighbourhood(host)
        now = self._seconds()
        left, since = self._left.pop(domain, (float(self._per_hour), now))
        left = min(float(self._per_hour), left + max(now - since, 0.0) * self._per_hour / 3600)
        enough = left >= 1
        self._left[domain] = (left - 1 if enough else left, now)
        while len(self._left) > self._remembered:
            self._left.popitem(last=False)
        if not enough:
            raise Unreachable("too-many-fetches", retry_after_s=(1 - left) * 3600 / self._per_hour, domain=domain)
