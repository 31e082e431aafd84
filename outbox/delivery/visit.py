"""One visit to one authority: its batch, request after request, each written down before the next.

Source: §2.1–2.3 of the reliability contract; interop.md §4.2 («double knock»).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from fediverse.errors import FediverseError, ForbiddenAddress, Malformed, Unreachable
from fediverse.fetch import Response
from fediverse.fetch.answers import retry_after_s
from fediverse.keys import SigningKey
from fediverse.signatures import Scheme, next_scheme
from outbox.delivery.batches import Batch, Piece
from outbox.delivery.leases import BLOCKED_PAUSE, Claimed
from outbox.delivery.letters import FORGOTTEN, Letter
from outbox.delivery.schedule import Verdict, judge
from outbox.delivery.settling import Standing, after_refusal, after_silence, after_success, passed, standing_of

SLOW_S = 2.0
"""An answer that took longer puts the lane among the slow ones."""

VISIT_S = 10.0
"""A visit that has lasted longer ends after the request in hand, so that others get its place."""

_OUR_FAULT = frozenset({"bad-header", "bad-iri", "bad-host", "iri-too-long"})


class _Silenced(Exception):
    """The lane may be another's by now; nothing was said, and there is nothing to write down."""


class Wire(Protocol):
    """The way to one authority: `fediverse.fetch.Lane`, or a test's."""

    async def post(
        self, inbox_iri: str, body: bytes, headers: Mapping[str, str], *, may_speak: Callable[[], bool]
    ) -> Response:
        """See `fediverse.fetch.Lane.post`."""

    def close(self) -> None:
        """See `fediverse.fetch.Lane.close`."""


class Desk(Protocol):
    """What a visit needs of the courier."""

    closing: bool

    def now(self) -> datetime:
        """The clock."""

    def holds(self, authority: str) -> bool:
        """Whether the lane is surely ours still. Whoever stood still for long must not speak: another may by now."""

    async def sign(self, inbox_iri: str, body: bytes, key: SigningKey, scheme: Scheme) -> dict[str, str]:
        """See `Signers.sign`."""

    async def settle(self, standing: Standing) -> bool:
        """Have it written; whether the lane is still ours."""

    def ask_after(self, inbox_id: int) -> None:
        """The inbox answered that it is not there: look whether its actors are."""


async def visit(desk: Desk, wire: Wire, lane: Claimed, batch: Batch, letters: Mapping[int, Letter]) -> bool:
    """Send `batch`; ends early when the lane must wait, was taken away, or the courier closes.

    Returns:
        whether the connection is worth keeping.
    """
    standing = standing_of(lane, desk.now())
    if not batch.pieces:
        done = replace(standing, acked_id=batch.until, acked_inbox_id=0, released=True, overtaken=batch.overtaken)
        await desk.settle(done)
        return False
    overtaken = batch.overtaken
    loop = asyncio.get_running_loop()
    until = loop.time() + VISIT_S
    for piece, following in zip(batch.pieces, [*batch.pieces[1:], None], strict=True):
        if not desk.holds(lane.authority):
            return False
        try:
            standing = await _send(desk, wire, standing, piece, letters[piece.log_id])
        except _Silenced:
            return False
        if not standing.released:
            ends = following is None or desk.closing or loop.time() > until
            standing = passed(standing, piece, following, batch.until, released=ends)
        if overtaken:
            behind = tuple(log_id for log_id in overtaken if log_id <= standing.acked_id)
            standing, overtaken = replace(standing, overtaken=behind), overtaken[len(behind) :]
        if not await desk.settle(standing):
            return False
        if standing.released:
            return standing.failures == 0
        if standing.park or standing.overtaken or standing.returned:
            standing = replace(standing, park=None, overtaken=(), returned=False)
    return False


async def _send(desk: Desk, wire: Wire, lane: Standing, piece: Piece, letter: Letter) -> Standing:
    """How the lane stands after this request; the cursor is moved by the caller."""
    if letter.error == FORGOTTEN:
        return lane
    if letter.key is None:
        # Nothing will ever change this: park it at once.
        hopeless = replace(lane, refusals=lane.refusals + 2)
        return after_refusal(hopeless, piece, None, letter.error, slow=lane.slow, now=desk.now())
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        response, scheme = await _knock(desk, wire, lane, piece, letter.body, letter.key)
    except FediverseError as error:
        if error.code == "silenced":
            raise _Silenced from None
        return _after_error(lane, piece, error, desk.now())
    slow = loop.time() - began > SLOW_S
    now = desk.now()
    verdict = judge(response.status)
    if verdict is Verdict.DONE:
        return after_success(lane, scheme.value, slow=slow, now=now)
    if verdict is Verdict.LATER:
        wait_s = retry_after_s(response, now)
        wait = None if wait_s is None else timedelta(seconds=wait_s)
        return after_silence(lane, f"answered {response.status}", wait, now)
    if verdict is Verdict.NO_INBOX:
        desk.ask_after(piece.inbox_id)
    said = response.body[:200].decode("utf-8", "replace").replace("\x00", "")
    return after_refusal(lane, piece, response.status, f"answered {response.status} {said}".strip(), slow=slow, now=now)


async def _knock(
    desk: Desk, wire: Wire, lane: Standing, piece: Piece, body: bytes, key: SigningKey
) -> tuple[Response, Scheme]:
    """Send it, and once more in the other style of signature if that may be what was wrong."""
    known = lane.scheme is not None and lane.scheme_until is not None and lane.scheme_until > desk.now()
    scheme = Scheme(lane.scheme) if known else Scheme.CAVAGE
    tried: list[Scheme] = []
    while True:
        headers = await desk.sign(piece.inbox_iri, body, key, scheme)
        # Asked again at the last moment: this process may have stood still since, for longer than its lease lasts.
        response = await wire.post(piece.inbox_iri, body, headers, may_speak=lambda: desk.holds(lane.authority))
        tried.append(scheme)
        other = next_scheme(tried, response.status)
        if other is None:
            return response, scheme
        scheme = other


def _after_error(lane: Standing, piece: Piece, error: FediverseError, now: datetime) -> Standing:
    if isinstance(error, ForbiddenAddress) and error.code == "blocked-host":
        # Blocked since the lane was taken. Nothing is wrong with the host.
        return replace(lane, next_attempt_at=now + BLOCKED_PAUSE, released=True)
    if isinstance(error, Malformed) and error.code in _OUR_FAULT:
        return after_refusal(lane, piece, None, error.code, slow=lane.slow, now=now)
    wait = None
    if isinstance(error, Unreachable) and error.retry_after_s is not None:
        wait = timedelta(seconds=error.retry_after_s)
    return after_silence(lane, error.code, wait, now)
