"""Passkeys: signing in with one, and a member's own.

The page's script asks for a challenge (`begin_…`), lets the browser ask its owner, and sends what the authenticator
answers as an ordinary form. The sign-in page works without either.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit

from anyio import to_thread
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actors import people
from actors.people import passkeys
from actors.refusals import Refused
from outbox import sign_in as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect
from web.people.devices import in_words
from web.people.proof import is_fresh
from web.people.sign_in import PATH_CHARS, door, own_path, welcome
from web.people.ways import WAYS, NoFields, show_ways, take_away
from web.rates import Rate, limited

ANSWER_CHARS = 20_000
COOKIE_CHARS = 43


class AnswerForm(BaseModel):
    """What the authenticator said, and where to go on."""

    answer: Annotated[str, Field(min_length=1, max_length=ANSWER_CHARS)]
    next: Annotated[str, Field(max_length=PATH_CHARS)] = ""


class NewForm(BaseModel):
    """A passkey that was just made, and what to call it."""

    answer: Annotated[str, Field(min_length=1, max_length=ANSWER_CHARS)]
    name: Annotated[str, Field(max_length=500)] = ""


class NameForm(BaseModel):
    """What to call a passkey."""

    name: Annotated[str, Field(max_length=500)] = ""


@limited(Rate.SIGN_IN)
async def begin_sign_in(request: Request) -> Response:
    """A challenge for whoever has a passkey of ours."""
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    browser = _browser(request)
    challenge = await request.app.state.house.db.write(passkeys.begin, browser, member_id=None, now=pages.now())
    return _asks(request, browser, await to_thread.run_sync(passkeys.asked_to_use, _site(pages), challenge))


@limited(Rate.SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Sign in whose passkey answered the challenge."""
    pages: Pages = request.state.pages
    form = await read_form(request, AnswerForm)
    going = blank({"next": own_path(form.values.get("next", ""))})
    if form.draft is None:
        return door(request, going, failed="passkey-malformed")
    house, answer = request.app.state.house, form.draft.answer
    try:
        challenge = passkeys.challenge_in(answer)
        await house.db.write(passkeys.end, challenge, _kept(request), member_id=None, now=pages.now())
        known = await house.db.read(passkeys.known, house.vault, answer)
        proved = await to_thread.run_sync(
            lambda: passkeys.used(_site(pages), challenge, answer, public_key=known.public_key)
        )
        secret = await house.db.write(
            passkeys.open_by_passkey,
            known,
            proved,
            device=request.headers.get("user-agent", ""),
            network=guard.network_of(request),
            now=pages.now(),
        )
    except Refused as no:
        return door(request, going, failed=no.code)
    return await welcome(request, secret, form.draft.next)


@limited(Rate.SIGN_IN)
async def begin_adding(request: Request) -> Response:
    """A challenge for the member who adds a passkey."""
    member = guard.member(request)
    await read_form(request, NoFields)
    if not is_fresh(request):
        return JSONResponse({"problem": "not-fresh"}, 403)
    pages: Pages = request.state.pages
    house, browser = request.app.state.house, _browser(request)
    try:
        has = await house.db.read(passkeys.known_to, member.member_id)
    except Refused as no:
        return JSONResponse({"problem": no.code}, 422)
    own = await house.db.read(people.account, member.member_id)
    challenge = await house.db.write(passkeys.begin, browser, member_id=member.member_id, now=pages.now())
    asks = await to_thread.run_sync(
        lambda: passkeys.asked_to_make(
            _site(pages),
            challenge,
            handle=passkeys.called(house.vault, member.member_id),
            account=own.email or own.name,
            name=own.name,
            has=has,
        )
    )
    return _asks(request, browser, asks)


@limited(Rate.SIGN_IN)
async def add(request: Request) -> Response:
    """Keep the passkey that the member made."""
    member, pages = guard.member(request), request.state.pages
    form = await read_form(request, NewForm)
    if form.draft is None:
        return await show_ways(request, failed="passkey-malformed")
    if not is_fresh(request):
        return await show_ways(request, failed="not-fresh")
    house, answer = request.app.state.house, form.draft.answer
    name = form.draft.name.strip() or in_words(pages.reader(request), request.headers.get("user-agent", ""))
    try:
        challenge = passkeys.challenge_in(answer)
        await house.db.write(passkeys.end, challenge, _kept(request), member_id=member.member_id, now=pages.now())
        made = await to_thread.run_sync(passkeys.made, _site(pages), challenge, answer)
        await house.db.write(orders.add_passkey, member.member_id, made, name, now=pages.now())
    except Refused as no:
        return await show_ways(request, failed=no.code)
    house.wake()
    return redirect(WAYS, notice="passkey-added")


@limited(Rate.FORM)
async def rename(request: Request) -> Response:
    """Call a passkey otherwise."""
    member = guard.member(request)
    form = await read_form(request, NameForm)
    number: int = request.path_params["id"]
    if form.draft is None:
        return await show_ways(request, naming=(number, form))
    try:
        await request.app.state.house.db.write(passkeys.rename, member.member_id, number, form.draft.name)
    except Refused as no:
        refused: Filled[Any] = form.with_problem("name", no.code)
        return await show_ways(request, naming=(number, refused))
    return redirect(WAYS, notice="saved")


@limited(Rate.FORM)
async def remove(request: Request) -> Response:
    """Take a passkey away."""
    return await take_away(request, passkeys.remove, notice="passkey-removed")


def _site(pages: Pages) -> passkeys.Site:
    return passkeys.Site(urlsplit(pages.origin).hostname or "", pages.origin, pages.site.name or pages.authority)


def _asks(request: Request, browser: str, asks: str) -> Response:
    answer = Response(asks, media_type="application/json", headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        _cookie(request),
        browser,
        max_age=int(passkeys.ATTEMPT_LASTS.total_seconds()),
        httponly=True,
        secure=request.state.secure,
        samesite="strict",
    )
    return answer


def _browser(request: Request) -> str:
    """The secret of this browser: the one that it has, so that two of its pages can ask at the same time."""
    kept = _kept(request)
    return kept if len(kept) == COOKIE_CHARS and kept.isascii() else secrets.token_urlsafe(32)


def _kept(request: Request) -> str:
    return request.cookies.get(_cookie(request), "")


def _cookie(request: Request) -> str:
    return "__Host-passkey" if request.state.secure else "passkey"
