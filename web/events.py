"""Events, shown: the page of one, what is coming, the feed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors import events, threads
from actors.views import EventPage
from web import feeds
from web.pages import Pages, iri_asked, iri_of, language_of, missing, render
from web.rates import Rate, limited

LIST = 60


@limited(Rate.PAGE)
async def event_page(request: Request) -> Response:
    """An event of a group of ours."""
    return await _show(request, iri_of(request))


@limited(Rate.PAGE)
async def event_elsewhere(request: Request) -> Response:
    """A partner's."""
    return await _show(request, iri_asked(request))


@limited(Rate.PAGE)
async def events_list(request: Request) -> Response:
    """What is coming, ours and partners'."""
    now = request.state.pages.now()
    db = request.app.state.house.db
    lines = await db.read(events.coming, now=now, language=language_of(request), limit=LIST)
    return render(request, "events/list.html", lines=lines)


@limited(Rate.FEED)
async def events_feed(request: Request) -> Response:
    """Our groups' events."""
    pages: Pages = request.state.pages
    found = await request.app.state.house.db.read(events.pages, language=language_of(request), limit=feeds.LIMIT)
    title = f"{pages.reader(request).text('Meetings')} · {pages.site.name}"
    return feeds.respond(request, title=title, page="/events", events=found)


async def _show(request: Request, iri: str) -> Response:
    db = request.app.state.house.db
    event: EventPage | None = await db.read(
        events.page, iri, language=language_of(request), viewer=request.state.viewer
    )
    if event is None:
        await missing(request, iri)
    return render(
        request,
        "events/event.html",
        event=event,
        replies=await db.read(threads.replies, event.line.iri),
    )


ROUTES = [
    Route("/events", events_list),
    Route("/events/feed.atom", events_feed),
    Route("/g/{name}/events/{id}", event_page),
    Route("/elsewhere/event", event_elsewhere),
]
