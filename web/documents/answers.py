"""The shapes of our answers to machines: media types, caching, errors as JSON with a code."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from fediverse.documents import JSON, dump
from web.shelf import Answer

ACTIVITY_TYPE = "application/activity+json; charset=utf-8"
JRD_TYPE = "application/jrd+json; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"


def activity(document: dict[str, JSON], status: int = 200) -> Answer:
    """An Activity Streams document."""
    return Answer(status, ACTIVITY_TYPE, dump(document))


def refusal(status: int, code: str, **facts: JSON) -> Answer:
    """A no, as JSON: the code and its facts."""
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


def path_iri(request: Request) -> str:
    """The IRI that was asked for: the configured origin and the raw path, never the Host header."""
    return scope_iri(request.scope, request.app.state.house.origin)


def scope_iri(scope: Scope, origin: str) -> str:
    """`path_iri` of a bare scope."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return origin + raw.split(b"?", 1)[0].decode("latin-1")
