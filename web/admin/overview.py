"""`/admin`: what waits, each number a way to its rows, and the ways to everything that looks after the instance."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from outbox import overview
from web import guard
from web.pages import Pages, render
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def overview_page(request: Request) -> Response:
    """The page; what only admins may open is not offered to moderators."""
    guard.moderator(request)
    pages: Pages = request.state.pages
    found = await request.app.state.house.db.read(overview.overview, now=pages.now())
    return render(
        request, "admin/overview.html", found=found, sends_mail=pages.sends_mail, is_set_up=pages.site.is_set_up
    )
