"""The pages of what fits. A match belongs to those who wrote its two sides; to others it is not there."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import matches
from actors.groups import Person, person_of
from actors.refusals import Refused
from outbox import matches as orders
from web import guard
from web.forms import read_form
from web.pages import iri_of, language_of, missing, redirect, render
from web.rates import Rate, limited


class One(BaseModel):
    """Which match."""

    match: Annotated[int, Field(ge=1, lt=2**63)]


class Further(BaseModel):
    """Whether an item is to be offered further."""

    wanted: Literal["yes", "no"]


@limited(Rate.PAGE)
async def for_you(request: Request) -> Response:
    """What fits the reader's own offers and needs."""
    guard.signed_in(request)
    pages = request.state.pages
    own = await request.app.state.house.db.read(
        matches.for_reader, request.state.viewer, language=language_of(request), now=pages.now()
    )
    away = request.query_params.get("away", "")
    return render(
        request, "matches/for_you.html", own=own, away=int(away) if away.isdecimal() and len(away) < 19 else None
    )


@limited(Rate.FORM)
async def put_away(request: Request) -> Response:
    """«Not relevant»."""
    match_id = await _decided(request, orders.put_away, now=request.state.pages.now())
    return redirect(f"/for-you?away={match_id}")


@limited(Rate.FORM)
async def take_back(request: Request) -> Response:
    """Relevant after all."""
    await _decided(request, orders.take_back)
    return redirect("/for-you")


@limited(Rate.PAGE)
async def unanswered(request: Request) -> Response:
    """The needs that nobody has answered: all for the staff, else those of the groups that one organises."""
    who = guard.signed_in(request)
    db, viewer = request.app.state.house.db, request.state.viewer
    groups = None if who.is_moderator or who.is_admin else await db.read(matches.organised_by, viewer)
    if groups == []:
        raise HTTPException(404)
    lines = await db.read(
        matches.unanswered, language=language_of(request), now=request.state.pages.now(), groups=groups
    )
    return render(request, "matches/unanswered.html", lines=lines)


@limited(Rate.FORM)
async def further(request: Request) -> Response:
    """Its author says whether it is to be offered further when nobody answers."""
    by = await _by(request)
    form = await read_form(request, Further)
    if form.draft is None:
        raise HTTPException(400)
    house, pages = request.app.state.house, request.state.pages
    iri = iri_of(request).rpartition("/")[0]
    try:
        await house.db.write(orders.offer_further, iri, by=by, wanted=form.draft.wanted == "yes")
    except Refused as no:
        if no.code != "not-found":
            raise
        await missing(request, iri)
    return redirect(pages.path_of(iri), notice="saved")


async def _decided(request: Request, order: Any, **given: Any) -> int:
    """Run `order` on the match of the form, as whoever is signed in.

    Raises:
        HTTPException: 401, 400, or 404 for a match of others.
    """
    by = await _by(request)
    form = await read_form(request, One)
    if form.draft is None:
        raise HTTPException(400)
    match_id: int = form.draft.match
    try:
        await request.app.state.house.db.write(order, match_id, by=by, viewer=request.state.viewer, **given)
    except Refused:
        raise HTTPException(404) from None
    return match_id


async def _by(request: Request) -> Person:
    who = guard.signed_in(request)
    found: Person = await request.app.state.house.db.read(person_of, who.member_id, who.actor_iri)
    return found
