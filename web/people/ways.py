"""The page «signing in»: every way in which a member signs in, each to be added and taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from actors.people.signing_in import ways_in
from actors.refusals import Refused
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import redirect, render
from web.people.devices import in_words
from web.people.proof import is_fresh

WAYS = "/me/identities"


class NoFields(BaseModel):
    """A form that is only a button."""


async def show_ways(
    request: Request,
    *,
    form: Filled[Any] | None = None,
    naming: tuple[int, Filled[Any]] | None = None,
    failed: str | None = None,
    status: int = 422,
) -> Response:
    """The page.

    Args:
        request: of a member.
        form: that links an account elsewhere.
        naming: the number of a passkey, and the form that calls it otherwise.
        failed: how adding or taking away ended.
        status: 200 where nothing was refused.
    """
    member = guard.member(request)
    house, pages = request.app.state.house, request.state.pages
    answer = render(
        request,
        "people/identities.html",
        status=status,
        ways=await house.db.read(ways_in, member.member_id),
        fresh=is_fresh(request),
        form=form or blank(),
        naming_id=naming[0] if naming else 0,
        naming_form=naming[1] if naming else blank(),
        this_device=in_words(pages.reader(request), request.headers.get("user-agent", "")),
        failed=failed,
        sign_in_service=house.settings.oidc_name if house.settings.oidc_issuer else "",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def take_away(request: Request, rule: Callable[..., object], *, notice: str) -> Response:
    """Take away the way that the address names, by `rule(session, member_id, number, secret, now=…)`."""
    member = guard.member(request)
    await read_form(request, NoFields)
    house, state = request.app.state.house, request.state
    number = request.path_params["id"]
    try:
        await house.db.write(rule, member.member_id, number, state.session_secret, now=state.pages.now())
    except Refused as no:
        return await show_ways(request, failed=no.code)
    return redirect(WAYS, notice=notice)
