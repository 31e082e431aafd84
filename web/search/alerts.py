"""Searches that whoever is signed in saved, to be told of what is new: the list, saving, taking away."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors import alerts
from actors.alerts import Alert
from actors.refusals import Refused
from web import guard
from web.forms import read_form
from web.pages import redirect, render
from web.rates import Rate, limited
from web.search.asking import read_search
from web.search.wording import Says

QUERY_CHARS = 2_000
PATH = "/me/alerts"


class AlertForm(BaseModel):
    """A search, as the words of its address, and how often it is told."""

    query: Annotated[str, Field(max_length=QUERY_CHARS)] = ""
    rhythm: Literal["at-once", "weekly"] = "at-once"


class Nothing(BaseModel):
    """A form that is one button."""


@limited(Rate.PAGE)
async def alerts_page(request: Request) -> Response:
    """Those of whoever is signed in."""
    guard.signed_in(request)
    found: list[Alert] = await request.app.state.house.db.read(alerts.alerts_of, request.state.viewer)
    return render(request, "search/alerts.html", alerts=found)


@limited(Rate.FORM)
async def save(request: Request) -> Response:
    """Save the search of the form."""
    guard.signed_in(request)
    form = await read_form(request, AlertForm)
    if form.draft is None:
        raise HTTPException(400)
    house, pages = request.app.state.house, request.state.pages
    reader = pages.reader(request)
    search = read_search(dict(parse_qsl(form.draft.query)), reader.zone)
    await house.db.write(
        alerts.save,
        request.state.viewer,
        search.asked,
        query=search.query if search.narrows else "",
        title=Says(reader).title(search),
        language=reader.language,
        rhythm=form.draft.rhythm,
        now=pages.now(),
    )
    return redirect(PATH, notice="alert-saved")


@limited(Rate.FORM)
async def remove(request: Request) -> Response:
    """Tell no more of this one."""
    guard.signed_in(request)
    await read_form(request, Nothing)
    try:
        await request.app.state.house.db.write(alerts.remove, request.state.viewer, request.path_params["id"])
    except Refused:
        raise HTTPException(404) from None
    return redirect(PATH, notice="alert-removed")


ROUTES = [
    Route(PATH, alerts_page),
    Route(PATH, save, methods=["POST"]),
    Route(f"{PATH}/{{id:int}}/remove", remove, methods=["POST"]),
]
