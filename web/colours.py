"""A chosen colour as a small sheet of its own: `/static/colour/2b6a4d.css`.

Pages may carry no style inside (Content-Security-Policy), so a page of an instance or a group that has a colour links
this sheet after the common one. It says three custom properties, by day and by night, and says nothing to whoever
wants high contrast. What is in it follows from its address alone, so any colour that can be read has its sheet.
"""

from __future__ import annotations

import hashlib
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.site import LEAST, WHITE, contrast, shades

_CODE = re.compile(r"[0-9a-f]{6}")
_ON_DAY, _ON_NIGHT = "#ffffff", "#0e1512"


def sheet(colour: str) -> str:
    """The sheet of a colour such as `#2b6a4d`."""
    found = shades(colour)
    return (
        "@media not (prefers-contrast: more) {\n"
        '  :root:not([data-contrast="more"]), :root:not([data-contrast="more"]) [data-theme] {\n'
        f"    --accent: light-dark({found.day}, {found.night});\n"
        f"    --accent-hover: light-dark({found.day_hover}, {found.night_hover});\n"
        f"    --on-accent: light-dark({_ON_DAY}, {_ON_NIGHT});\n"
        "  }\n"
        "}\n"
    )


async def serve(request: Request) -> Response:
    """The sheet; 404 for what is no colour that white words can be read on."""
    code = request.path_params["code"]
    if not _CODE.fullmatch(code) or contrast(f"#{code}", WHITE) < LEAST:
        raise HTTPException(404)
    body = sheet(f"#{code}").encode()
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:12]}"',
        "Cache-Control": "public, max-age=86400",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/css; charset=utf-8")


ROUTES = [Route("/static/colour/{code}.css", serve)]
