"""The accounts elsewhere with which a member signs in: listed, linked, taken away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors.people import identities
from fediverse.oauth import NotSignedIn
from web import guard
from web.forms import read_form
from web.people.mastodon import PROBLEMS, HandleForm, send
from web.people.proof import is_fresh
from web.people.ways import WAYS, show_ways, take_away
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def identities_page(request: Request) -> Response:
    """The member's ways of signing in."""
    problem = request.query_params.get("problem", "")
    return await show_ways(request, failed=problem if problem in PROBLEMS else None, status=200)


@limited(Rate.LOOKUP)
async def link(request: Request) -> Response:
    """Send the member to the server of the account that they want to link."""
    member = guard.member(request)
    form = await read_form(request, HandleForm)
    if form.draft is None:
        return await show_ways(request, form=form)
    if not is_fresh(request):
        return await show_ways(request, form=form, failed="not-fresh")
    try:
        return await send(request, form.draft.handle, next_path=WAYS, member_id=member.member_id)
    except NotSignedIn as no:
        return await show_ways(request, form=form.with_problem("handle", no.code))


@limited(Rate.FORM)
async def unlink(request: Request) -> Response:
    """Take one of them away."""
    return await take_away(request, identities.unlink, notice="identity-removed")
