"""Signing in: an address for a one-time link, or a password beside it; and out.

Opening the link changes nothing (mail programs and chats open links by themselves); the button on the page spends it.
What is answered to an address, and how long that takes, does not say whether somebody here has it (L6).
"""

from __future__ import annotations

import hashlib
import math
from typing import Annotated, Any

from anyio import to_thread
from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.refusals import Refused
from outbox import mail
from outbox import sign_in as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, is_own_path, redirect, render
from web.rates import Rate, limited

SPENT = "sign-in-link-spent"
PATH_CHARS = 500


class TokenForm(BaseModel):
    """The button under a sign-in link."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class AddressForm(BaseModel):
    """Who wants in, and where to go on."""

    address: Annotated[str, Field(max_length=320)] = ""
    next: Annotated[str, Field(max_length=PATH_CHARS)] = ""

    @field_validator("address")
    @classmethod
    def _an_address(cls, text: str) -> str:
        bare = people.bare_address(text)
        if not bare:
            raise PydanticCustomError("address-needed", "no address")
        if not mail.is_usable(bare):
            raise PydanticCustomError("address-malformed", "not an address")
        return bare


class PasswordForm(AddressForm):
    """The same, with the password."""

    password: Annotated[str, Field(min_length=1, max_length=1_001)]


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def sign_in_page(request: Request) -> Response:
    """Where one says who one is; whoever is signed in goes on at once."""
    going = own_path(request.query_params.get("next", ""))
    if request.state.member is not None:
        return redirect(going or "/")
    return door(request, blank({"next": going}))


@limited(Rate.SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Spend a link, prove a password, or have a link sent."""
    async with request.form(max_files=0, max_fields=10) as sent:
        names = set(sent)
    if "token" in names:
        return await _spend(request)
    if "password" in names:
        return await _by_password(request)
    pages: Pages = request.state.pages
    form = await read_form(request, AddressForm)
    if form.draft is None:
        return door(request, form, status=422)
    house = request.app.state.house
    await house.db.write(
        orders.send_link,
        form.draft.address,
        vault=house.vault,
        origin=pages.origin,
        next_path=own_path(form.draft.next),
        now=pages.now(),
    )
    house.wake()
    return link_on_its_way(request, form.draft.address)


@limited(Rate.SIGN_IN)
async def link_page(request: Request) -> Response:
    """What a one-time link opens."""
    token = request.path_params["token"]
    pages: Pages = request.state.pages
    if not await request.app.state.house.db.read(people.peek_sign_in, token, now=pages.now()):
        return pages.error(request, 410, SPENT)
    answer = render(request, "people/sign_in.html", token=token)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@limited(Rate.FORM)
async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    await read_form(request, NoFields)
    if request.state.session_secret:
        await request.app.state.house.db.write(people.end_session, request.state.session_secret)
    answer = redirect("/", notice="signed-out")
    guard.end_session(request, answer)
    return answer


def link_on_its_way(request: Request, address: str) -> Response:
    """The answer to every address: a link is under way, if somebody here has it."""
    pages: Pages = request.state.pages
    return render(request, "people/link_sent.html", address=address, by_mail=pages.sends_mail)


def own_path(path: str) -> str:
    """`path` if one may be sent there after signing in, else nothing (L5)."""
    if len(path) > PATH_CHARS or not is_own_path(path) or path.startswith(("/sign-", "/join-us", "/static/")):
        return ""
    return path


async def _spend(request: Request) -> Response:
    pages: Pages = request.state.pages
    form = await read_form(request, TokenForm)
    if form.draft is None:
        return pages.error(request, 410, SPENT)
    try:
        secret, going = await request.app.state.house.db.write(
            people.open_by_link,
            form.draft.token,
            now=pages.now(),
            device=request.headers.get("user-agent", ""),
            network=guard.network_of(request),
        )
    except Refused as no:
        return pages.error(request, 410, no.code)
    return await welcome(request, secret, going)


async def _by_password(request: Request) -> Response:
    pages: Pages = request.state.pages
    form = await read_form(request, PasswordForm)
    if form.draft is None:
        return door(request, form, status=422)
    per_account(request, form.draft.address)
    house = request.app.state.house
    known = await house.db.read(people.credentials, form.draft.address)
    if not await to_thread.run_sync(people.proves, form.draft.password, known, limiter=house.proving):
        return door(request, form.with_problem("password", "password-wrong"), status=422)
    rehashed = None
    if people.is_outdated(known.password_hash):
        rehashed = await to_thread.run_sync(people.hash_password, form.draft.password, limiter=house.proving)
    try:
        secret = await house.db.write(
            people.open_by_password,
            known,
            device=request.headers.get("user-agent", ""),
            network=guard.network_of(request),
            now=pages.now(),
            rehashed=rehashed,
        )
    except Refused as no:
        return door(request, form.with_problem("password", no.code), status=422)
    return await welcome(request, secret, form.draft.next)


def per_account(request: Request, account: str) -> None:
    """Count one try at the password of this account, wherever it comes from; the link by mail stays open.

    Raises:
        HTTPException: 429, too many.
    """
    digest = hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()
    wait = request.state.limiter.wait_s(Rate.PASSWORD, digest)
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})


async def welcome(request: Request, secret: str, going: str) -> Response:
    """Give the browser its session instead of the one it had, and lead the reader on to where they came from."""
    if request.state.session_secret:
        await request.app.state.house.db.write(people.end_session, request.state.session_secret)
    answer = redirect(own_path(going) or "/", notice="signed-in")
    guard.begin_session(request, answer, secret)
    return answer


def door(request: Request, form: Filled[Any], status: int = 200, *, failed: str | None = None) -> Response:
    """The page on which one says who one is; `failed`: how another way of saying so ended."""
    settings = request.app.state.house.settings
    answer = render(
        request,
        "people/door.html",
        status=422 if failed else status,
        form=form,
        going=own_path(form.values.get("next", "")),
        failed=failed,
        sign_in_service=settings.oidc_name if settings.oidc_issuer else "",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
