"""A member with a public account moves in or away, and their followers with them; a member here they stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from actors.people import profile
from actors.refusals import Refused
from outbox import moving
from outbox import people as orders
from web import guard
from web.forms import Filled, read_form
from web.moving import AliasForm, MoveForm, OtherForm, find_other
from web.pages import Pages, language_of, redirect, render
from web.rates import Rate, limited

HERE, WITHOUT = "/me/profile/moving", "/me/profile/public"


class Nothing(BaseModel):
    """A form that is one button."""


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """Where the member is known, and the two ways of moving."""
    return await _page(request, await _own(request))


@limited(Rate.LOOKUP)
async def name_alias(request: Request) -> Response:
    """Name an address where the member was before."""
    own = await _own(request)
    form = await read_form(request, OtherForm)
    if own is None:
        return redirect(WITHOUT)
    try:
        await _order(request, orders.name_alias, await find_other(request, form.draft.who if form.draft else ""))
    except Refused as refused:
        return await _page(request, own, alias=form.with_problem("who", refused.code))
    return redirect(HERE, notice="alias-named")


@limited(Rate.FORM)
async def drop_alias(request: Request) -> Response:
    """Name it no more."""
    own = await _own(request)
    form = await read_form(request, AliasForm)
    if own is None:
        return redirect(WITHOUT)
    await _order(request, orders.drop_alias, form.draft.alias if form.draft else "")
    return redirect(HERE, notice="alias-dropped")


@limited(Rate.LOOKUP)
async def move(request: Request) -> Response:
    """Look at where it goes and say what that does; then, once understood, move."""
    own = await _own(request)
    form = await read_form(request, MoveForm)
    if own is None:
        return redirect(WITHOUT)
    sent = form.draft or MoveForm()
    pages: Pages = request.state.pages
    try:
        iri = await find_other(request, sent.target or sent.who)
        found = await request.app.state.house.db.read(
            moving.prospect, own, iri, language=language_of(request), now=pages.now()
        )
        moving.check(found)
        if sent.target and sent.understood == "yes":
            await _order(request, orders.move, iri)
            return redirect(HERE, notice="you-moved")
    except Refused as refused:
        return await _page(request, own, away=form.with_problem("who", refused.code))
    asked = form.with_problem("understood", "not-understood-yet") if sent.target else None
    where = await request.app.state.house.db.read(moving.whereabouts, own, language=language_of(request))
    status = 422 if asked else 200
    return render(request, "people/moving_asked.html", status=status, where=where, found=found, form=asked)


@limited(Rate.FORM)
async def come_home(request: Request) -> Response:
    """The member is followed here again."""
    own = await _own(request)
    await read_form(request, Nothing)
    if own is None:
        return redirect(WITHOUT)
    await _order(request, orders.come_home)
    return redirect(HERE, notice="home-again")


async def _own(request: Request) -> str | None:
    """The IRI of the member's public account; None for who has none."""
    member = guard.member(request)
    own = await request.app.state.house.db.read(profile.own, member.member_id)
    iri: str | None = own.page.actor_iri
    return iri


async def _order(request: Request, command: Callable[..., Any], *args: Any) -> None:
    house, pages = request.app.state.house, request.state.pages
    await house.db.write(command, guard.member(request).member_id, *args, now=pages.now())
    house.courier.wake()


async def _page(
    request: Request, own: str | None, *, alias: Filled[Any] | None = None, away: Filled[Any] | None = None
) -> Response:
    if own is None:
        return redirect(WITHOUT)
    where = await request.app.state.house.db.read(moving.whereabouts, own, language=language_of(request))
    status = 422 if alias or away else 200
    return render(request, "people/moving.html", status=status, where=where, alias=alias, away=away)
