"""One question to another server, with every check that stands before it and every bound that stands around it.

Each hop of a fetch comes through here, so no redirect gets past a check that the first request had to pass.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from fediverse.errors import ForbiddenAddress, Malformed, Unreachable
from fediverse.fetch.kept import KeptConnections
from fediverse.fetch.messages import Request, Response, merged
from fediverse.fetch.network import Network
from fediverse.fetch.turns import Allowance, Turns
from fediverse.limits import Limits

# Method, absolute URL, body -> the headers that make it signed. A plain one is run in a thread.
Signer = Callable[[str, str, bytes | None], Mapping[str, str] | Awaitable[Mapping[str, str]]]
# Canonical host -> whether it is blocked.
Refuse = Callable[[str], bool | Awaitable[bool]]

_T = TypeVar("_T")
_SIGNING_THREADS = 2


class Asking:
    """Asks: is it permitted, is the host blocked, is it its turn; then signs, sends and waits, within the time left.

    Args:
        network: where connections come from.
        limits: turns and times.
        refuse: whether a host is blocked.
        now: the clock.
    """

    def __init__(self, network: Network, limits: Limits, *, refuse: Refuse | None, now: Callable[[], datetime]) -> None:
        self._network = network
        self._refuse = refuse
        self._turns = Turns(limits)
        self._allowance = Allowance(limits, lambda: now().timestamp())
        self._kept = KeptConnections(lambda: now().timestamp())
        self._threads = ThreadPoolExecutor(_SIGNING_THREADS, thread_name_prefix="sign-get")

    async def ask(
        self, request: Request, keep_bytes: int, left_s: float, signer: Signer | None = None, signed_url: str = ""
    ) -> tuple[Response, float]:
        """The answer to `request`, and how much of `left_s` is left after it; waiting for a turn does not count.

        Raises:
            ForbiddenAddress: the network forbids it, or "blocked-host".
            Unreachable: "timeout", "busy", "too-many-fetches", or no usable answer.
            Malformed: "content-encoding", or the answer breaks a limit.
        """
        iri = request.iri
        self._network.permit(iri)
        if self._refuse is not None and await settled(self._refuse(iri.host)):
            raise ForbiddenAddress("blocked-host", host=iri.host)
        self._allowance.spend(iri.host)
        async with self._turns.take(iri.host):
            clock = asyncio.get_running_loop().time
            started = clock()
            try:
                async with asyncio.timeout(left_s):
                    if signer is not None:
                        # Signed when it is sent: some servers allow a minute between the two.
                        signature = await self._sign(signer, request.method, signed_url, request.body)
                        request = Request(request.method, iri, merged(request.headers, signature), request.body)
                    response = await self._converse(request, keep_bytes)
            except TimeoutError as error:
                raise Unreachable("timeout", iri=iri.text) from error
            left_s -= clock() - started
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", ""):
            raise Malformed("content-encoding", iri=iri.text, encoding=encoding[:100])
        return response, left_s

    def close(self) -> None:
        """Let go of connections and threads."""
        self._kept.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _converse(self, request: Request, keep_bytes: int) -> Response:
        origin = request.iri.origin
        kept = self._kept.take(origin)
        if kept is not None:
            try:
                response = await kept.send(request, keep_bytes=keep_bytes)
            except Unreachable:
                # It had been closed while it lay idle. Once a byte of an answer came, it is an answer.
                if kept.heard:
                    raise
            else:
                self._kept.give(origin, kept)
                return response
        connection = await self._network.connect(request.iri)
        response = await connection.send(request, keep_bytes=keep_bytes)
        self._kept.give(origin, connection)
        return response

    async def _sign(self, signer: Signer, method: str, url: str, body: bytes | None) -> Mapping[str, str]:
        if inspect.iscoroutinefunction(signer):
            return await settled(signer(method, url, body))
        # An RSA signature takes 0.4 ms without the interpreter's lock: in a thread it delays nobody.
        loop = asyncio.get_running_loop()
        return await settled(await loop.run_in_executor(self._threads, signer, method, url, body))


async def settled(value: _T | Awaitable[_T]) -> _T:
    """`value`, waited for if it must be."""
    return await value if inspect.isawaitable(value) else value
