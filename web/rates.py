"""How often one client may do a kind of thing. Rates hang on handlers, never on paths: `@limited(Rate.LOOKUP)`.

What one client did is counted in this process, in memory, and forgotten past a bound.

Source: security contract D8 and §5.
"""

from __future__ import annotations

import functools
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import Enum

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

Handler = Callable[[Request], Awaitable[Response]]


class Rate(Enum):
    """How often one client may do a kind of thing: (at once, and again per second)."""

    PAGE = (120, 20.0)
    FEED = (30, 1.0)
    FORM = (30, 1 / 2)
    LOOKUP = (10, 1 / 10)
    """Makes us ask another server."""
    SIGN_IN = (20, 1 / 3)
    PASSWORD = (5, 1 / 12)
    """At one account, wherever the tries come from."""


READING = frozenset({Rate.PAGE, Rate.FEED})
OWN_MACHINE = frozenset({"127.0.0.1", "::/64"})


class Limiter:
    """Token buckets per kind of thing and client; the oldest are forgotten past `remembered`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, remembered: int = 20_000) -> None:
        self._clock = clock
        self._remembered = remembered
        self._buckets: OrderedDict[tuple[Rate, str], tuple[float, float]] = OrderedDict()

    def wait_s(self, rate: Rate, client: str) -> float:
        """Take one; 0 if there was one, else how many seconds until there is."""
        at_once, per_second = rate.value
        now = self._clock()
        tokens, then = self._buckets.pop((rate, client), (float(at_once), now))
        tokens = min(float(at_once), tokens + (now - then) * per_second)
        allowed = tokens >= 1
        self._buckets[rate, client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / per_second


def limited(rate: Rate) -> Callable[[Handler], Handler]:
    """Let one client call this handler no more often than `rate` says; past it, 429 with Retry-After."""

    def decorate(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def careful(request: Request) -> Response:
            count(request, rate)
            return await handler(request)

        careful.rate = rate  # type: ignore[attr-defined]
        return careful

    return decorate


def count(request: Request, rate: Rate) -> None:
    """Count one of this kind for whoever asks.

    Raises:
        HTTPException: 429 with Retry-After, too many.
    """
    client = client_of(request.scope)
    # Without a proxy's word for it, a client on loopback is this machine looking at itself.
    wait = 0.0 if rate in READING and client in OWN_MACHINE else request.state.limiter.wait_s(rate, client)
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})


def rate_of(handler: object) -> Rate | None:
    """The rate that `limited` hung on a handler."""
    return getattr(handler, "rate", None)


def client_of(scope: Scope) -> str:
    """Whom a rate counts: the address, or the /64 network of an IPv6 address."""
    address = scope["client"][0] if scope.get("client") else "unknown"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
