"""Ending mails of one kind with one click, without signing in (RFC 8058).

The address carries whom and what it ends, and a mark that only we can make. It does that one thing and nothing else:
it opens no page of the member's and gives no session.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors.people import Vault
from actors.people.notices import KINDS
from outbox import notices
from web.notices import KIND_NAMES
from web.pages import Pages, render
from web.rates import Rate, limited

PURPOSE = "unsubscribe"
DIGEST = "digest"


def unsubscribe_path(vault: Vault, member_id: int, topic: str) -> str:
    """The path that ends the mails about `topic` (a kind, or `digest`) for this member."""
    return f"/unsubscribe/{vault.marked(PURPOSE, f'{member_id}.{topic}')}"


def read_token(vault: Vault, token: str) -> tuple[int, str] | None:
    """Whom and what `token` ends; None when it was not made by us."""
    number, _, topic = (vault.unmarked(PURPOSE, token) or "").partition(".")
    if not number.isdecimal() or (topic not in KINDS and topic != DIGEST):
        return None
    return int(number), topic


@limited(Rate.FORM)
async def unsubscribe_page(request: Request) -> Response:
    """What the button would do. Opening it does nothing: mail programs open links by themselves."""
    return await _answer(request, done=False)


@limited(Rate.FORM)
async def unsubscribe(request: Request) -> Response:
    """End these mails: the button's POST, and the one that mail programs send for their own button."""
    return await _answer(request, done=True)


async def _answer(request: Request, *, done: bool) -> Response:
    pages: Pages = request.state.pages
    house = request.app.state.house
    found = read_token(house.vault, request.path_params["token"])
    if found is None:
        return pages.error(request, 404)
    if done:
        await house.db.write(notices.end_mail, *found)
    topic = found[1]
    answer = render(
        request,
        "people/unsubscribe.html",
        kind_name=KIND_NAMES.get(topic),
        token=request.path_params["token"],
        done=done,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
