"""A group's picture: sent, drawn anew, shown; or taken away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors.refusals import Refused
from outbox import groups as orders
from web.forms import Filled, read_form
from web.groups.settings import door
from web.groups.settings.door import Nothing
from web.pages import Pages, redirect, render
from web.pictures import read_upload
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """The picture as it is, and the form for another one; the second step of founding."""
    gate = await door.organised(request)
    now = await door.settings_of(request, gate)
    return render(request, "groups/settings/picture.html", gate=gate, now=now, form=None)


@limited(Rate.LOOKUP)
async def show(request: Request) -> Response:
    """Take the picture that was sent."""
    gate = await door.organised(request)
    data, values = await read_upload(request)
    house = request.app.state.house
    pages: Pages = request.state.pages
    try:
        made = await house.pictures.make(data, "avatar")
    except Refused as refused:
        form: Filled[Nothing] = Filled(values, {"picture": refused.code}, None)
        now = await door.settings_of(request, gate)
        return render(request, "groups/settings/picture.html", status=422, gate=gate, now=now, form=form)
    alt = values.get("alt", "")
    await door.order(request, gate, orders.show_picture, gate.actor.iri, made, alt=alt, origin=pages.origin)
    return redirect(door.path(gate, "picture"), notice="group-picture-saved")


@limited(Rate.FORM)
async def remove(request: Request) -> Response:
    """Take it away."""
    gate = await door.organised(request)
    await read_form(request, Nothing)
    pages: Pages = request.state.pages
    await door.order(request, gate, orders.show_picture, gate.actor.iri, None, origin=pages.origin)
    return redirect(door.path(gate, "picture"), notice="group-picture-removed")
