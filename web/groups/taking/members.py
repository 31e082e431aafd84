"""Who takes part in a group, as far as its rule lets the reader see; and what organisers do with roles."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.groups.joining import WORD_CHARS
from actors.refusals import Refused
from actors.views.gates import Gate, TakerLine
from outbox import groups as orders
from web.forms import Filled, blank, read_form
from web.groups.taking.door import NoFields, at_gate, iri_here, organised, path_here, person
from web.pages import redirect, render
from web.rates import Rate, limited


class RoleForm(BaseModel):
    """What somebody is from now on."""

    role: Literal["member", "moderator", "organiser"]


class RemoveForm(BaseModel):
    """A word for whoever is removed."""

    word: Annotated[str, Field(max_length=20_000)] = ""


@limited(Rate.PAGE)
async def members_page(request: Request) -> Response:
    """The list, a page at a time; or why it is not shown."""
    gate = await at_gate(request)
    if not gate.shows_members:
        if request.state.member is None:
            raise HTTPException(401)
        return _list(request, gate, [], status=403)
    asked = request.query_params.get("page", "1")
    number = max(1, int(asked)) if re.fullmatch(r"[0-9]{1,5}", asked) else 1
    lines: list[TakerLine] = await request.app.state.house.db.read(
        groups.takers, iri_here(request), reader=person(gate), sees_all=gate.moderates, page=number
    )
    return _list(request, gate, lines, number=number)


@limited(Rate.PAGE)
async def member_page(request: Request) -> Response:
    """One who takes part, and what an organiser can do."""
    gate = await organised(request)
    line = await _taker(request, gate)
    return _one(request, gate, line, blank({"role": line.role}))


@limited(Rate.FORM)
async def give_role(request: Request) -> Response:
    """Give them another role."""
    gate = await organised(request)
    line = await _taker(request, gate)
    form = await read_form(request, RoleForm)
    if form.draft is None:
        return _one(request, gate, line, form)
    house, pages = request.app.state.house, request.state.pages
    try:
        await house.db.write(
            orders.set_role, iri_here(request), line.id, form.draft.role, by=person(gate), now=pages.now()
        )
    except Refused as no:
        return _one(request, gate, line, form.with_problem("role", no.code))
    house.wake()
    return redirect(f"{path_here(request)}/members", notice="role-given")


@limited(Rate.PAGE)
async def hand_over_page(request: Request) -> Response:
    """What handing the group over means."""
    gate = await organised(request)
    return _sure(request, gate, await _taker(request, gate), "hand-over", blank())


@limited(Rate.FORM)
async def hand_over(request: Request) -> Response:
    """Somebody else organises the group in the reader's place."""
    gate = await organised(request)
    line = await _taker(request, gate)
    form = await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    try:
        await house.db.write(orders.hand_over, iri_here(request), line.id, by=person(gate), now=pages.now())
    except Refused as no:
        return _sure(request, gate, line, "hand-over", form.with_problem("", no.code))
    house.wake()
    return redirect(f"{path_here(request)}/members", notice="handed-over")


@limited(Rate.PAGE)
async def remove_page(request: Request) -> Response:
    """What removing somebody means."""
    gate = await organised(request)
    return _sure(request, gate, await _taker(request, gate), "remove", blank())


@limited(Rate.FORM)
async def remove(request: Request) -> Response:
    """End somebody's part in the group."""
    gate = await organised(request)
    line = await _taker(request, gate)
    form = await read_form(request, RemoveForm)
    if form.draft is None or len(form.draft.word) > WORD_CHARS:
        return _sure(request, gate, line, "remove", form.with_problem("word", "too-long"))
    house, pages = request.app.state.house, request.state.pages
    try:
        await house.db.write(
            orders.remove_member, iri_here(request), line.id, word=form.draft.word, by=person(gate), now=pages.now()
        )
    except Refused as no:
        return _sure(request, gate, line, "remove", form.with_problem("", no.code))
    house.wake()
    return redirect(f"{path_here(request)}/members", notice="member-removed")


async def _taker(request: Request, gate: Gate) -> TakerLine:
    number = request.path_params["id"]
    line: TakerLine | None = None
    if number < 2**62:
        line = await request.app.state.house.db.read(groups.taker, iri_here(request), number, reader=person(gate))
    if line is None:
        raise HTTPException(404)
    return line


def _list(request: Request, gate: Gate, lines: list[TakerLine], *, number: int = 1, status: int = 200) -> Response:
    return render(
        request,
        "groups/taking/members.html",
        status=status,
        gate=gate,
        path=path_here(request),
        lines=lines[: groups.SHOWN],
        number=number,
        last=max(1, -(-gate.members // groups.SHOWN)),
    )


def _one(request: Request, gate: Gate, line: TakerLine, form: Filled[Any]) -> Response:
    status = 422 if form.problems else 200
    return render(
        request, "groups/taking/member.html", status=status, gate=gate, path=path_here(request), line=line, form=form
    )


def _sure(request: Request, gate: Gate, line: TakerLine, step: str, form: Filled[Any]) -> Response:
    return render(
        request,
        "groups/taking/sure.html",
        status=422 if form.problems else 200,
        gate=gate,
        path=path_here(request),
        line=line,
        step=step,
        form=form,
    )
