"""What the pages are dressed in: the files of `web/static`, read once, served from memory.

The sheet is written in pieces (`web/static/sheet`) and served as one file, `site.css`, in the order of their names.

An address that carries the file's own hash (`/static/site.css?v=…`) may be kept for a year: when the file changes, its
address does. Text is kept compressed beside the plain form.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_TEXT = {".css", ".js", ".svg", ".txt"}
_QUOTED = re.compile(rb"""("[^"]*"|'[^']*')""")
_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `packed` is None where compression brings nothing."""

    media_type: str
    stays: bool
    """The file of this name will never be another (a typeface)."""
    body: bytes
    packed: bytes | None
    version: str


class Assets:
    """The files by name, and their one route."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.name: _asset(path.suffix, path.read_bytes())
            for path in sorted(folder.iterdir())
            if path.suffix in _TYPES
        }
        pieces = sorted((folder / "sheet").glob("*.css"))
        self._files["site.css"] = _asset(".css", b"\n".join(_bare(piece.read_bytes()) for piece in pieces))
        self.route = Route("/static/{name}", self._serve, methods=["GET"])

    def url(self, name: str) -> str:
        """The address of the file `name` that changes when it does."""
        return f"/static/{name}?v={self._files[name].version}"

    async def _serve(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": _KEPT if asset.stays or request.query_params.get("v") == asset.version else _ASKED_AGAIN,
            "ETag": f'"{asset.version}"',
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.packed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                body, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(body, headers=headers, media_type=asset.media_type)


def static_route() -> Route:
    """The one route of all files."""
    return Assets().route


def _bare(sheet: bytes) -> bytes:
    """A piece of the sheet without what is for those who write it: comments, indents, spaces around signs."""
    pieces = _QUOTED.split(re.sub(rb"/\*.*?\*/", b"", sheet, flags=re.DOTALL))
    return b"".join(piece if at % 2 else _tight(piece) for at, piece in enumerate(pieces)).strip()


def _tight(rules: bytes) -> bytes:
    rules = re.sub(rb"\s*([{};,])\s*", rb"\1", re.sub(rb"\s+", b" ", rules))
    return re.sub(rb"([\w-]): ", rb"\1:", rules).replace(b";}", b"}")


def _asset(suffix: str, body: bytes) -> Asset:
    packed = gzip.compress(body, 9, mtime=0) if suffix in _TEXT else None
    return Asset(_TYPES[suffix], suffix == ".woff2", body, packed, hashlib.sha256(body).hexdigest()[:12])
