"""Renewing what one offers or looks for with one click from a mail or a direct message, without signing in.

The address carries the item and the day on which it runs out, and a mark that only we can make; once renewed it is
another day, so the link does its one thing once. Opening it changes nothing: mail programs open links by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.offers import STANDS_FOR
from actors.people import Vault
from actors.refusals import Refused
from outbox import answers
from web.pages import Pages, render
from web.rates import Rate, limited

PURPOSE = "renew"


def renew_path(vault: Vault, what: str) -> str:
    """The path that renews `what`: «item.day», as `outbox.answers.lasting` names it."""
    return f"/renew/{vault.marked(PURPOSE, what)}"


def read_token(vault: Vault, token: str) -> tuple[int, int] | None:
    """The item and the day that `token` renews; None when it was not made by us."""
    item, _, day = (vault.unmarked(PURPOSE, token) or "").partition(".")
    return (int(item), int(day)) if item.isdecimal() and day.isdecimal() else None


def with_links(vault: Vault, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a mail, with the path of each link that renews something; it is kept nowhere, only sent."""
    given = dict(facts)
    if isinstance(lines := given.get("lines"), list):
        return given | {"lines": [with_links(vault, line) if isinstance(line, dict) else line for line in lines]}
    inner = given.get("facts")
    if isinstance(inner, dict) and isinstance(what := inner.get("renews"), str):
        given["facts"] = inner | {"path": renew_path(vault, what)}
    return given


@limited(Rate.FORM)
async def renew_page(request: Request) -> Response:
    """What the button would do."""
    return await _answer(request, done=False)


@limited(Rate.FORM)
async def renew(request: Request) -> Response:
    """Let it stand for some time more."""
    return await _answer(request, done=True)


async def _answer(request: Request, *, done: bool) -> Response:
    pages: Pages = request.state.pages
    house = request.app.state.house
    found = read_token(house.vault, request.path_params["token"])
    if found is None:
        return pages.error(request, 404)
    seen: tuple[str, str] | None = await house.db.read(answers.renewable, *found)
    if done and seen is not None:
        try:
            await house.db.write(answers.renew, *found, now=pages.now())
        except Refused:
            seen = None
        else:
            house.wake()
    answer = render(
        request,
        "offers/renew.html",
        token=request.path_params["token"],
        title=seen[0] if seen else None,
        path=pages.path_of(seen[1]) if seen else None,
        until=pages.now() + STANDS_FOR,
        done=done,
        status=200 if seen is not None else 410,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    Route("/renew/{token}", renew_page),
    Route("/renew/{token}", renew, methods=["POST"]),
]
