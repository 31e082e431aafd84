"""Leaving a group, or taking a request back; and coming back within the hour."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors.refusals import Refused
from actors.views.gates import Gate
from outbox import groups as orders
from web.forms import read_form
from web.groups.taking.door import NoFields, at_gate_signed_in, iri_here, path_here, person
from web.pages import redirect, render
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def leave_page(request: Request) -> Response:
    """What leaving means; or the way back, for who has just left."""
    return _show(request, await at_gate_signed_in(request))


@limited(Rate.FORM)
async def leave(request: Request) -> Response:
    """Take part no longer, or ask no longer."""
    gate = await at_gate_signed_in(request)
    await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    try:
        await house.db.write(orders.leave, iri_here(request), person(gate), now=pages.now())
    except Refused:  # the last organiser: the page says what to do instead
        return _show(request, gate, status=422)
    house.wake()
    if gate.role is None:
        return redirect(f"{path_here(request)}/join", notice="request-taken-back" if gate.waits else None)
    return redirect(f"{path_here(request)}/leave")


@limited(Rate.FORM)
async def come_back(request: Request) -> Response:
    """Take the leave back."""
    gate = await at_gate_signed_in(request)
    await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    if not await house.db.write(orders.come_back, iri_here(request), person(gate), now=pages.now()):
        return redirect(f"{path_here(request)}/join")
    house.wake()
    return redirect(path_here(request), notice="came-back")


def _show(request: Request, gate: Gate, status: int = 200) -> Response:
    return render(request, "groups/taking/leave.html", status=status, gate=gate, path=path_here(request))
