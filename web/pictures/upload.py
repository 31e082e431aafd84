"""A form with a picture in it, and the files that nobody shows any more."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from actors import pictures
from actors.database import utc_now
from web.forms import form_token
from web.pictures.store import UPLOAD_BYTES

FIELDS = 10


async def read_upload(request: Request, field: str = "picture") -> tuple[bytes, dict[str, str]]:
    """The file in `field` (empty: none was chosen) and the other fields of the form.

    Raises:
        HTTPException: 400 for what no form of ours sends; 403 without the session's token; 413.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "multipart/form-data":
        raise HTTPException(400)
    async with request.form(max_files=1, max_fields=FIELDS, max_part_size=10_000) as form:
        values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        secret = request.state.session_secret
        if not secret or values.pop("form_token", "") != form_token(secret):
            raise HTTPException(403)
        file = form.get(field)
        data = await file.read(UPLOAD_BYTES + 1) if isinstance(file, UploadFile) else b""
    return data, values


async def tidy(house: Any) -> None:
    """Delete the files of pictures that were taken away an hour ago, and of those that never got a row."""
    await house.db.write(pictures.forget_dropped, utc_now())
    names = await asyncio.to_thread(house.pictures.old_files)
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        known = await house.db.read(pictures.known_files, some)
        await asyncio.to_thread(house.pictures.remove, set(some) - known)
