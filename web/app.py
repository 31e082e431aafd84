"""The Starlette application: who answers which address.

Machines and people share addresses. What a machine asks for goes to `web.documents` without cookies
or forms in between; everything else goes to the pages, behind the guard (`web.guard`).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from web import documents, observe
from web.assets import static_route
from web.guarded import guarded
from web.house import House
from web.pages import error_handlers
from web.routes import ROUTES
from web.workers import working


class Entrance:
    """Sends each request to an inbox, to the machines' door or to the people's door."""

    def __init__(self, inboxes: documents.Inboxes, machines: ASGIApp, pages: ASGIApp) -> None:
        self._inboxes, self._machines, self._pages = inboxes, machines, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
        elif self._inboxes.has(scope):
            await self._inboxes(scope, receive, send)
        elif documents.is_for_machines(scope):
            await self._machines(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def build(house: House) -> ASGIApp:
    """The whole application; its lifespan runs the workers when the settings say so."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if house.settings.worker:
            async with working(house):
                yield
        else:
            yield
        await house.close()

    pages = Starlette(
        routes=[static_route(), *ROUTES],
        exception_handlers=error_handlers(),
        lifespan=lifespan,
    )
    pages.state.house = house
    machines = Starlette(routes=[*observe.ROUTES, *documents.ROUTES], exception_handlers=documents.error_handlers())
    machines.state.house = house
    return Entrance(documents.Inboxes(house), machines, guarded(pages, house))
