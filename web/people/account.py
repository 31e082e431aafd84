"""A member's account: name, address, password.

Whoever changes the address or the password proves who they are: by the password that holds now, or by having signed in
within the last minutes. So somebody who finds an open browser can't take the account away.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio import to_thread
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.refusals import Refused
from outbox import sign_in as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect, render
from web.people.proof import is_fresh
from web.people.sign_in import SPENT, AddressForm, link_on_its_way, per_account
from web.rates import Rate, limited

HERE = "/me/account"
PASSWORD_CHARS = 1_001


class NameForm(BaseModel):
    """What the member is called."""

    name: Annotated[str, Field(max_length=500)] = ""


class NewAddressForm(AddressForm):
    """Where mails go from now on, and who says so."""

    current: Annotated[str, Field(max_length=PASSWORD_CHARS)] = ""


class NewPasswordForm(BaseModel):
    """A new password, or none, and who says so."""

    current: Annotated[str, Field(max_length=PASSWORD_CHARS)] = ""
    password: Annotated[str, Field(max_length=PASSWORD_CHARS)] = ""
    do: Literal["set", "remove"] = "set"


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def account_page(request: Request) -> Response:
    """The account as it is, to be changed."""
    return await _show(request)


@limited(Rate.FORM)
async def rename(request: Request) -> Response:
    """Change the name."""
    member = guard.member(request)
    form = await read_form(request, NameForm)
    if form.draft is None:
        return await _show(request, name=form)
    try:
        await request.app.state.house.db.write(people.rename, member.member_id, form.draft.name)
    except Refused as no:
        return await _show(request, name=form.with_problem("name", no.code))
    return redirect(HERE, notice="saved")


@limited(Rate.SIGN_IN)
async def new_address(request: Request) -> Response:
    """Send a link to the new address; it holds once that was opened."""
    member = guard.member(request)
    form = await read_form(request, NewAddressForm)
    if form.draft is None:
        return await _show(request, address=form)
    if not await _is_sure(request, form.draft.current):
        return await _show(request, address=form.with_problem("current", "prove-yourself"))
    pages: Pages = request.state.pages
    house = request.app.state.house
    await house.db.write(
        orders.ask_new_address,
        member.member_id,
        form.draft.address,
        vault=house.vault,
        origin=pages.origin,
        now=pages.now(),
    )
    house.wake()
    return redirect(HERE, notice="address-asked")


@limited(Rate.SIGN_IN)
async def address_page(request: Request) -> Response:
    """What the link to a new address opens; looking changes nothing."""
    pages: Pages = request.state.pages
    token = request.path_params["token"]
    if not await request.app.state.house.db.read(people.peek, token, orders.CHANGE_ADDRESS, now=pages.now()):
        return pages.error(request, 410, SPENT)
    return render(request, "people/address.html", token=token)


@limited(Rate.SIGN_IN)
async def confirm_address(request: Request) -> Response:
    """The new address holds."""
    pages: Pages = request.state.pages
    await read_form(request, NoFields)
    house = request.app.state.house
    try:
        await house.db.write(orders.confirm_new_address, request.path_params["token"], now=pages.now())
    except Refused as no:
        return pages.error(request, 410, no.code)
    house.wake()
    return redirect(HERE if request.state.member else "/sign-in", notice="address-changed")


@limited(Rate.SIGN_IN)
async def new_password(request: Request) -> Response:
    """Set, change or remove the password; every other session is over."""
    member = guard.member(request)
    form = await read_form(request, NewPasswordForm)
    if form.draft is None:
        return await _show(request, password=form)
    draft, house, pages = form.draft, request.app.state.house, request.state.pages
    if not await _is_sure(request, draft.current):
        return await _show(request, password=form.with_problem("current", "prove-yourself"))
    known = await house.db.read(people.own_credentials, member.member_id)
    fresh = None
    if draft.do == "set":
        own = await house.db.read(people.account, member.member_id)
        try:
            people.check_password(draft.password, (own.name, own.email, pages.site.name))
        except Refused as no:
            return await _show(request, password=form.with_problem("password", no.code))
        fresh = await to_thread.run_sync(people.hash_password, draft.password, limiter=house.proving)
    await house.db.write(people.set_password, known, fresh, keep=request.state.session_secret, now=pages.now())
    return redirect(HERE, notice="password-set" if fresh else "password-removed")


@limited(Rate.SIGN_IN)
async def send_fresh_link(request: Request) -> Response:
    """Send the member a link that signs in anew and leads back here: so they prove who they are without a password."""
    member = guard.member(request)
    await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    own = await house.db.read(people.account, member.member_id)
    if own.email is None:
        return redirect(HERE)
    await house.db.write(
        orders.send_link, own.email, vault=house.vault, origin=pages.origin, next_path=HERE, now=pages.now()
    )
    house.wake()
    return link_on_its_way(request, own.email)


async def _is_sure(request: Request, current: str) -> bool:
    """Whether it is the member themselves who asks."""
    if is_fresh(request):
        return True
    if not current:
        return False
    house, member = request.app.state.house, guard.member(request)
    per_account(request, f"member {member.member_id}")
    known = await house.db.read(people.own_credentials, member.member_id)
    proved: bool = await to_thread.run_sync(people.proves, current, known, limiter=house.proving)
    return proved


async def _show(
    request: Request,
    *,
    name: Filled[Any] | None = None,
    address: Filled[Any] | None = None,
    password: Filled[Any] | None = None,
) -> Response:
    own = await request.app.state.house.db.read(people.account, guard.member(request).member_id)
    refused = any(form is not None for form in (name, address, password))
    answer = render(
        request,
        "people/account.html",
        status=422 if refused else 200,
        own=own,
        fresh=is_fresh(request),
        name_form=name or blank({"name": own.name}),
        address_form=address or blank(),
        password_form=password or blank(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
