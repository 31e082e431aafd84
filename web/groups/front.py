"""The front page: what this instance is, its network, what is open now, its groups, its partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from actors import events, groups, offers, threads
from actors.database import Database
from actors.views import ActorKind, EventLine, GroupLine, OfferLine, PartnerLine, Purpose
from web import feeds
from web.groups.network import draw
from web.pages import Pages, language_of, render
from web.rates import Rate, limited

LATEST = 5


@dataclass(frozen=True, slots=True)
class _Front:
    """What everybody is shown who reads one language."""

    lines: list[GroupLine]
    partners: list[PartnerLine]
    needs: list[OfferLine]
    offers: list[OfferLine]
    events: list[EventLine]


@limited(Rate.PAGE)
async def front_page(request: Request) -> Response:
    """What is alive here, ours and partners': the same for everybody, so the tables are asked once a second."""
    house, now, language = request.app.state.house, request.state.pages.now(), language_of(request)
    front: _Front = await house.shelf.get(f"front page {language}", lambda: _read(house.db, language, now))
    regions = by_region(front.lines)
    numbered = [line for _, of_region in regions for _, line in of_region]
    return render(
        request,
        "groups/front.html",
        groups=numbered,
        regions=regions,
        partners=front.partners,
        needs=front.needs,
        offers=front.offers,
        events=front.events,
        network=draw(numbered, front.partners),
    )


async def _read(db: Database, language: str, now: datetime) -> _Front:
    return _Front(
        lines=await db.read(groups.lines, language=language),
        partners=await db.read(groups.partners, language=language),
        needs=await db.read(offers.latest, purpose=Purpose.NEED, language=language, limit=LATEST),
        offers=await db.read(offers.latest, purpose=Purpose.OFFER, language=language, limit=LATEST),
        events=await db.read(events.coming, now=now, language=language, limit=LATEST),
    )


@limited(Rate.FEED)
async def front_feed(request: Request) -> Response:
    """Everything that our groups publish."""
    db, language = request.app.state.house.db, language_of(request)
    pages: Pages = request.state.pages
    return feeds.respond(
        request,
        title=pages.site.name,
        page="/",
        offers=await db.read(offers.pages, language=language, limit=feeds.LIMIT),
        events=await db.read(events.pages, language=language, limit=feeds.LIMIT),
        posts=await db.read(threads.pages, language=language, limit=feeds.LIMIT),
    )


@limited(Rate.PAGE)
async def robots(_request: Request) -> Response:
    """What search engines leave alone: pages about what is at home elsewhere (and whoever says so on its own page)."""
    return PlainTextResponse("User-agent: *\nDisallow: /elsewhere\nDisallow: /authorize_interaction\n")


def by_region(lines: Sequence[GroupLine]) -> list[tuple[str | None, list[tuple[int, GroupLine]]]]:
    """The groups under their regions, numbered from 1 in the order of the page.

    Regions come in the order in which they first appear, groups bound to no place last; a project follows the first
    sector group of ours that it belongs to, unless it is bound to another region.
    """
    region_of = {line.actor.iri: line.region for line in lines}
    followers: dict[str, list[GroupLine]] = {}
    leading = []
    for line in lines:
        near = (p.iri for p in line.parents if p.iri in region_of and line.region in {None, region_of[p.iri]})
        parent = next(near, None) if line.actor.kind is ActorKind.PROJECT else None
        if parent:
            followers.setdefault(parent, []).append(line)
        else:
            leading.append(line)
    found: dict[str | None, list[GroupLine]] = {}
    for line in leading:
        found.setdefault(line.region, []).extend([line, *followers.get(line.actor.iri, [])])
    if None in found:
        found[None] = found.pop(None)
    number = iter(range(1, len(lines) + 1))
    return [(region, [(next(number), line) for line in of_region]) for region, of_region in found.items()]
