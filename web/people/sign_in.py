"""Signing in by a one-time link, and out.

Opening the link changes nothing (mail programs and chats open links by themselves); the button on the page spends it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.refusals import Refused
from web import guard
from web.forms import read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

SPENT = "sign-in-link-spent"


class SignInForm(BaseModel):
    """The button under a sign-in link."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.SIGN_IN)
async def sign_in_page(request: Request) -> Response:
    """What a one-time link opens."""
    token = request.path_params["token"]
    pages: Pages = request.state.pages
    if not await request.app.state.house.db.read(people.peek_sign_in, token, now=pages.now()):
        return pages.error(request, 410, SPENT)
    answer = render(request, "people/sign_in.html", token=token)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@limited(Rate.SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Spend the link and begin a session."""
    pages: Pages = request.state.pages
    form = await read_form(request, SignInForm)
    if form.draft is None:
        return pages.error(request, 410, SPENT)
    try:
        secret = await request.app.state.house.db.write(
            people.open_session, form.draft.token, now=pages.now(), device=request.headers.get("user-agent", "")
        )
    except Refused as no:
        return pages.error(request, 410, no.code)
    answer = redirect("/", notice="signed-in")
    guard.begin_session(request, answer, secret)
    return answer


@limited(Rate.FORM)
async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    await read_form(request, NoFields)
    if request.state.session_secret:
        await request.app.state.house.db.write(people.end_session, request.state.session_secret)
    answer = redirect("/", notice="signed-out")
    guard.end_session(request, answer)
    return answer
