"""`/admin/servers`: what waits for which server and why, what was decided about servers, and a decision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import moderation as rules
from actors.refusals import Refused
from outbox import delivery, moderation
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

HERE = "/admin/servers"
ORDERS = {
    "allow": moderation.allow_host,
    "limit": moderation.limit_host,
    "block": moderation.block_host,
    "open": moderation.unblock_host,
}


class DecisionForm(BaseModel):
    """About which server, what, and why; a block is sent twice, the second time knowing what it cuts."""

    host: Annotated[str, Field(min_length=1, max_length=300)]
    decision: Literal["allow", "limit", "block", "open"] = "allow"
    reason: Annotated[str, Field(max_length=500)] = ""
    sure: str = ""


class HostForm(BaseModel):
    """Which server."""

    host: Annotated[str, Field(min_length=1, max_length=300)]


@limited(Rate.PAGE)
async def servers_page(request: Request) -> Response:
    """The lists, and the form."""
    guard.moderator(request)
    return await _show(request, blank({"decision": "allow"}))


@limited(Rate.FORM)
async def decide(request: Request) -> Response:
    """Decide about one server; before a block, say what it cuts."""
    moderator = guard.moderator(request)
    form = await read_form(request, DecisionForm)
    if form.draft is None:
        return await _show(request, form)
    draft, house = form.draft, request.app.state.house
    pages: Pages = request.state.pages
    try:
        if draft.decision == "block" and draft.sure != "yes":
            effect = await house.db.read(rules.effect_of_block, draft.host)
            return render(request, "admin/block.html", effect=effect, reason=draft.reason)
        await house.db.write(
            ORDERS[draft.decision], moderator.member_id, draft.host, draft.reason.strip(), now=pages.now()
        )
    except Refused as no:
        return await _show(request, form.with_problem("host", no.code))
    house.wake()
    return redirect(HERE, notice="server-decided")


@limited(Rate.FORM)
async def retry(request: Request) -> Response:
    """Try a server now, and send again what it had refused."""
    guard.moderator(request)
    form = await read_form(request, HostForm)
    house, pages = request.app.state.house, request.state.pages
    if form.draft is not None:
        await house.db.write(delivery.retry, form.draft.host, pages.now())
        house.wake()
    return redirect(HERE, notice="server-tried")


async def _show(request: Request, form: Filled[Any]) -> Response:
    house, pages = request.app.state.house, request.state.pages
    waiting = await house.db.read(delivery.queue, pages.now())
    decided = await house.db.read(rules.hosts)
    return render(
        request,
        "admin/servers.html",
        status=422 if form.problems else 200,
        form=form,
        waiting=waiting,
        decided=[each for each in decided if each.policy != rules.OPEN],
        now=pages.now(),
    )
