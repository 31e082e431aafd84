"""Copies that members asked for are made, and members whose week is over are deleted: a round of the worker.

Beside the database stands `erased.list`: id, time of joining and time of deletion of everybody who was deleted. A
backup that is older knows them still; when it was restored, the first round deletes them again.
"""

from __future__ import annotations

import asyncio
import io
import secrets
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from actors import finds
from actors.database import Database, utc_now
from actors.people import Vault
from outbox import leaving
from outbox.leaving import Copy, Erased
from web.i18n import Catalogues, Reader
from web.pictures import PictureStore
from web.sentences import said
from web.settings import Settings
from web.templating import environment

EVERY_S = 30.0
WORDS = {
    "posts": said("Posts"),
    "offers": said("Offers"),
    "needs": said("Needs"),
    "events": said("Meetings"),
    "groups": said("Groups"),
    "following": said("Accounts that you follow"),
    "notifications": said("Notifications"),
    "sessions": said("Places where you signed in"),
    "consents": said("What you agreed to"),
    "decisions": said("Decisions about you"),
}


class FarewellHouse(Protocol):
    """What the round needs of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def catalogues(self) -> Catalogues: ...
    @property
    def pictures(self) -> PictureStore: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def origin(self) -> str: ...
    def wake(self) -> None: ...


def copies_folder(settings: Settings) -> Path:
    """Where the files of copies stand until they are fetched."""
    return settings.data_dir / "copies"


async def run(house: FarewellHouse) -> None:
    """Go on for ever."""
    await erase_restored(house, utc_now())
    while True:
        await round_of(house, utc_now())
        await asyncio.sleep(EVERY_S)


async def round_of(house: FarewellHouse, now: datetime) -> None:
    """Make the copies that wait, take away those that are over, delete whose week is over."""
    for copy_id, member_id in await house.db.read(leaving.copies_due):
        await make_copy(house, copy_id, member_id, now)
    for name in await house.db.write(leaving.over, now):
        (copies_folder(house.settings) / name).unlink(missing_ok=True)
    for member_id in await house.db.read(leaving.expired, now):
        erased = await house.db.write(leaving.erase, member_id, now=now)
        if erased is not None:
            await _sweep(house, [erased])


async def make_copy(house: FarewellHouse, copy_id: int, member_id: int, now: datetime) -> None:
    """Write the file, then let the member know."""
    copy = await house.db.read(leaving.copy_of, member_id)
    name = f"{secrets.token_urlsafe(24)}.zip"
    reader = Reader(
        house.catalogues.get(copy.language) or next(iter(house.catalogues.values())),
        ZoneInfo(house.settings.timezone),
        now,
    )
    page = _page(copy, reader, house.origin)
    await asyncio.to_thread(_write, copies_folder(house.settings) / name, copy, page, house.pictures)
    if not await house.db.write(leaving.ready, copy_id, name, vault=house.vault, origin=house.origin, now=now):
        (copies_folder(house.settings) / name).unlink(missing_ok=True)
    house.wake()


async def erase_restored(house: FarewellHouse, now: datetime) -> None:
    """Whoever the list says was deleted, and is here again, is deleted again."""
    known = _read_list(_list_of(house.settings))
    if known:
        await _sweep(house, await house.db.write(leaving.erase_again, known, now=now))


async def _sweep(house: FarewellHouse, erased: list[Erased]) -> None:
    for each in erased:
        await asyncio.to_thread(house.pictures.remove, each.pictures)
        for name in each.copies:
            (copies_folder(house.settings) / name).unlink(missing_ok=True)
        await asyncio.to_thread(_note, _list_of(house.settings), each)
    if erased:
        await house.db.write(finds.settle)
        await asyncio.to_thread(house.db.settle)
        house.wake()


def _write(path: Path, copy: Copy, page: str, store: PictureStore) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        for name, body in copy.documents.items():
            archive.writestr(name, body)
        for name in copy.pictures:
            file = store.path(name)
            if file is not None:
                archive.writestr(f"pictures/{name}", file.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(packed.getvalue())


def _page(copy: Copy, reader: Reader, origin: str) -> str:
    return (
        environment(None)
        .get_template("people/copy.html")
        .render(
            _=reader.gettext,
            reader=reader,
            name=copy.name,
            origin=origin,
            lines=[(reader.text(WORDS[word]), count) for word, count in copy.counts],
            files=sorted(copy.documents),
            pictures=copy.pictures,
        )
    )


def _list_of(settings: Settings) -> Path:
    return settings.data_dir / "erased.list"


def _note(path: Path, erased: Erased) -> None:
    line = f"{erased.member_id} {erased.created_at.isoformat()} {erased.erased_at.isoformat()}"
    known = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    if not any(each.split()[:2] == line.split()[:2] for each in known):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as file:
            file.write(line + "\n")


def _read_list(path: Path) -> list[tuple[int, datetime]]:
    if not path.exists():
        return []
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    return [(int(line[0]), datetime.fromisoformat(line[1])) for line in lines if len(line) == 3]
