"""Who takes part in a group, what it asks first, who sees who is in, and who may post."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from actors.refusals import Refused
from actors.views.gates import Gate, GroupSettings
from outbox import groups as orders
from web.forms import Filled, blank, read_form
from web.groups import drafts
from web.groups.settings import door
from web.pages import Pages, redirect, render
from web.rates import Rate, limited


class JoiningForm(BaseModel):
    """The rules; the questions are among the further fields."""

    model_config = ConfigDict(extra="allow")

    joining: str = "approval"
    posting: str = "members"
    members_shown: str = "members"


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """The rules as they are."""
    gate = await door.organised(request)
    return _form(request, gate, await door.settings_of(request, gate))


@limited(Rate.FORM)
async def save(request: Request) -> Response:
    """These hold from now on; who asked already answered the questions of that time."""
    gate = await door.organised(request)
    now = await door.settings_of(request, gate)
    form = await read_form(request, JoiningForm, fields=drafts.MOST_FIELDS)
    if form.draft is None:
        return _form(request, gate, now, form)
    languages = _languages(request, gate, now)
    changes = {name: getattr(form.draft, name) for name in ("joining", "posting", "members_shown")}
    questions = drafts.asked(form.values, languages)
    try:
        await door.order(request, gate, orders.alter, gate.actor.iri, changes, questions=questions)
    except Refused as refused:
        field = drafts.field_of(refused.code, refused.facts, form.values, languages)
        return _form(request, gate, now, form.with_problem(field, refused.code))
    return redirect(door.path(gate, "joining"), notice="group-rules-saved")


def _languages(request: Request, gate: Gate, now: GroupSettings) -> tuple[str, ...]:
    pages: Pages = request.state.pages
    return drafts.spoken(pages.languages, now.language, [code for each in gate.questions for code in each.texts])


def _form(request: Request, gate: Gate, now: GroupSettings, form: Filled[Any] | None = None) -> Response:
    known = {"joining": now.joining, "posting": now.posting, "members_shown": now.members_shown}
    for number, question in enumerate(gate.questions, 1):
        known |= {f"question_{number}_{code}": text for code, text in question.texts.items()}
        if question.required:
            known[f"question_{number}_required"] = "yes"
    filled = form or blank(known)
    return render(
        request,
        "groups/settings/joining.html",
        status=422 if form is not None else 200,
        gate=gate,
        now=now,
        form=filled,
        tongues=_languages(request, gate, now),
        rows=drafts.rows(filled.values),
    )
