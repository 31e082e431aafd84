"""The machines' addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fediverse.discovery import NODEINFO_VERSIONS
from web.documents.answers import NOT_FOUND, refusal, response
from web.documents.discovery import host_meta, nodeinfo, nodeinfo_index, webfinger
from web.documents.objects import collection, document

COLLECTIONS = ("outbox", "followers", "following", "featured", "moderators", "members")


async def nothing(_request: Request) -> Response:
    """An address that there is not."""
    return response(NOT_FOUND, public=False)


def _at(path: str, endpoint: Any, method: str = "GET") -> Route:
    return Route(path, endpoint, methods=[method])


ROUTES = [
    _at("/.well-known/webfinger", webfinger),
    _at("/.well-known/host-meta", host_meta),
    _at("/.well-known/nodeinfo", nodeinfo_index),
    *(_at(f"/nodeinfo/{version}", nodeinfo) for version in NODEINFO_VERSIONS),
    _at("/nodeinfo/{rest:path}", nothing),
    _at("/actor", document),
    *(_at(f"/actor/{name}", collection) for name in COLLECTIONS[:3]),
    *(_at(f"/{kind}/{{name}}/{name}", collection) for kind in "gu" for name in COLLECTIONS),
    _at("/g/{name}/events", collection),
    _at("/{kind}/{name}/{things}/{id}/thread", collection),
    _at("/{path:path}", document),
]


def error_handlers() -> Mapping[Any, Any]:
    """Errors as JSON with a code."""
    return {HTTPException: _refused, Exception: _fell}


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    codes = {404: "not-found", 405: "wrong-method"}
    return response(refusal(status, codes.get(status, "refused")), public=False, headers=headers)


async def _fell(_request: Request, _error: Exception) -> Response:
    return response(refusal(500, "our-fault"), public=False)
