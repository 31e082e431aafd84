"""The folder of the pictures, and how one gets into it.

What is sent is never kept: it is drawn anew by `redraw.py` in a process of its own, which has neither our settings nor
our secrets and may use little memory and little time. The names of the files are random.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from actors.pictures import SIZES, Made
from actors.refusals import Refused

UPLOAD_BYTES = 10 * 1024 * 1024
FORM_BYTES = UPLOAD_BYTES + 65_536
"""A form with a picture in it."""
WALL_S = 10.0
AT_ONCE = 2
LINGERS_S = 2 * 60 * 60
"""A file without a row is left alone so long: its row may be on its way, or a page that shows it may be open."""
REDRAW = Path(__file__).with_name("redraw.py")
NAME = re.compile(r"[A-Za-z0-9_-]{22}-[0-9]{2,4}\.(?:jpg|png)")
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_UPLOADS = re.compile(r"/me/picture|/g/[^/]+/settings/picture")
_WHY = frozenset({"picture-unknown", "picture-too-large", "picture-broken"})


def is_upload(method: str, path: str) -> bool:
    """Whether this is where a form with a picture is sent, which may be larger than any other."""
    return method == "POST" and _UPLOADS.fullmatch(path) is not None


class PictureStore:
    """`data_dir/media`, one file a size.

    Args:
        folder: made when the first picture is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def make(self, data: bytes, use: str) -> Made:
        """Draw `data` anew for `use` ("avatar", "banner") and write its files; the row is the caller's to keep.

        Raises:
            Refused: "picture-missing", "picture-too-large", "picture-unknown", "picture-broken".
        """
        if not data:
            raise Refused("picture-missing")
        if len(data) > UPLOAD_BYTES:
            raise Refused("picture-too-large")
        async with self._turns:
            return await asyncio.to_thread(self._make, data, use)

    def path(self, name: str) -> Path | None:
        """The file of this name, if it is a name that we give."""
        if NAME.fullmatch(name) is None:
            return None
        path = self.folder / name
        return path if path.is_file() else None

    def remove(self, names: Iterable[str]) -> None:
        """Delete these files; one that is gone already is no error."""
        for name in names:
            if NAME.fullmatch(name) is not None:
                (self.folder / name).unlink(missing_ok=True)

    def old_files(self) -> list[str]:
        """The names of files that have stood here for two hours."""
        if not self.folder.is_dir():
            return []
        before = time.time() - LINGERS_S
        return [entry.name for entry in os.scandir(self.folder) if entry.stat().st_mtime < before]

    def _make(self, data: bytes, use: str) -> Made:
        said, files = _redraw(data, SIZES[use])
        name = secrets.token_urlsafe(16)
        self.folder.mkdir(parents=True, exist_ok=True)
        for (width, _), body in zip(SIZES[use], files, strict=True):
            (self.folder / f"{name}-{width}.{said['suffix']}").write_bytes(body)
        return Made(name, str(said["suffix"]), use, SIZES[use][0][0], SIZES[use][0][1])


def _redraw(data: bytes, sizes: Sequence[tuple[int, int]]) -> tuple[dict[str, object], list[bytes]]:
    asked = [f"{width}x{height}" for width, height in sizes]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(REDRAW), *asked],
            input=data,
            capture_output=True,
            timeout=WALL_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused("picture-too-large") from None
    if done.returncode != 0:
        code = done.stderr.decode("ascii", "replace").strip()
        # Killed by a limit, or a crash in a decoder: to whoever sent it that is the same.
        raise Refused(code if code in _WHY else "picture-broken")
    head, _, body = done.stdout.partition(b"\n")
    said = json.loads(head)
    if said["suffix"] not in TYPES:
        raise Refused("picture-broken")
    files, at = [], 0
    for length in said["lengths"]:
        files.append(body[at : at + length])
        at += length
    return said, files
