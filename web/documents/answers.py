"""The shapes of our answers to machines: media types, caching, errors as JSON with a code."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fediverse.documents import JSON, dump

ACTIVITY_TYPE = 'application/activity+json; charset=utf-8'
JRD_TYPE = "application/jrd+json; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: status, media type and bytes."""

    status: int
    media_type: str
    body: bytes


def activity(document: dict[str, JSON], status: int = 200) -> Answer:
    return Answer(status, ACTIVITY_TYPE, dump(document))


def refusal(status: int, code: str, **facts: JSON) -> Answer:
    return Answer(status, JSON_TYPE, dump({"error": code, **facts}))


NOT_FOUND = refusal(404, "not-found")
"""The one answer to everything that is not there, or not there for whoever asks (P3)."""


def response(answer: Answer, *, public: bool = True, headers: dict[str, str] | None = None) -> Response:
    """`answer` with the headers that every document of ours has."""
    made = Response(answer.body, answer.status, media_type=None)
    made.headers["content-type"] = answer.media_type
    made.headers["vary"] = "accept, accept-language, signature"
    made.headers["cache-control"] = "public, max-age=60" if public and answer.status == 200 else "no-store"
    made.headers["x-content-type-options"] = "nosniff"
    made.headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'"
    made.headers["access-control-allow-origin"] = "*"
    for name, value in (headers or {}).items():
        made.headers[name] = value
    return made


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


def path_iri(request: Request) -> str:
    """The IRI that was asked for: the configured origin and the raw path, never the Host header."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    origin: str = request.app.state.house.origin
    return origin + raw.split(b"?", 1)[0].decode("latin-1")
