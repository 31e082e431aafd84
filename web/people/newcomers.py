"""Whoever came from the instance's own login and is no member yet: a secret in a cookie while they join."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors.people import identities
from actors.people.identities import Arrival
from web.pages import Pages


async def who(request: Request) -> Arrival | None:
    """Who came in this browser, a day ago at most."""
    secret = kept(request)
    pages: Pages = request.state.pages
    found: Arrival | None = None
    if secret:
        found = await request.app.state.house.db.read(identities.arrival_of, secret, now=pages.now())
    return found


def kept(request: Request) -> str:
    """The secret in the cookie, or nothing."""
    return request.cookies.get(_cookie(request), "")[:100]


def keep(request: Request, response: Response, secret: str) -> None:
    """Remember them."""
    response.set_cookie(
        _cookie(request),
        secret,
        max_age=int(identities.ARRIVAL_LASTS.total_seconds()),
        httponly=True,
        secure=request.state.secure,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """They have joined."""
    if kept(request):
        response.delete_cookie(_cookie(request), httponly=True, secure=request.state.secure, samesite="lax")


def _cookie(request: Request) -> str:
    return "__Host-newcomer" if request.state.secure else "newcomer"
