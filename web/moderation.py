"""What waits for a moderator's yes or no. Whoever is no moderator does not learn that the page exists."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.views import WaitingKind
from outbox import waiting
from web import guard
from web.forms import read_form
from web.pages import language_of, redirect, render
from web.rates import Rate, limited


class Decision(BaseModel):
    """One of the two buttons beside a line."""

    kind: WaitingKind
    number: Annotated[int, Field(ge=1, lt=2**63)]
    answer: Literal["approve", "decline"]


@limited(Rate.PAGE)
async def waiting_page(request: Request) -> Response:
    """The list."""
    guard.moderator(request)
    lines = await request.app.state.house.db.read(waiting.waiting, language=language_of(request))
    return render(request, "moderation/waiting.html", lines=lines)


@limited(Rate.FORM)
async def decide(request: Request) -> Response:
    """Say yes or no to one line."""
    member = guard.moderator(request)
    form = await read_form(request, Decision)
    if form.draft is None:
        raise HTTPException(400)
    house, accepted = request.app.state.house, form.draft.answer == "approve"
    done = await house.db.write(
        waiting.decide,
        form.draft.kind,
        form.draft.number,
        accepted=accepted,
        member_id=member.member_id,
        now=request.state.pages.now(),
    )
    if not done:
        return redirect("/waiting", notice="already-done")
    house.courier.wake()
    return redirect("/waiting", notice="approved" if accepted else "declined")


ROUTES = [
    Route("/waiting", waiting_page),
    Route("/waiting", decide, methods=["POST"]),
]
