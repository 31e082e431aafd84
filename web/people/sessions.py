"""Where a member is signed in: each browser with when and from where, to be ended one by one or all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from web import guard
from web.forms import read_form
from web.pages import Pages, redirect, render
from web.people.devices import in_words
from web.rates import Rate, limited


class EndForm(BaseModel):
    """Which: a number of a session, «others» or «all»."""

    which: Annotated[str, Field(pattern=r"^([0-9]{1,18}|others|all)$")]


@dataclass(frozen=True, slots=True)
class Line:
    """A session in words."""

    id: int
    device: str
    network: str | None
    created_at: datetime
    seen_at: datetime
    is_this: bool


@limited(Rate.PAGE)
async def sessions_page(request: Request) -> Response:
    """All browsers in which the member is signed in."""
    member = guard.member(request)
    pages: Pages = request.state.pages
    reader = pages.reader(request)
    rows = await request.app.state.house.db.read(
        people.sessions_of, member.member_id, request.state.session_secret, now=pages.now()
    )
    lines = [
        Line(row.id, in_words(reader, row.device), row.network, row.created_at, row.seen_at, row.is_this)
        for row in rows
    ]
    return render(request, "people/sessions.html", lines=lines)


@limited(Rate.FORM)
async def end_sessions(request: Request) -> Response:
    """End one, all others, or all."""
    member = guard.member(request)
    form = await read_form(request, EndForm)
    pages: Pages = request.state.pages
    db, now = request.app.state.house.db, pages.now()
    which = form.draft.which if form.draft else ""
    if which == "all":
        await db.write(people.revoke_all, member.member_id, now=now)
        answer = redirect("/", notice="signed-out-everywhere")
        guard.end_session(request, answer)
        return answer
    if which == "others":
        await db.write(people.end_others, member.member_id, request.state.session_secret, now=now)
        return redirect("/me/sessions", notice="sessions-ended")
    if which:
        await db.write(people.end_one, member.member_id, int(which), now=now)
    return redirect("/me/sessions", notice="session-ended" if which else None)
