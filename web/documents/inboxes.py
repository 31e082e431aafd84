"""The inboxes, shared and personal: read the bytes, hand them down, say what came of it.

Nothing else is asked as often, so `Inboxes` is an application by itself: a framework would cost a third of its work.
"""

from __future__ import annotations

import re

import structlog
from starlette.types import Message, Receive, Scope, Send

from fediverse.signatures import SignedRequest
from web.documents.answers import refusal, response, scope_iri
from web.house import House

log = structlog.get_logger()

_INBOX = "/inbox"
_INBOXES = re.compile(r"/(?:actor/|[gu]/[^/]+/)?inbox\Z")
_TAKEN: tuple[Message, Message] = (
    {"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]},
    {"type": "http.response.body", "body": b""},
)


class _Gone(Exception):
    """Whoever was sending went away in the middle."""


class Inboxes:
    """Takes what is posted to any inbox. 202 means that it is saved; every other status that nothing was."""

    def __init__(self, house: House) -> None:
        self._house = house

    @staticmethod
    def has(scope: Scope) -> bool:
        """Whether the request is for an inbox, of whichever actor and with whatever method."""
        return _INBOXES.match(scope["path"]) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, code, headers = await self._take(scope, receive)
        except _Gone:
            return
        except Exception:
            log.exception("an inbox fell", path=scope["path"])
            status, code, headers = 500, "our-fault", {}
        if status == 202:
            for message in _TAKEN:
                await send(message)
            return
        facts = {"limit": self._house.limits.body_bytes} if code == "body-too-large" else {}
        answer = response(refusal(status, code, **facts), public=False, headers=headers)
        await answer(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive) -> tuple[int, str, dict[str, str]]:
        """Status, code and headers of the answer."""
        if scope["method"] != "POST":
            # Reading one's own inbox comes with the client side of ActivityPub, which we do not speak.
            return 405, "post-only", {"allow": "POST"}
        body = await _body(receive, self._house.limits.body_bytes)
        if body is None:
            return 413, "body-too-large", {"connection": "close"}
        origin = self._house.origin
        iri = scope_iri(scope, origin)
        owner = None if iri == origin + _INBOX else iri.removesuffix(_INBOX)
        answer = await self._house.receiver.accept(signed_request(scope, body, origin), inbox_actor=owner)
        return answer.status, answer.code, dict(answer.headers)


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None as soon as it is longer than `limit` bytes."""
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > limit:
            return None
        pieces.append(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def signed_request(scope: Scope, body: bytes, origin: str) -> SignedRequest:
    """The request as its sender signed it: raw target, headers with repeats, our own origin."""
    target: bytes = scope.get("raw_path") or scope["path"].encode()
    if scope["query_string"]:
        target = target.split(b"?", 1)[0] + b"?" + scope["query_string"]
    return SignedRequest(
        method=scope["method"],
        target=target.decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        origin=origin,
    )
