"""For those who run the instance: who asks to join, and the invitations that let somebody in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from actors.people import registration
from actors.refusals import Refused
from outbox import registration as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

REGISTRATIONS, INVITATIONS = "/admin/registrations", "/admin/invitations"
REASON_CHARS = 1_000


class DecisionForm(BaseModel):
    """Yes, or no with a word."""

    decision: Literal["approve", "refuse"]
    reason: Annotated[str, Field(max_length=REASON_CHARS)] = ""


class InvitationForm(BaseModel):
    """For how many, until when, and what for."""

    uses: Annotated[str, Field(pattern=r"^\s*[0-9]{0,4}\s*$")] = ""
    ends_on: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    note: Annotated[str, Field(max_length=1_000)] = ""


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def registrations_page(request: Request) -> Response:
    """Who waits, with what they answered."""
    guard.moderator(request)
    return await _waiting(request)


@limited(Rate.FORM)
async def decide(request: Request) -> Response:
    """Let somebody in, or turn them away."""
    moderator = guard.moderator(request)
    form = await read_form(request, DecisionForm)
    if form.draft is None:
        return await _waiting(request, status=422)
    pages: Pages = request.state.pages
    house, number = request.app.state.house, request.path_params["id"]
    try:
        if form.draft.decision == "approve":
            await house.db.write(
                orders.approve, number, by=moderator.member_id, vault=house.vault, origin=pages.origin, now=pages.now()
            )
        else:
            await house.db.write(
                orders.refuse, number, by=moderator.member_id, reason=form.draft.reason.strip(), now=pages.now()
            )
    except Refused:
        return redirect(REGISTRATIONS, notice="already-done")
    house.wake()
    return redirect(REGISTRATIONS, notice="let-in" if form.draft.decision == "approve" else "turned-away")


@limited(Rate.PAGE)
async def invitations_page(request: Request) -> Response:
    """The invitations that are open, each with its link and code."""
    guard.moderator(request)
    return await _invitations(request, blank({"uses": "1"}))


@limited(Rate.FORM)
async def invite(request: Request) -> Response:
    """Make one."""
    moderator = guard.moderator(request)
    form = await read_form(request, InvitationForm)
    if form.draft is None:
        return await _invitations(request, form)
    pages: Pages = request.state.pages
    try:
        ends_at = _end_of(form.draft.ends_on)
        await request.app.state.house.db.write(
            registration.invite,
            member_id=moderator.member_id,
            uses=int(form.draft.uses) if form.draft.uses.strip() else None,
            ends_at=ends_at,
            note=form.draft.note,
            now=pages.now(),
        )
    except Refused as no:
        field = {"uses-impossible": "uses", "too-long": "note"}.get(no.code, "ends_on")
        return await _invitations(request, form.with_problem(field, no.code))
    return redirect(INVITATIONS, notice="invitation-made")


@limited(Rate.FORM)
async def end_invitation(request: Request) -> Response:
    """Nobody comes in by it any more."""
    guard.moderator(request)
    await read_form(request, NoFields)
    pages: Pages = request.state.pages
    await request.app.state.house.db.write(registration.end_invitation, request.path_params["id"], now=pages.now())
    return redirect(INVITATIONS, notice="invitation-ended")


def _end_of(day: str) -> datetime | None:
    """The end of that day, by the world's clock."""
    if not day:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(day), time(), tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Refused("date-malformed") from None


async def _waiting(request: Request, status: int = 200) -> Response:
    pages: Pages = request.state.pages
    lines = await request.app.state.house.db.read(orders.waiting, now=pages.now())
    return render(request, "people/registrations.html", status=status, lines=lines)


async def _invitations(request: Request, form: Filled[Any]) -> Response:
    pages: Pages = request.state.pages
    lines = await request.app.state.house.db.read(registration.invitations, now=pages.now())
    status = 422 if form.problems else 200
    return render(request, "people/site_invitations.html", status=status, form=form, lines=lines)
