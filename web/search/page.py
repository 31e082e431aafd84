"""The page of the search, and its feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors import finds
from actors.regions import CHOICES, PARTS
from actors.search import FACETS
from actors.search.tables import KINDS
from actors.towns import broader, inside
from actors.views.finds import Finds
from web import feeds
from web.pages import Pages, language_of, render
from web.rates import Rate, limited
from web.search.asking import DISTANCES_KM, MODES, PAYS, USUAL_KM, Search, having, read_search, without
from web.search.wording import Says

WHOLES = frozenset({"EU", *PARTS})
"""Too large to be chosen from a list where their parts stand."""
VALUES = 8
"""So many values of a facet are shown; further ones stand in the form."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: what it is called, how many there would be, where it leads. `on`: it is asked for now."""

    name: str
    count: str
    url: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet with its values, the most frequent first."""

    name: str
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Wider:
    """One filter less: what that would bring."""

    text: str
    count: str
    url: str


@limited(Rate.PAGE)
async def search_page(request: Request) -> Response:
    """What is found; without a question, everything that is open, newest first."""
    pages: Pages = request.state.pages
    reader = pages.reader(request)
    search = read_search(request.query_params, reader.zone)
    page = request.query_params.get("page", "")
    found: Finds = await request.app.state.house.db.read(
        finds.page,
        search.asked,
        viewer=request.state.viewer,
        language=reader.language,
        now=pages.now(),
        number=int(page) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
    )
    says = Says(reader)
    is_member = request.state.viewer is not None and request.state.viewer.member_id > 0
    return render(
        request,
        "search/page.html",
        search=search,
        found=found,
        count=says.count(found.total, more=found.more),
        facets=[facet for facet in (_facet(name, search, found, says) for name in FACETS) if facet is not None],
        wider=[_wider(name, number, search, says) for name, number in found.without.items()],
        kinds=[(kind, says.kind(kind)) for kind in KINDS if kind != "person" or is_member],
        regions=CHOICES,
        distances=DISTANCES_KM,
        usual_km=USUAL_KM,
        modes=[(mode, says.value("mode", mode)) for mode in MODES],
        pays=[(pay.value, says.value("pay", pay.value)) for pay in PAYS],
        text_languages=sorted({"nl", "fr", "en", "de"} | ({search.values["in"]} if "in" in search.values else set())),
        problems={name: says.problem(code) for name, code in search.problems.items()},
    )


@limited(Rate.FEED)
async def search_feed(request: Request) -> Response:
    """The newest that everybody finds so, as a feed."""
    pages: Pages = request.state.pages
    reader = pages.reader(request)
    search = read_search(request.query_params, reader.zone)
    offers, events = await request.app.state.house.db.read(
        finds.feed, search.asked, language=language_of(request), now=pages.now()
    )
    title = Says(reader).title(search)
    page = f"/search?{search.query}" if search.query else "/search"
    return feeds.respond(
        request,
        title=f"{title} · {pages.site.name}",
        page=page,
        query=search.query,
        offers=offers,
        events=events,
    )


def _facet(name: str, search: Search, found: Finds, says: Says) -> Facet | None:
    counted: Mapping[str, int] = found.facets.get(name, {})
    asked: str = getattr(search.asked, name)
    if name == "region":
        counted = _regions(counted, asked)
    rows = sorted(counted.items(), key=lambda row: (row[0] != asked, -row[1], row[0]))[:VALUES]
    values = tuple(
        Value(
            says.value(name, value),
            says.number(number, more=found.more),
            having(search, name, None if value == asked else value),
            value == asked,
        )
        for value, number in rows
    )
    if asked and asked not in counted:
        values = (
            Value(says.value(name, asked), says.number(0, more=False), having(search, name, None), on=True),
            *values,
        )
    return Facet(name, says.facet(name), values) if len(values) > 1 or asked else None


def _regions(counted: Mapping[str, int], asked: str) -> dict[str, int]:
    """Of all regions that were counted: the one asked for and what lies next below it; without one, the provinces."""
    if not asked:
        return {code: number for code, number in counted.items() if code.isupper() and code not in WHOLES}
    below = {code for code in counted if code in inside(asked) and broader(code)[1:2] == (asked,)}
    return {code: counted[code] for code in below | ({asked} & counted.keys())}


def _wider(name: str, number: int, search: Search, says: Says) -> Wider:
    return Wider(says.less(name, search), says.count(number, more=False), without(search, name))


ROUTES = [Route("/search", search_page), Route("/search.atom", search_feed)]
