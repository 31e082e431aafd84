"""The accounts elsewhere with which a member signs in: listed, linked, taken away."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from actors.people import identities
from actors.refusals import Refused
from fediverse.oauth import NotSignedIn
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import redirect, render
from web.people.mastodon import IDENTITIES, PROBLEMS, HandleForm, send
from web.rates import Rate, limited


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def identities_page(request: Request) -> Response:
    """The member's ways of signing in."""
    problem = request.query_params.get("problem", "")
    return await _show(request, blank(), failed=problem if problem in PROBLEMS else None, status=200)


@limited(Rate.LOOKUP)
async def link(request: Request) -> Response:
    """Send the member to the server of the account that they want to link."""
    member = guard.member(request)
    form = await read_form(request, HandleForm)
    if form.draft is None:
        return await _show(request, form)
    try:
        return await send(request, form.draft.handle, next_path=IDENTITIES, member_id=member.member_id)
    except NotSignedIn as no:
        return await _show(request, form.with_problem("handle", no.code))


@limited(Rate.FORM)
async def unlink(request: Request) -> Response:
    """Take one of them away."""
    member, pages = guard.member(request), request.state.pages
    await read_form(request, NoFields)
    try:
        await request.app.state.house.db.write(
            identities.unlink,
            member.member_id,
            request.path_params["id"],
            request.state.session_secret,
            now=pages.now(),
        )
    except Refused as no:
        return await _show(request, blank(), failed=no.code)
    return redirect(IDENTITIES, notice="identity-removed")


async def _show(
    request: Request, form: Filled[HandleForm] | Filled[BaseModel], *, failed: str | None = None, status: int = 422
) -> Response:
    member = guard.member(request)
    ways = await request.app.state.house.db.read(identities.ways_of, member.member_id)
    return render(request, "people/identities.html", status=status, ways=ways, form=form, failed=failed)
