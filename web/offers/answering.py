"""Answers on the page of an offer or a need: given, withdrawn, accepted, declined, kept private."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.answering import AnswerDraft
from actors.groups import Person, person_of
from actors.refusals import Refused
from outbox import answers, offers
from web import guard
from web.forms import read_form
from web.offers.changing import Nothing, iri_of_thing
from web.offers.page import show
from web.pages import iri_asked, language_of, missing, redirect
from web.rates import Rate, limited

FIELDS = {"text-missing": "answer_text", "too-long": "answer_text", "unreadable-character": "answer_text"}
STATES = {"accept": "accepted", "decline": "declined", "reopen": "open"}
NOTICES = {"accept": "answer-accepted", "decline": "answer-declined", "reopen": "answer-open"}


class AnswerForm(BaseModel):
    """An answer; its fields have names of their own, since a page may have more forms."""

    answer_kind: Literal["can", "knows", "question"] = "can"
    answer_text: str = ""
    answer_private: str = ""
    answer_named: str = ""


class SettleForm(BaseModel):
    """What the author, or who answered, does with one answer."""

    do: Literal["accept", "decline", "reopen", "private", "withdraw", "tell", "keep"]
    words: Annotated[str, Field(max_length=2_000)] = ""


class TakingForm(BaseModel):
    """Whether it takes answers."""

    takes: Literal["yes", "no"]


@limited(Rate.FORM)
async def give(request: Request) -> Response:
    """Answer an item of ours."""
    return await _give(request, iri_of_thing(request))


@limited(Rate.FORM)
async def give_elsewhere(request: Request) -> Response:
    """Answer a partner's."""
    return await _give(request, iri_asked(request))


@limited(Rate.FORM)
async def settle(request: Request) -> Response:
    """Accept, decline, open again, keep private; withdraw; agree that it may be told."""
    by = await _signed_in(request)
    form = await read_form(request, SettleForm)
    number = request.path_params["number"]
    if form.draft is None or not number.isdecimal():
        raise HTTPException(400)
    house, pages, do = request.app.state.house, request.state.pages, form.draft.do
    write, answer_id = house.db.write, int(number)
    try:
        if do in STATES:
            words = form.draft.words
            offer = await write(answers.settle, answer_id, STATES[do], by=by, words=words, now=pages.now())
        elif do == "private":
            offer = await write(answers.keep_private, answer_id, by=by)
        elif do == "withdraw":
            offer = await write(answers.withdraw, answer_id, by=by, now=pages.now())
        else:
            offer = await write(answers.agree, answer_id, do == "tell", by=by)
    except Refused as no:
        if no.code == "not-found":
            raise HTTPException(404) from None
        raise
    house.wake()
    back = pages.path_of(offer.iri) if offer.local else "/me/offers"
    return redirect(_at(back, answer_id, NOTICES.get(do, "saved")))


@limited(Rate.FORM)
async def take(request: Request) -> Response:
    """Take answers, or no more for now."""
    by = await _signed_in(request)
    form = await read_form(request, TakingForm)
    if form.draft is None:
        raise HTTPException(400)
    iri, yes = iri_of_thing(request), form.draft.takes == "yes"
    await _or_missing(request, iri, answers.take_answers, iri, yes, by=by)
    return redirect(request.state.pages.path_of(iri), notice="takes-answers" if yes else "takes-no-answers")


@limited(Rate.FORM)
async def reopen(request: Request) -> Response:
    """Open again what was closed."""
    by = await _signed_in(request)
    await read_form(request, Nothing)
    iri, pages = iri_of_thing(request), request.state.pages
    await _or_missing(request, iri, offers.reopen_by, iri, by=by, now=pages.now())
    request.app.state.house.wake()
    return redirect(pages.path_of(iri), notice="open-again")


async def _give(request: Request, iri: str) -> Response:
    by = await _signed_in(request)
    form = await read_form(request, AnswerForm)
    if form.draft is None:
        raise HTTPException(400)
    house, pages = request.app.state.house, request.state.pages
    typed = form.draft
    draft = AnswerDraft(
        kind=typed.answer_kind,
        text=typed.answer_text,
        language=language_of(request),
        private=typed.answer_private == "yes",
    )
    named = typed.answer_named == "yes"
    try:
        made = await house.db.write(answers.answer, iri, draft, by=by, named=named, now=pages.now())
    except Refused as no:
        if no.code == "not-found":
            await missing(request, iri)
        return await show(request, iri, form=form.with_problem(FIELDS.get(no.code, ""), no.code), status=422)
    house.wake()
    return redirect(_at(pages.path_of(iri), made.id, "answer-given"))


async def _signed_in(request: Request) -> Person:
    who = guard.signed_in(request)
    by: Person = await request.app.state.house.db.read(person_of, who.member_id, who.actor_iri)
    return by


async def _or_missing(request: Request, iri: str, write: Any, *args: Any, **more: Any) -> None:
    try:
        await request.app.state.house.db.write(write, *args, **more)
    except Refused as no:
        if no.code == "not-found":
            await missing(request, iri)
        raise


def _at(path: str, answer_id: int, notice: str) -> str:
    """The answer on the page at `path`, which says `notice`."""
    return f"{path}{'&' if '?' in path else '?'}notice={notice}#answer-{answer_id}"
