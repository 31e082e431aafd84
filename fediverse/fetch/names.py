"""Asking the name service for addresses, so that a name server that never answers holds up nobody else's names.

The system's own call can neither be given a deadline nor be interrupted, and in the few threads of an event loop a
handful of silent name servers would stop every delivery. Here each question has a thread of its own, up to a number;
questions for the same name are one question; and an answer is good for a minute. Whoever asks puts a deadline around
it; what comes out is judged anew at every connection, so an old answer is no way past the guard.
"""

import asyncio
import ipaddress
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress

from fediverse.limits import Limits

_QUESTIONS_AT_ONCE = 64
_GOOD_FOR_S = 60.0


def look_up(host: str) -> Sequence[str]:
    """The addresses of `host` as this machine finds them, in its order of preference. Blocks; raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # A scope id comes as the fourth part of an IPv6 address; it must not get lost before it is judged.
    return [f"{at[0]}%{at[3]}" if len(at) == 4 and at[3] else str(at[0]) for *_, at in found]


class Names:
    """From names to addresses.

    Args:
        limits: `hosts_remembered`.
        look_up: the blocking question; tests give their own.
    """

    def __init__(self, limits: Limits, look_up: Callable[[str], Sequence[str]] = look_up) -> None:
        self._remembered = limits.hosts_remembered
        self._look_up = look_up
        self._places = asyncio.Semaphore(_QUESTIONS_AT_ONCE)
        self._known: OrderedDict[str, tuple[float, Sequence[str]]] = OrderedDict()
        self._flights: dict[str, asyncio.Task[Sequence[str]]] = {}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of `host`; an address is its own. `port` makes no difference.

        Raises:
            OSError: there is no such name, or nobody to ask.
        """
        if _is_address(host):
            return [host]
        until, addresses = self._known.get(host, (0.0, ()))
        if asyncio.get_running_loop().time() < until:
            return addresses
        flight = self._flights.get(host)
        if flight is None:
            flight = self._flights[host] = asyncio.create_task(self._ask(host))
            flight.add_done_callback(lambda done: self._land(host, done))
        # The thread cannot be stopped, so a caller who gives up leaves it to those who come after.
        return await asyncio.shield(flight)

    def _land(self, host: str, flight: asyncio.Task[Sequence[str]]) -> None:
        del self._flights[host]
        if not flight.cancelled():
            flight.exception()  # Looked at, in case that nobody is waiting any more.

    async def _ask(self, host: str) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        async with self._places:
            answer: asyncio.Future[Sequence[str]] = loop.create_future()
            # A daemon: the program can end while a name server is still silent.
            threading.Thread(target=self._run, args=(loop, host, answer), name="name", daemon=True).start()
            addresses = await answer
        self._known[host] = (loop.time() + _GOOD_FOR_S, addresses)
        self._known.move_to_end(host)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return addresses

    def _run(self, loop: asyncio.AbstractEventLoop, host: str, answer: asyncio.Future[Sequence[str]]) -> None:
        error: OSError | None = None
        addresses: Sequence[str] = ()
        try:
            addresses = self._look_up(host)
        except OSError as failure:
            error = failure
        except UnicodeError as failure:
            error = OSError(str(failure))

        def deliver() -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(addresses)
            else:
                answer.set_exception(error)

        # The loop may have ended meanwhile; then nobody is waiting.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
