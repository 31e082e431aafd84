"""Change, close and delete what one wrote, or what a group that one looks after published; the list of one's own."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.groups import Person, person_of
from actors.offers import kept_with
from actors.refusals import Refused
from outbox import answers
from outbox import offers as orders
from outbox.offers import Own
from web import guard
from web.forms import Filled, blank, read_form
from web.offers.forms import WorkForm, field_of, known
from web.offers.page import purpose_of
from web.offers.writing import FORM_FIELDS, ON_THE_WIRE, form_page
from web.pages import Pages, iri_of, language_of, missing, redirect, render
from web.rates import Rate, limited

PARTS = (
    ("drafts", ("draft",)),
    ("open", ("waiting", "open", "talks")),
    ("closed", ("filled", "withdrawn", "expired")),
)
"""The parts of the list of one's own, and which states stand in each."""


class Ending(BaseModel):
    """How it ended."""

    status: Literal["filled", "withdrawn"] = "filled"
    answer: str = ""
    """The number of the answer that filled it; «» for none of them."""
    tells: str = ""


class Nothing(BaseModel):
    """A form that is one button."""


@limited(Rate.PAGE)
async def mine(request: Request) -> Response:
    """What whoever is signed in offers and looks for, whatever became of it."""
    guard.signed_in(request)
    db = request.app.state.house.db
    viewer = request.state.viewer
    lines = await db.read(orders.own, viewer, language=language_of(request))
    return render(
        request,
        "offers/mine.html",
        parts=[(part, [line for line in lines if line.status in states]) for part, states in PARTS],
        answered=await db.read(answers.answered_by, viewer),
    )


@limited(Rate.PAGE)
async def change_page(request: Request) -> Response:
    """The form as it was filled in."""
    found, _ = await _own(request)
    zone = request.state.pages.reader(request).zone
    return form_page(
        request, guard.signed_in(request), [], blank(*known(found.draft, zone)), **_changing(found, request)
    )


@limited(Rate.FORM)
async def change(request: Request) -> Response:
    """Show how it will look, or keep it; everybody who has it is told."""
    found, by = await _own(request)
    who = guard.signed_in(request)
    form = await read_form(request, WorkForm, fields=FORM_FIELDS)
    if form.draft is None:
        return form_page(request, who, [], form, **_changing(found, request), status=422)
    house, pages = request.app.state.house, request.state.pages
    if form.draft.step == "keep" and not found.draft.draft:
        raise HTTPException(400)  # what others see is no draft any more
    zone, purpose = pages.reader(request).zone, ON_THE_WIRE[purpose_of(request)]
    draft = kept_with(found.draft, form.draft.draft(purpose, zone, me=who.actor_iri, now=pages.now()))
    try:
        if form.draft.step == "preview":
            language = language_of(request)
            seen = await house.db.read(
                orders.preview, found.group_iri, draft, by=by, language=language, now=pages.now(), change=True
            )
            return form_page(request, who, [], form, preview=seen, **_changing(found, request))
        await house.db.write(orders.change_by, iri_of_thing(request), draft, by=by, now=pages.now())
    except Refused as no:
        refused: Filled[Any] = form.with_problem(field_of(no.code, no.facts), no.code)
        return form_page(request, who, [], refused, **_changing(found, request), status=422)
    house.wake()
    if draft.draft:
        return redirect(f"{_path(request)}/change", notice="draft-kept")
    if found.draft.draft:
        now = await house.db.read(orders.own_one, iri_of_thing(request), by=by, language=language_of(request))
        if not now.is_shown:
            return redirect("/me/offers", notice="waits-for-moderator")
        return redirect(_path(request), notice="published")
    return redirect(_after(found, request), notice="saved")


@limited(Rate.PAGE)
async def close_page(request: Request) -> Response:
    """How did it end?"""
    found, _ = await _own(request)
    db, iri, viewer = request.app.state.house.db, iri_of_thing(request), request.state.viewer
    thread = await db.read(answers.thread_of, iri, viewer)
    given = [(str(each.id), each.name) for each in thread.answers if each.state in ("open", "accepted")]
    return render(
        request, "offers/close.html", own=found, answers=given, path=_path(request), back=_after(found, request)
    )


@limited(Rate.FORM)
async def close(request: Request) -> Response:
    """It takes no answers any more, and says so everywhere."""
    found, by = await _own(request)
    form = await read_form(request, Ending)
    if form.draft is None:
        raise HTTPException(400)
    house, pages = request.app.state.house, request.state.pages
    ending = form.draft
    await house.db.write(
        answers.close,
        iri_of_thing(request),
        ending.status,
        by=by,
        answer_id=int(ending.answer) if ending.answer.isdecimal() else None,
        tells=ending.tells == "yes",
        now=pages.now(),
    )
    house.wake()
    return redirect(_after(found, request), notice="closed-now")


@limited(Rate.PAGE)
async def delete_page(request: Request) -> Response:
    """What deleting does."""
    found, _ = await _own(request)
    return render(request, "offers/delete.html", own=found, path=_path(request), back=_after(found, request))


@limited(Rate.FORM)
async def delete(request: Request) -> Response:
    """Take it away for ever, here and wherever it went."""
    _, by = await _own(request)
    await read_form(request, Nothing)
    house, pages = request.app.state.house, request.state.pages
    await house.db.write(orders.delete_by, iri_of_thing(request), by=by, now=pages.now())
    house.wake()
    return redirect("/me/offers", notice="deleted-now")


def iri_of_thing(request: Request) -> str:
    """The IRI of the offer or need that this address is about: all but its last part."""
    return iri_of(request).rpartition("/")[0]


async def _own(request: Request) -> tuple[Own, Person]:
    """What may be changed here, and by whom; to anybody else it is not there.

    Raises:
        HTTPException: 401 for nobody, 404 for who may not change it, 410 for what was deleted.
    """
    who = guard.signed_in(request)
    db, iri = request.app.state.house.db, iri_of_thing(request)
    by: Person = await db.read(person_of, who.member_id, who.actor_iri)
    try:
        found: Own = await db.read(orders.own_one, iri, by=by, language=language_of(request))
    except Refused:
        await missing(request, iri)
    return found, by


def _path(request: Request) -> str:
    pages: Pages = request.state.pages
    return pages.path_of(iri_of_thing(request))


def _changing(found: Own, request: Request) -> dict[str, Any]:
    """What the form is told of the thing that it changes."""
    return {"changes": _path(request), "is_draft": found.draft.draft}


def _after(found: Own, request: Request) -> str:
    return _path(request) if found.is_shown and not found.draft.draft else "/me/offers"
