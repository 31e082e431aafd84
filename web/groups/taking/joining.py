"""Joining: what a group asks of whoever comes, by its rule; the link of an invitation; no to an invitation.

For members and for guests with an account elsewhere. Whoever is not signed in is shown the way in, and comes back here.
What was typed is shown again whatever happens on the way: the session may have ended meanwhile.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.refusals import Refused
from actors.views.gates import Gate, InvitedInto
from outbox import groups as orders
from web.forms import Filled, blank, read_form
from web.groups.taking.door import NoFields, at_gate, at_gate_signed_in, iri_here, path_here, person
from web.pages import Pages, language_of, redirect, render
from web.rates import Rate, limited
from web.sentences import REFUSALS

TOKEN_CHARS = 100
FIELDS, FIELD_BYTES = 50, 102_400


class JoinForm(BaseModel):
    """A word for the organisers; the answers are `answer_` and the question's id."""

    model_config = ConfigDict(extra="allow")

    message: Annotated[str, Field(max_length=20_000)] = ""
    invitation: Annotated[str, Field(max_length=TOKEN_CHARS)] = ""


@limited(Rate.PAGE)
async def join_page(request: Request) -> Response:
    """What the group asks, and where the reader stands."""
    return _show(request, await at_gate(request), blank())


@limited(Rate.SIGN_IN)
async def invited_page(request: Request) -> Response:
    """What the link of an invitation opens; looking at it uses nothing."""
    gate, token = await at_gate(request), request.path_params["token"]
    invited = await _invited(request, token)
    if invited is None:
        return _show(request, gate, blank(), status=410, spent=True)
    return _show(request, gate, blank({"invitation": token}), invited=invited)


@limited(Rate.FORM)
async def join(request: Request) -> Response:
    """Take part at once, or ask to."""
    gate = await at_gate(request)
    if request.state.member is None:
        return _show(request, gate, Filled(await _typed(request), {}, None), status=401, lost="session")
    try:
        form = await read_form(request, JoinForm)
    except HTTPException as no:
        if no.status_code != 403:
            raise
        return _show(request, gate, Filled(await _typed(request), {}, None), status=403, lost="token")
    if form.draft is None:
        return _show(request, gate, form, status=422)
    house, pages = request.app.state.house, request.state.pages
    token = form.draft.invitation
    try:
        state = await house.db.write(
            orders.ask,
            iri_here(request),
            person(gate),
            answers={each.id: form.values.get(f"answer_{each.id}", "") for each in gate.questions},
            message=form.draft.message,
            language=language_of(request),
            invitation=token or None,
            now=pages.now(),
        )
    except Refused as no:
        return await _refused(request, gate, form, no)
    house.wake()
    if state == "active":
        return redirect(path_here(request), notice="joined")
    return redirect(f"{path_here(request)}/join", notice="join-asked")


@limited(Rate.FORM)
async def decline(request: Request) -> Response:
    """Say no to an invitation by name."""
    gate = await at_gate_signed_in(request)
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    await request.app.state.house.db.write(orders.decline_invitation, iri_here(request), person(gate), now=pages.now())
    return redirect(path_here(request), notice="invitation-declined")


async def _refused(request: Request, gate: Gate, form: Filled[JoinForm], no: Refused) -> Response:
    match no.code:
        case "answer-missing":
            field = f"answer_{no.facts['field']}"
        case "too-long":
            field = "message" if no.facts["field"] == "message" else f"answer_{no.facts['field']}"
        case "invitation-spent":
            return _show(request, gate, blank(), status=410, spent=True)
        case _:
            field = ""
    token = form.values.get("invitation", "")
    invited = await _invited(request, token) if token else None
    code = no.code if no.code in REFUSALS else "not-understood"
    return _show(request, gate, form.with_problem(field, code), status=422, invited=invited)


async def _invited(request: Request, token: str) -> InvitedInto | None:
    """The invitation of this token, if it is one into this group and stands."""
    pages: Pages = request.state.pages
    if len(token) > TOKEN_CHARS:
        return None
    invited: InvitedInto | None = await request.app.state.house.db.read(
        groups.invited_into, token, language=language_of(request), now=pages.now()
    )
    return invited if invited is not None and invited.actor.iri == iri_here(request) else None


async def _typed(request: Request) -> dict[str, str]:
    """What came in a form that is not believed, to be shown again; nothing is done with it."""
    async with request.form(max_files=0, max_fields=FIELDS, max_part_size=FIELD_BYTES) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str) and name != "form_token"}


def _show(
    request: Request,
    gate: Gate,
    form: Filled[Any],
    *,
    status: int = 200,
    invited: InvitedInto | None = None,
    spent: bool = False,
    lost: str = "",
) -> Response:
    token = form.values.get("invitation", "") if invited is not None or lost else ""
    path = path_here(request)
    answer = render(
        request,
        "groups/taking/join.html",
        status=status,
        gate=gate,
        path=path,
        form=form,
        invited=invited,
        token=token,
        going=f"{path}/invited/{token}" if token else f"{path}/join",
        spent=spent,
        lost=lost,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
