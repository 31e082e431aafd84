"""A copy of everything, and leaving. Both ask for a fresh sign-in: a browser that was left open must not be enough."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.people import leaving as rules
from actors.refusals import Refused
from outbox import leaving
from web import guard
from web.farewells import copies_folder
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect, render
from web.people.proof import is_fresh
from web.rates import Rate, limited


class Nothing(BaseModel):
    """A form that is one button."""


class AgainForm(BaseModel):
    """Where one goes on after signing in again."""

    going: Annotated[str, Field(max_length=200)] = "/me/export"


class LeaveForm(BaseModel):
    """What becomes of what one wrote, and that one knows."""

    content: Literal["delete", "keep"] = "delete"
    understood: str = ""


@limited(Rate.PAGE)
async def copies(request: Request) -> Response:
    """What a copy holds, and those that were asked for."""
    member = guard.member(request)
    lines = await request.app.state.house.db.read(leaving.copies_of, member.member_id)
    return render(request, "people/export.html", lines=lines, is_fresh=is_fresh(request))


@limited(Rate.FORM)
async def ask_for_copy(request: Request) -> Response:
    """Wish for a copy; it is made outside the request."""
    member = guard.member(request)
    await read_form(request, Nothing)
    if not is_fresh(request):
        return redirect("/me/export", notice="sign-in-again")
    pages: Pages = request.state.pages
    await request.app.state.house.db.write(leaving.ask_for_copy, member.member_id, now=pages.now())
    return redirect("/me/export", notice="copy-asked")


@limited(Rate.PAGE)
async def copy_page(request: Request) -> Response:
    """What the link in the mail opens: a button, since mail programs open links by themselves."""
    member = guard.member(request)
    pages: Pages = request.state.pages
    token = request.path_params["token"]
    if not await request.app.state.house.db.read(leaving.peek_copy, member.member_id, token, now=pages.now()):
        return pages.error(request, 410, "copy-over")
    answer = render(request, "people/copy_ready.html", token=token, is_fresh=is_fresh(request))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@limited(Rate.FORM)
async def fetch_copy(request: Request) -> Response:
    """The file, once."""
    member = guard.member(request)
    await read_form(request, Nothing)
    token = request.path_params["token"]
    house = request.app.state.house
    pages: Pages = request.state.pages
    if not is_fresh(request):
        return redirect(f"/me/export/{token}", notice="sign-in-again")
    try:
        name = await house.db.write(leaving.fetch_copy, member.member_id, token, now=pages.now())
        body = await asyncio.to_thread((copies_folder(house.settings) / name).read_bytes)
    except (Refused, FileNotFoundError):
        return pages.error(request, 410, "copy-over")
    headers = {
        "Content-Disposition": f'attachment; filename="{pages.authority.partition(":")[0]}-{pages.now():%Y-%m-%d}.zip"',
        "Cache-Control": "no-store",
    }
    return Response(body, headers=headers, media_type="application/zip")


@limited(Rate.FORM)
async def sign_in_again(request: Request) -> Response:
    """End this session, and come back with a fresh one."""
    guard.member(request)
    form = await read_form(request, AgainForm)
    going = form.draft.going if form.draft is not None and form.draft.going.startswith("/me/") else "/me/export"
    await request.app.state.house.db.write(people.end_session, request.state.session_secret)
    answer = redirect(f"/sign-in?next={going}")
    guard.end_session(request, answer)
    return answer


@limited(Rate.PAGE)
async def leave_page(request: Request) -> Response:
    """What leaving means, in numbers."""
    return await _leave(request)


@limited(Rate.FORM)
async def leave(request: Request) -> Response:
    """Ask to be deleted in a week; every session ends now."""
    member = guard.member(request)
    form = await read_form(request, LeaveForm)
    house, pages = request.app.state.house, request.state.pages
    if not is_fresh(request):
        return redirect("/me/leave", notice="sign-in-again")
    if form.draft is None or form.draft.understood != "yes":
        return await _leave(request, form.with_problem("understood", "not-understood-yet"), status=422)
    await house.db.write(
        leaving.ask_to_leave,
        member.member_id,
        keeps=form.draft.content == "keep",
        origin=pages.origin,
        now=pages.now(),
    )
    house.wake()
    answer = redirect("/", notice="leaving-asked")
    guard.end_session(request, answer)
    return answer


async def _leave(request: Request, form: Filled[LeaveForm] | None = None, *, status: int = 200) -> Response:
    member = guard.member(request)
    found = await request.app.state.house.db.read(leaving.numbers, member.member_id)
    return render(
        request,
        "people/leave.html",
        status=status,
        found=found,
        form=form or blank({"content": "delete"}),
        is_fresh=is_fresh(request),
        days=rules.GRACE.days,
    )
