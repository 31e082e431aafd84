"""A group that moves: it names an address where it was before, or goes to one and takes its followers along."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from actors.refusals import Refused
from actors.views.gates import Gate
from outbox import groups as orders
from outbox import moving
from web.forms import Filled, read_form
from web.groups.settings import door
from web.groups.settings.door import Nothing
from web.moving import AliasForm, MoveForm, OtherForm, find_other
from web.pages import Pages, language_of, redirect, render
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """Where it is known, and the two ways of moving."""
    return await _page(request, await door.organised(request))


@limited(Rate.LOOKUP)
async def name_alias(request: Request) -> Response:
    """Name an address where the group was before."""
    gate = await door.organised(request)
    form = await read_form(request, OtherForm)
    try:
        iri = await find_other(request, form.draft.who if form.draft else "")
        await door.order(request, gate, orders.name_alias, gate.actor.iri, iri)
    except Refused as refused:
        return await _page(request, gate, alias=form.with_problem("who", refused.code))
    return redirect(door.path(gate, "moving"), notice="alias-named")


@limited(Rate.FORM)
async def drop_alias(request: Request) -> Response:
    """Name it no more."""
    gate = await door.organised(request)
    form = await read_form(request, AliasForm)
    await door.order(request, gate, orders.drop_alias, gate.actor.iri, form.draft.alias if form.draft else "")
    return redirect(door.path(gate, "moving"), notice="alias-dropped")


@limited(Rate.LOOKUP)
async def move(request: Request) -> Response:
    """Look at where it is to go and say what that does; then, once understood, move."""
    gate = await door.organised(request)
    form = await read_form(request, MoveForm)
    sent = form.draft or MoveForm()
    pages: Pages = request.state.pages
    try:
        iri = await find_other(request, sent.target or sent.who)
        found = await request.app.state.house.db.read(
            moving.prospect, gate.actor.iri, iri, language=language_of(request), now=pages.now()
        )
        moving.check(found)
        if sent.target and sent.understood == "yes":
            await door.order(request, gate, orders.move, gate.actor.iri, iri)
            return redirect(door.path(gate, "moving"), notice="group-moved")
    except Refused as refused:
        return await _page(request, gate, away=form.with_problem("who", refused.code))
    asked = form.with_problem("understood", "not-understood-yet") if sent.target else None
    return render(
        request,
        "groups/settings/moving_asked.html",
        status=422 if asked else 200,
        gate=gate,
        found=found,
        form=asked,
    )


@limited(Rate.FORM)
async def come_home(request: Request) -> Response:
    """It lives here again."""
    gate = await door.organised(request)
    await read_form(request, Nothing)
    await door.order(request, gate, orders.come_home, gate.actor.iri)
    return redirect(door.path(gate, "moving"), notice="home-again")


async def _page(
    request: Request, gate: Gate, *, alias: Filled[Any] | None = None, away: Filled[Any] | None = None
) -> Response:
    where = await request.app.state.house.db.read(moving.whereabouts, gate.actor.iri, language=language_of(request))
    return render(
        request,
        "groups/settings/moving.html",
        status=422 if alias or away else 200,
        gate=gate,
        where=where,
        alias=alias,
        away=away,
    )
