"""What became of a group's needs, for its organisers: a small chart, and the table that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from actors.answering import needs_became
from actors.views.answers import Became
from web.groups.settings import door
from web.pages import render
from web.rates import Rate, limited

STEP, WIDE, HIGH = 30, 8, 100
PARTS = ("opened", "answered", "filled")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in the units of its picture: 100 high, 30 for each month."""

    part: str
    x: int
    y: float
    height: float


def bars(months: list[Became]) -> list[Bar]:
    """Three bars a month, as high as the highest of all allows."""
    most = max((month.opened for month in months), default=0) or 1
    drawn = []
    for number, month in enumerate(months):
        for place, part in enumerate(PARTS):
            height = round(getattr(month, part) * HIGH / most, 1)
            drawn.append(Bar(part, number * STEP + place * WIDE, HIGH - height, height))
    return drawn


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """The last twelve months."""
    gate = await door.organised(request)
    months = await request.app.state.house.db.read(needs_became, gate.actor.iri, now=request.state.pages.now())
    return render(
        request, "groups/settings/became.html", gate=gate, months=months, bars=bars(months), width=len(months) * STEP
    )
