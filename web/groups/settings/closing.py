"""The end of a group: what it would end, in numbers; a week in which it can be taken back."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.views import GroupPage
from actors.views.gates import Gate
from outbox import groups as orders
from web.forms import Filled, read_form
from web.groups.settings import door
from web.groups.settings.door import Nothing
from web.pages import language_of, redirect, render
from web.rates import Rate, limited


class ClosingForm(BaseModel):
    """That whoever closes it has read what that means."""

    understood: str = ""


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """What closing would end; or when it ends, and how to take that back."""
    return await _page(request, await door.organised(request))


@limited(Rate.FORM)
async def close(request: Request) -> Response:
    """Close it in a week."""
    gate = await door.organised(request)
    form = await read_form(request, ClosingForm)
    if form.draft is None or form.draft.understood != "yes":
        return await _page(request, gate, form.with_problem("understood", "not-understood-yet"))
    await door.order(request, gate, orders.close, gate.actor.iri)
    return redirect(door.path(gate, "closing"), notice="group-closing")


@limited(Rate.FORM)
async def keep_open(request: Request) -> Response:
    """Take the closing back."""
    gate = await door.organised(request)
    await read_form(request, Nothing)
    await door.order(request, gate, orders.keep_open, gate.actor.iri)
    return redirect(door.path(gate, "closing"), notice="group-kept")


async def _page(request: Request, gate: Gate, form: Filled[ClosingForm] | None = None) -> Response:
    db = request.app.state.house.db
    shown: GroupPage | None = await db.read(groups.page, gate.actor.iri, language=language_of(request))
    return render(
        request,
        "groups/settings/closing.html",
        status=422 if form is not None else 200,
        gate=gate,
        ends=await db.read(groups.ending_of, gate.actor.iri),
        line=shown.line if shown is not None else None,
        form=form,
    )
