"""Offers and needs, shown: the page of one, the lists of those that are open, their feeds."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from actors import matches, offers
from actors.views import OfferPage, Purpose
from outbox import answers
from outbox import matches as matching
from outbox import offers as orders
from web import feeds
from web.forms import Filled
from web.offers.forms import labelled
from web.pages import Pages, iri_asked, iri_of, language_of, missing, render
from web.rates import Rate, limited

LIST = 60


@limited(Rate.PAGE)
async def offer_page(request: Request) -> Response:
    """An offer or a need of a group of ours."""
    return await show(request, iri_of(request))


@limited(Rate.PAGE)
async def offer_elsewhere(request: Request) -> Response:
    """A partner's."""
    return await show(request, iri_asked(request))


@limited(Rate.PAGE)
async def offers_list(request: Request) -> Response:
    """The open offers, or the open needs, of everybody."""
    purpose = purpose_of(request)
    db = request.app.state.house.db
    lines = await db.read(offers.latest, purpose=purpose, language=language_of(request), limit=LIST)
    return render(request, "offers/list.html", purpose=purpose, lines=lines)


@limited(Rate.FEED)
async def offers_feed(request: Request) -> Response:
    """Our groups' offers, or needs."""
    purpose = purpose_of(request)
    pages: Pages = request.state.pages
    found = await request.app.state.house.db.read(
        offers.pages, purpose=purpose, language=language_of(request), limit=feeds.LIMIT
    )
    reader = pages.reader(request)
    heading = reader.text("Needs") if purpose is Purpose.NEED else reader.text("Offers")
    return feeds.respond(request, title=f"{heading} · {pages.site.name}", page=f"/{purpose.value}s", offers=found)


async def show(request: Request, iri: str, *, form: Filled[Any] | None = None, status: int = 200) -> Response:
    """The page of one; `form`: an answer that was not taken, with what was typed."""
    db, viewer = request.app.state.house.db, request.state.viewer
    offer: OfferPage | None = await db.read(offers.page, iri, language=language_of(request), viewer=viewer)
    if offer is None:
        await missing(request, iri)
    own = viewer is not None and offer.line.host is None
    may_change = own and await db.read(orders.may_change, offer.line.iri, viewer)
    asked = {"language": language_of(request), "now": request.state.pages.now(), "viewer": viewer}
    return render(
        request,
        "offers/offer.html",
        status=status,
        offer=offer,
        thread=await db.read(answers.thread_of, offer.line.iri, viewer),
        form=form,
        may_change=may_change,
        fits=await db.read(matches.beside, offer.line.iri, **asked),
        further=await db.read(matching.is_offered_further, offer.line.iri) if may_change else None,
        trades=labelled(offer.concept_iris, language_of(request)),
    )


def purpose_of(request: Request) -> Purpose:
    """Which of the two this address is about."""
    parts = request.scope["path"].strip("/").split("/")
    return Purpose.NEED if parts[2 if parts[0] == "g" else 0] == "needs" else Purpose.OFFER
