"""The pages' application behind its guard: what the guard and the pages take from the house."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from jinja2 import BytecodeCache
from starlette.types import ASGIApp

from actors import people
from actors.database import Database, utc_now
from actors.views import SignedIn
from fediverse.html import clean
from fediverse.limits import Limits
from web.guard import Guard
from web.i18n import Catalogues
from web.pages import Pages
from web.settings import Settings


class GuardedHouse(Protocol):
    """What the guard needs of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def db(self) -> Database: ...
    @property
    def catalogues(self) -> Catalogues: ...
    @property
    def compiled(self) -> BytecodeCache | None: ...


def guarded(application: ASGIApp, house: GuardedHouse, *, now: Callable[[], datetime] = utc_now) -> Guard:
    """The pages' application behind its guard."""
    settings = house.settings
    pages = Pages(
        origin=settings.public_origin,
        catalogues=house.catalogues,
        compiled=house.compiled,
        clean=functools.partial(clean, limits=house.limits),
        languages=settings.languages,
        timezone=settings.timezone,
        mail_is_fixed=bool(settings.mail_host),
        now=now,
    )
    pages.introduce(house.db.read_now(people.site))

    async def find_member(secret: str) -> SignedIn | None:
        at = now()
        found = await house.db.read(people.signed_in, secret, now=at)
        if found is not None and found.seen_at is not None and found.seen_at < at - people.SEEN_EVERY:
            await house.db.write(people.mark_seen, secret, now=at)
        return found

    async def introduce() -> None:
        pages.introduce(await house.db.read(people.site))

    return Guard(application, pages=pages, origin=settings.public_origin, find_member=find_member, introduce=introduce)
