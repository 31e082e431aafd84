"""A member's picture: sent, drawn anew, shown; or taken away."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from outbox import people as orders
from web import guard
from web.forms import read_form
from web.pages import redirect
from web.pictures import read_upload
from web.rates import Rate, limited


class Nothing(BaseModel):
    """A form that is one button."""


@limited(Rate.LOOKUP)
async def show_picture(request: Request) -> Response:
    """Take the picture that was sent."""
    member = guard.member(request)
    data, values = await read_upload(request)
    house, pages = request.app.state.house, request.state.pages
    made = await house.pictures.make(data, "avatar")
    await house.db.write(
        orders.show_picture,
        member.member_id,
        made,
        alt=values.get("alt", ""),
        origin=pages.origin,
        now=pages.now(),
    )
    house.courier.wake()
    return redirect("/me/profile", notice="picture-saved")


@limited(Rate.FORM)
async def no_picture(request: Request) -> Response:
    """Take it away."""
    member = guard.member(request)
    await read_form(request, Nothing)
    house, pages = request.app.state.house, request.state.pages
    await house.db.write(orders.show_picture, member.member_id, None, origin=pages.origin, now=pages.now())
    house.courier.wake()
    return redirect("/me/profile", notice="picture-removed")
