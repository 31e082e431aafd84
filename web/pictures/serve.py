"""`/media/…`: our own files only, as pictures only.

The guard gives them, as everything that is no page, a policy that lets them do nothing (`sandbox; default-src 'none'`)
and `nosniff`.
"""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pictures.store import TYPES

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Other servers show our pictures beside what they heard from us, so other origins may load them."""


async def media(request: Request) -> Response:
    """One file."""
    path = request.app.state.house.pictures.path(request.path_params["name"])
    if path is None:
        raise HTTPException(404)
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise HTTPException(404) from None
    return Response(body, headers=HEADERS, media_type=TYPES[path.suffix.removeprefix(".")])


ROUTES = [Route("/media/{name}", media)]
