"""A group as others see it: how it looks on Mastodon, who may follow, what may be listed, its language accounts."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.refusals import Refused
from actors.views.gates import Gate, GroupSettings
from outbox import abroad
from outbox import groups as orders
from web.forms import read_form
from web.groups.settings import door
from web.pages import Pages, redirect, render
from web.rates import Rate, limited


class SeenForm(BaseModel):
    """What others may see and do."""

    approves: str = ""
    discoverable: str = ""
    indexable: str = ""
    followers_shown: str = ""


class AccountForm(BaseModel):
    """A language account that begins or ends."""

    language: str
    action: Literal["open", "end"]


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """How it looks, and what may be changed about that."""
    gate = await door.organised(request)
    return await _page(request, gate)


@limited(Rate.FORM)
async def save(request: Request) -> Response:
    """These hold from now on."""
    gate = await door.organised(request)
    form = await read_form(request, SeenForm)
    if form.draft is None:
        raise HTTPException(400)
    changes = {
        "manually_approves": form.draft.approves == "yes",
        "discoverable": form.draft.discoverable == "yes",
        "indexable": form.draft.indexable == "yes",
        "followers_shown": form.draft.followers_shown == "yes",
    }
    await door.order(request, gate, orders.alter, gate.actor.iri, changes)
    return redirect(door.path(gate, "fediverse"), notice="group-saved")


@limited(Rate.FORM)
async def accounts(request: Request) -> Response:
    """Open a language account, or end it."""
    gate = await door.organised(request)
    form = await read_form(request, AccountForm)
    now = await door.settings_of(request, gate)
    if form.draft is None or form.draft.language not in _possible(request, now):
        raise HTTPException(400)
    house = request.app.state.house
    pages: Pages = request.state.pages
    language = form.draft.language
    if form.draft.action == "end":
        await door.order(request, gate, orders.end_account, gate.actor.iri, language)
        return redirect(door.path(gate, "fediverse"), notice="account-ended")
    keys = await asyncio.to_thread(people.make_keys)
    try:
        await door.order(
            request,
            gate,
            lambda session, *args, **facts: orders.open_account(session, house.vault, *args, **facts).iri,
            gate.actor.iri,
            language,
            origin=pages.origin,
            keys=keys,
        )
    except Refused as refused:
        return await _page(request, gate, refused.code)
    return redirect(door.path(gate, "fediverse"), notice="account-opened")


def _possible(request: Request, now: GroupSettings) -> tuple[str, ...]:
    """The languages in which the group can be followed: those that it speaks, then those of the instance."""
    pages: Pages = request.state.pages
    return tuple(dict.fromkeys((now.language, *now.names, *pages.languages, *(one.language for one in now.accounts))))


async def _page(request: Request, gate: Gate, problem: str = "") -> Response:
    now = await door.settings_of(request, gate)
    seen = await request.app.state.house.db.read(abroad.on_mastodon, gate.actor.iri)
    opened = {each.language for each in now.accounts}
    return render(
        request,
        "groups/settings/fediverse.html",
        status=422 if problem else 200,
        gate=gate,
        now=now,
        abroad=seen,
        offered=[code for code in _possible(request, now) if code not in opened],
        problem=problem,
    )
