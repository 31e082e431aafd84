"""Invitations into a group: links with their code, shown once; and members of this instance, invited by name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.groups.invitations import LASTS_DAYS
from actors.people import profile
from actors.refusals import Refused
from actors.views.gates import Gate
from actors.views.profiles import Directory
from outbox import groups as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.groups.taking.door import NoFields, iri_here, moderated, path_here, person
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

WORDS_CHARS = 200


class LinkForm(BaseModel):
    """How long, for how many, and what for."""

    days: Annotated[int, Field(ge=0, le=1_000)] = 7
    uses: Annotated[str, Field(pattern=r"^\s*[0-9]{0,4}\s*$")] = ""
    note: Annotated[str, Field(max_length=1_000)] = ""


class MemberForm(BaseModel):
    """Whom to invite, and what was searched for."""

    member: Annotated[int, Field(ge=1, lt=2**31)]
    q: Annotated[str, Field(max_length=WORDS_CHARS)] = ""


@limited(Rate.PAGE)
async def invitations_page(request: Request) -> Response:
    """What stands, a form for a new link, and a search among the members."""
    gate = await moderated(request)
    return await _show(request, gate, blank({"days": "7"}), words=request.query_params.get("q", ""))


@limited(Rate.FORM)
async def make_link(request: Request) -> Response:
    """Make a link; the answer is the only page that ever shows it."""
    gate = await moderated(request)
    form = await read_form(request, LinkForm)
    if form.draft is None:
        return await _show(request, gate, form)
    pages: Pages = request.state.pages
    try:
        token = await request.app.state.house.db.write(
            orders.invite,
            iri_here(request),
            days=form.draft.days,
            most_uses=int(form.draft.uses) if form.draft.uses.strip() else None,
            note=form.draft.note,
            by=person(gate),
            now=pages.now(),
        )
    except Refused as no:
        field = {"most_uses": "uses", "invitations": ""}.get(str(no.facts["field"]), str(no.facts["field"]))
        code = {"uses": "uses-impossible", "days": "not-understood"}.get(field, no.code)
        return await _show(request, gate, form.with_problem(field, code))
    answer = render(
        request,
        "groups/taking/link.html",
        gate=gate,
        path=path_here(request),
        link=f"{pages.origin}{path_here(request)}/invited/{token}",
        uses=int(form.draft.uses) if form.draft.uses.strip() else None,
        days=form.draft.days,
        note=form.draft.note.strip(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@limited(Rate.FORM)
async def end_link(request: Request) -> Response:
    """Nobody comes in by it any more."""
    gate = await moderated(request)
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    ended = await request.app.state.house.db.write(
        orders.end_invitation, iri_here(request), request.path_params["id"], by=person(gate), now=pages.now()
    )
    return redirect(f"{path_here(request)}/invitations", notice="invitation-ended" if ended else "already-done")


@limited(Rate.FORM)
async def invite_member(request: Request) -> Response:
    """Invite a member by name."""
    gate = await moderated(request)
    guard.member(request)
    form = await read_form(request, MemberForm)
    if form.draft is None:
        raise HTTPException(400)
    house, pages = request.app.state.house, request.state.pages
    try:
        await house.db.write(
            orders.invite_member, iri_here(request), form.draft.member, by=person(gate), now=pages.now()
        )
    except Refused as no:
        code = "nobody-to-invite" if no.code == "nobody" else no.code
        refused = blank({"days": "7"}).with_problem("q", code)
        return await _show(request, gate, refused, words=form.draft.q)
    house.wake()
    return redirect(f"{path_here(request)}/invitations", notice="member-invited")


@limited(Rate.FORM)
async def take_back(request: Request) -> Response:
    """The member is invited no longer."""
    gate = await moderated(request)
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    done = await request.app.state.house.db.write(
        orders.take_back_invitation, iri_here(request), request.path_params["id"], by=person(gate), now=pages.now()
    )
    return redirect(f"{path_here(request)}/invitations", notice="invitation-ended" if done else "already-done")


async def _show(request: Request, gate: Gate, form: Filled[Any], *, words: str = "") -> Response:
    db, pages, who = request.app.state.house.db, request.state.pages, guard.signed_in(request)
    words = words[:WORDS_CHARS].replace("\x00", "").strip()
    found: Directory | None = None
    inside: frozenset[int] = frozenset()
    if words and not who.is_guest:
        found = await db.read(profile.directory, who.member_id, words=words)
        inside = await db.read(groups.inside, iri_here(request), [line.member_id for line in found.lines])
    return render(
        request,
        "groups/taking/invitations.html",
        status=422 if form.problems else 200,
        gate=gate,
        path=path_here(request),
        form=form,
        lines=await db.read(groups.invitations, iri_here(request), now=pages.now()),
        invited=await db.read(groups.invited, iri_here(request), now=pages.now()),
        words=words,
        found=found,
        inside=inside,
        days=LASTS_DAYS,
    )
