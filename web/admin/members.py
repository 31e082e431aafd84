"""`/admin/members`: who belongs here, with which role; a suspension and its end; a fresh sign-in link by mail.

Moderators see members and suspend them. Addresses, roles, and whoever has a role are for admins.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.people import keeping
from actors.refusals import Refused
from actors.views.keeping import MemberRecord
from outbox import members as orders
from outbox import sign_in
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

HERE = "/admin/members"


class RoleForm(BaseModel):
    """What a member is from now on."""

    role: Literal["member", "moderator", "admin"]


class SuspensionForm(BaseModel):
    """Why, for the log."""

    reason: Annotated[str, Field(max_length=orders.REASON_CHARS)] = ""


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def list_page(request: Request) -> Response:
    """The list, searched, filtered and sorted by what the address says."""
    reader = guard.moderator(request)
    asked = request.query_params
    only = asked.get("only", "")
    only = only if only in keeping.FILTERS else ""
    sort = asked.get("sort", "name")
    sort = sort if sort in keeping.SORTS else "name"
    page = asked.get("page", "")
    found = await request.app.state.house.db.read(
        keeping.members,
        query=asked.get("q", ""),
        only=only,
        sort=sort,
        number=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
        with_address=reader.is_admin,
    )
    return render(
        request,
        "admin/members.html",
        found=found,
        query=asked.get("q", "")[: keeping.QUERY_CHARS],
        only=only,
        sort=sort,
    )


@limited(Rate.PAGE)
async def member_page(request: Request) -> Response:
    """One member, and what can be done."""
    return await _show(request)


@limited(Rate.FORM)
async def change_role(request: Request) -> Response:
    """Give another role."""
    admin = guard.admin(request)
    form = await read_form(request, RoleForm)
    if form.draft is None:
        return await _show(request, role=form)
    pages: Pages = request.state.pages
    number = request.path_params["id"]
    try:
        await request.app.state.house.db.write(
            orders.change_role, number, form.draft.role, by=admin.member_id, now=pages.now()
        )
    except Refused as no:
        _stay_if_known(no)
        return await _show(request, role=form.with_problem("role", no.code))
    # Who gave their own role away may not see this page any more.
    if number == admin.member_id and form.draft.role == "member":
        return redirect("/me", notice="saved")
    return redirect(f"{HERE}/{number}", notice="role-changed")


@limited(Rate.FORM)
async def suspend(request: Request) -> Response:
    """Shut somebody out; every browser of theirs is signed out with this very answer."""
    moderator = guard.moderator(request)
    form = await read_form(request, SuspensionForm)
    if form.draft is None:
        return await _show(request, suspension=form)
    pages: Pages = request.state.pages
    house, number = request.app.state.house, request.path_params["id"]
    reason = form.draft.reason.strip()
    try:
        await house.db.write(orders.suspend, number, by=moderator.member_id, reason=reason, now=pages.now())
    except Refused as no:
        _stay_if_known(no)
        return await _show(request, suspension=form.with_problem("", no.code))
    house.wake()
    return redirect(f"{HERE}/{number}", notice="member-suspended")


@limited(Rate.FORM)
async def unsuspend(request: Request) -> Response:
    """Let them back."""
    moderator = guard.moderator(request)
    form = await read_form(request, NoFields)
    pages: Pages = request.state.pages
    house, number = request.app.state.house, request.path_params["id"]
    try:
        await house.db.write(orders.unsuspend, number, by=moderator.member_id, now=pages.now())
    except Refused as no:
        _stay_if_known(no)
        return await _show(request, suspension=form.with_problem("", no.code))
    house.wake()
    return redirect(f"{HERE}/{number}", notice="member-let-back")


@limited(Rate.FORM)
async def send_link(request: Request) -> Response:
    """Mail them a link that signs in; nobody else sees it."""
    guard.admin(request)
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    house, number = request.app.state.house, request.path_params["id"]
    found = await house.db.read(keeping.member_record, number, now=pages.now())
    if found is None or not found.row.email or found.row.state in ("suspended", "waiting"):
        raise HTTPException(404)
    await house.db.write(sign_in.send_link, found.row.email, vault=house.vault, origin=pages.origin, now=pages.now())
    house.wake()
    return redirect(f"{HERE}/{number}", notice="link-sent")


def _stay_if_known(no: Refused) -> None:
    if no.code == "not-found":
        raise HTTPException(404)


async def _show(
    request: Request, *, role: Filled[Any] | None = None, suspension: Filled[Any] | None = None
) -> Response:
    reader = guard.moderator(request)
    pages: Pages = request.state.pages
    found: MemberRecord | None = await request.app.state.house.db.read(
        keeping.member_record, request.path_params["id"], now=pages.now(), with_address=reader.is_admin
    )
    if found is None:
        raise HTTPException(404)
    refused = role is not None or suspension is not None
    return render(
        request,
        "admin/member.html",
        status=422 if refused else 200,
        found=found,
        role_form=role or blank({"role": found.row.role}),
        suspension_form=suspension or blank(),
        may_suspend=reader.member_id != found.row.id and (reader.is_admin or found.row.role == "member"),
        sends_mail=pages.sends_mail,
    )
