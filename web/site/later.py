"""`/admin/site`: the same choices, each on a page of its own, for as long as the instance lives."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web import guard
from web.forms import Filled, read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited
from web.site import mailing
from web.site.facts import MATTERS, Facts, SiteWords, gather
from web.site.matters import MatterForm, first_form, questions_shown, save

HERE = "/admin/site"


@limited(Rate.PAGE)
async def overview(request: Request) -> Response:
    """What can be chosen, and what holds now."""
    guard.admin(request)
    facts = await gather(request)
    pages: Pages = request.state.pages
    words = SiteWords(pages.reader(request), facts)
    return render(request, "site/choices.html", words=words, matters=MATTERS, is_set_up=facts.chosen.wizard_done)


@limited(Rate.PAGE)
async def matter_page(request: Request) -> Response:
    """One matter."""
    guard.admin(request)
    matter = _matter(request)
    facts = await gather(request)
    return _show(request, matter, first_form(matter, facts), facts)


@limited(Rate.FORM)
async def save_matter(request: Request) -> Response:
    """Save it."""
    guard.admin(request)
    matter = _matter(request)
    form = await read_form(request, MatterForm)
    facts = await gather(request)
    refused = await save(request, matter, form, facts)
    if refused is not None:
        return _show(request, matter, refused, facts)
    if matter == "mail" and form.values.get("go") == "test":
        return await _try_mail(request, matter, form)
    return redirect(f"{HERE}/{matter}", notice="saved")


async def _try_mail(request: Request, matter: str, form: Filled[Any]) -> Response:
    """Send the test mail and say what became of it."""
    tried = await mailing.test(request, form)
    facts = await gather(request)
    if isinstance(tried, mailing.Tried):
        return _show(request, matter, first_form(matter, facts), facts, tried)
    return _show(request, matter, tried, facts)


def _matter(request: Request) -> str:
    matter = request.path_params["matter"]
    if matter not in MATTERS:
        raise HTTPException(404)
    return str(matter)


def _show(
    request: Request, matter: str, form: Filled[Any], facts: Facts, tried: mailing.Tried | None = None
) -> Response:
    pages: Pages = request.state.pages
    answer = render(
        request,
        "site/choice.html",
        status=422 if form.problems else 200,
        matter=matter,
        matters=MATTERS,
        words=SiteWords(pages.reader(request), facts),
        facts=facts,
        form=form,
        questions=questions_shown(facts, form),
        tried=tried,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
