"""The style guide: every piece that pages are made of, in every state, both themes beside each other.

It is for those who make pages and for admins who choose a colour; to anybody else it is not there. The texts in it are
in the catalogues too, so that a translator sees each piece in place.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import guard
from web.forms import Filled, blank
from web.pages import render
from web.rates import Rate, limited

SIDES = (("light", ""), ("dark", ""), ("light", "more"), ("dark", "more"))


class Sample(BaseModel):
    """What the forms of the guide pretend to ask."""

    name: Annotated[str, Field(min_length=1)]
    tongues: list[str] = []


@limited(Rate.PAGE)
async def styleguide(request: Request) -> Response:
    """The page."""
    guard.admin(request)
    typed = {"name": "", "about": "…", "joining": "request", "mail": "noor@"}
    problems = {"name": "not-understood", "mail": "not-understood", "joining": "not-understood"}
    wrong: Filled[Sample] = Filled(typed, problems, None, {"tongues": ["fr"]})
    known = blank({"name": "Noor", "joining": "open", "listed": "yes"}, {"tongues": ["nl", "fr"]})
    side = request.query_params.get("side", "")
    sides = [SIDES[int(side)]] if side in {"0", "1", "2", "3"} else list(SIDES[:2])
    return render(request, "styleguide.html", wrong=wrong, known=known, sides=sides)


ROUTES = [Route("/styleguide", styleguide)]
