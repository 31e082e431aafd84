"""What waits for the word of a group's organisers and moderators: who asks to take part, and who asks to follow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.groups.joining import WORD_CHARS
from actors.views.gates import Asking, Gate
from outbox import groups as orders
from web.forms import Filled, blank, read_form
from web.groups.taking.door import NoFields, iri_here, moderated, path_here, person
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

RowId = Annotated[int, Field(ge=1, lt=2**62)]
MOST = 100


class DecisionForm(BaseModel):
    """Yes or no to those who are ticked, or to the one beside whose name the button stands."""

    ids: list[RowId] = Field(default=[], max_length=MOST)
    decision: Literal["", "approve", "refuse"] = ""
    approve: RowId | None = None
    refuse: RowId | None = None
    word: Annotated[str, Field(max_length=20_000)] = ""


class FollowsForm(BaseModel):
    """The same for those who wait to follow."""

    ids: list[RowId] = Field(default=[], max_length=MOST)
    decision: Literal["approve", "refuse"]


@limited(Rate.PAGE)
async def requests_page(request: Request) -> Response:
    """Who waits."""
    return await _show(request, await moderated(request), blank())


@limited(Rate.FORM)
async def decide(request: Request) -> Response:
    """Let some who asked take part, or not."""
    gate = await moderated(request)
    form = await read_form(request, DecisionForm)
    if form.draft is None:
        return await _show(request, gate, form)
    one = form.draft.approve or form.draft.refuse
    accepted = form.draft.approve is not None if one else form.draft.decision == "approve"
    ids = [one] if one else form.draft.ids
    if not ids:
        return await _show(request, gate, form.with_problem("ids", "nobody-ticked"))
    if len(form.draft.word) > WORD_CHARS:
        return await _show(request, gate, form.with_problem("word", "too-long"))
    house, pages = request.app.state.house, request.state.pages
    decided = await house.db.write(
        orders.decide,
        iri_here(request),
        ids,
        accepted=accepted,
        word=form.draft.word,
        by=person(gate),
        now=pages.now(),
    )
    house.wake()
    return _back(request, decided, "asked-let-in" if accepted else "asked-turned-away")


@limited(Rate.FORM)
async def decide_follows(request: Request) -> Response:
    """Let some follow the group, or not."""
    gate = await moderated(request)
    form = await read_form(request, FollowsForm)
    if form.draft is None or not form.draft.ids:
        return await _show(request, gate, blank().with_problem("follows", "nobody-ticked"))
    house, pages = request.app.state.house, request.state.pages
    accepted = form.draft.decision == "approve"
    decided = await house.db.write(
        orders.decide_follows, iri_here(request), form.draft.ids, accepted=accepted, by=person(gate), now=pages.now()
    )
    house.wake()
    return _back(request, decided, "follows-let-in" if accepted else "follows-turned-away")


@limited(Rate.FORM)
async def let_in(request: Request) -> Response:
    """Take a no back."""
    gate = await moderated(request)
    await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    done = await house.db.write(
        orders.let_in_after_all, iri_here(request), request.path_params["id"], by=person(gate), now=pages.now()
    )
    house.wake()
    return _back(request, done, "asked-let-in")


def _back(request: Request, decided: int, notice: str) -> Response:
    return redirect(f"{path_here(request)}/requests", notice=notice if decided else "already-done")


async def _show(request: Request, gate: Gate, form: Filled[Any]) -> Response:
    pages: Pages = request.state.pages
    waiting: Asking = await request.app.state.house.db.read(groups.asking, iri_here(request), now=pages.now())
    return render(
        request,
        "groups/taking/requests.html",
        status=422 if form.problems else 200,
        gate=gate,
        path=path_here(request),
        form=form,
        waiting=waiting,
    )
