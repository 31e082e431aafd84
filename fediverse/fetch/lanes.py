"""Delivery: one connection to one server, activities one after the other.

A lane is opened by its first post, kept while it is used, opened again when the other side closed it in between, and
closed by whoever made it. It is cheap enough to have one for every server that is spoken to in a minute: no pool, no
search, no state but the connection. A POST is never redirected, and never sent twice once a byte of an answer came.

Source: S8 of the security contract (one total deadline per delivery); interop notes §6.6.
"""

import asyncio
from collections.abc import Callable, Mapping

from fediverse.errors import ForbiddenAddress, Unreachable
from fediverse.fetch.asking import Refuse, settled
from fediverse.fetch.messages import Connection, Request, Response, merged
from fediverse.fetch.network import Network
from fediverse.hosts import Iri, parse_iri
from fediverse.limits import Limits


class Lane:
    """The way to the inboxes of one authority.

    Args:
        network: where connections come from.
        authority: canonical host, and `:port` when it is not the scheme's own.
        user_agent: says who delivers.
        limits: `delivery_total_s`, `answer_bytes`.
        refuse: whether a host is blocked; asked before a connection is opened.
    """

    __slots__ = ("_authority", "_connection", "_limits", "_network", "_origin", "_refuse", "_user_agent")

    def __init__(
        self,
        network: Network,
        authority: str,
        *,
        user_agent: str,
        limits: Limits,
        refuse: Refuse | None = None,
    ) -> None:
        self._network = network
        self._authority = authority
        self._user_agent = user_agent
        self._limits = limits
        self._refuse = refuse
        self._connection: Connection | None = None
        self._origin = ""

    async def post(
        self,
        inbox_iri: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        may_speak: Callable[[], bool] | None = None,
    ) -> Response:
        """Deliver `body`; the answer is given as it is, whatever its status (see `answers.failure_of`).

        Not for two callers at once: a lane is one queue.

        Args:
            inbox_iri: an inbox of this lane's authority.
            body: the very bytes that are signed.
            headers: Content-Type, Date, Digest, Signature, …; User-Agent, Host and lengths are written here.
            may_speak: asked at the last moment before the request goes out, since opening a connection takes time.

        Raises:
            Unreachable: no answer: "timeout", "no-connection", "connection-closed", …; "silenced" if it may not.
            ForbiddenAddress: the network forbids it, "blocked-host", or "other-lane".
            Malformed: the answer breaks a limit, or an IRI or header is no good.
        """
        iri = parse_iri(inbox_iri, self._limits)
        if iri.authority != self._authority:
            raise ForbiddenAddress("other-lane", iri=inbox_iri, authority=self._authority)
        self._network.permit(iri)
        request = Request("POST", iri, merged({"User-Agent": self._user_agent}, headers), body)
        try:
            async with asyncio.timeout(self._limits.delivery_total_s):
                return await self._converse(iri, request, may_speak)
        except TimeoutError as error:
            raise Unreachable("timeout", iri=inbox_iri) from error

    def close(self) -> None:
        """Let go of the connection; the next post opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _converse(self, iri: Iri, request: Request, may_speak: Callable[[], bool] | None) -> Response:
        keep_bytes = self._limits.answer_bytes
        connection = self._connection
        if connection is not None and connection.usable and self._origin == iri.origin:
            _check(request, may_speak)
            try:
                return await connection.send(request, keep_bytes=keep_bytes, cut=True)
            except Unreachable:
                # It had been closed while it lay idle. Once a byte of an answer came, it is an answer.
                if connection.heard:
                    raise
        self.close()
        # Once a connection, not once a post: the courier asks the same of every batch, in one query for all lanes.
        if self._refuse is not None and await settled(self._refuse(iri.host)):
            raise ForbiddenAddress("blocked-host", host=iri.host)
        connection = self._connection = await self._network.connect(iri)
        self._origin = iri.origin
        _check(request, may_speak)
        return await connection.send(request, keep_bytes=keep_bytes, cut=True)


def _check(request: Request, may_speak: Callable[[], bool] | None) -> None:
    if may_speak is not None and not may_speak():
        raise Unreachable("silenced", iri=request.iri.text)
