"""`/setup`: the first choices of an instance, one after the other.

It can be left at any moment and taken up again: each step is saved when one goes on, and the place is remembered. Going
back saves too, so nothing typed is lost.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import people, site
from web import guard
from web.forms import Filled, read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited
from web.site import mailing
from web.site.facts import MATTERS, Facts, SiteWords, gather
from web.site.matters import MatterForm, first_form, questions_shown, save

HERE, DONE = "/setup", "/setup/done"


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def welcome(request: Request) -> Response:
    """What will be asked, and where one stopped."""
    guard.admin(request)
    facts = await gather(request)
    if facts.chosen.wizard_done:
        return redirect("/admin/site")
    left = facts.chosen.wizard_step
    return render(
        request,
        "site/welcome.html",
        words=_words(request, facts),
        matters=MATTERS,
        at=left if left in MATTERS else "",
        first=MATTERS[0],
    )


@limited(Rate.FORM)
async def skip(request: Request) -> Response:
    """Leave everything as it is: it can be chosen later."""
    guard.admin(request)
    await read_form(request, NoFields)
    await _remember(request, wizard_done=True)
    return redirect("/admin", notice="setup-skipped")


@limited(Rate.PAGE)
async def step_page(request: Request) -> Response:
    """One step."""
    guard.admin(request)
    step = _step(request)
    facts = await gather(request)
    if not facts.chosen.wizard_done and facts.chosen.wizard_step != step:
        await _remember(request, wizard_step=step)
    return _show(request, step, first_form(step, facts), facts)


@limited(Rate.FORM)
async def save_step(request: Request) -> Response:
    """Save it and go where the button says: on, back, to another step, or away."""
    guard.admin(request)
    step = _step(request)
    form = await read_form(request, MatterForm)
    facts = await gather(request)
    go = form.values.get("go", "")
    fixed = step == "mail" and facts.mail is not None and facts.mail.fixed
    if not fixed or go == "test":
        refused = await save(request, step, form, facts)
        if refused is not None:
            return _show(request, step, refused, facts)
    if step == "mail" and go == "test":
        return await _try_mail(request, step, form)
    return redirect(_where(step, go))


async def _try_mail(request: Request, step: str, form: Filled[Any]) -> Response:
    """Send the test mail and say what became of it."""
    tried = await mailing.test(request, form)
    facts = await gather(request)
    if isinstance(tried, mailing.Tried):
        return _show(request, step, first_form(step, facts), facts, tried)
    return _show(request, step, tried, facts)


@limited(Rate.PAGE)
async def done(request: Request) -> Response:
    """What stands, and what to do next."""
    guard.admin(request)
    facts = await gather(request)
    return render(request, "site/done.html", words=_words(request, facts), matters=MATTERS, facts=facts)


@limited(Rate.FORM)
async def finish(request: Request) -> Response:
    """The first choices are made."""
    guard.admin(request)
    await read_form(request, NoFields)
    await _remember(request, wizard_done=True)
    return redirect("/admin", notice="setup-done")


def _step(request: Request) -> str:
    step = request.path_params["step"]
    if step not in MATTERS:
        raise HTTPException(404)
    return str(step)


def _where(step: str, go: str) -> str:
    at = MATTERS.index(step)
    if go in MATTERS:
        return f"{HERE}/{go}"
    if go == "away":
        return "/"
    if go == "back":
        return f"{HERE}/{MATTERS[at - 1]}" if at else HERE
    return f"{HERE}/{MATTERS[at + 1]}" if at + 1 < len(MATTERS) else DONE


async def _remember(request: Request, **place: Any) -> None:
    pages: Pages = request.state.pages
    db = request.app.state.house.db
    await db.write(site.set_choices, now=pages.now(), **place)
    pages.introduce(await db.read(people.site))


def _words(request: Request, facts: Facts) -> SiteWords:
    pages: Pages = request.state.pages
    return SiteWords(pages.reader(request), facts)


def _show(request: Request, step: str, form: Filled[Any], facts: Facts, tried: mailing.Tried | None = None) -> Response:
    at = MATTERS.index(step)
    answer = render(
        request,
        "site/step.html",
        status=422 if form.problems else 200,
        matter=step,
        matters=MATTERS,
        number=at + 1,
        following=f"{HERE}/{MATTERS[at + 1]}" if at + 1 < len(MATTERS) else DONE,
        words=_words(request, facts),
        facts=facts,
        form=form,
        questions=questions_shown(facts, form),
        tried=tried,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
