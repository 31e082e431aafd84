"""A poster of a group for the wall of a meeting room, in the language that is asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.views import GroupPage
from web.groups.taking.door import iri_here, path_here
from web.i18n import Reader
from web.pages import OWN_NAMES, Pages, language_of, missing, render
from web.rates import Rate, limited
from web.wording import Wording


@limited(Rate.PAGE)
async def poster_page(request: Request) -> Response:
    """One sheet of paper: the name, what it is for, a code, the handle, and how to follow."""
    pages: Pages = request.state.pages
    asked = request.query_params.get("in", "")
    language = asked if asked in pages.languages else language_of(request)
    iri = iri_here(request)
    group: GroupPage | None = await request.app.state.house.db.read(groups.page, iri, language=language)
    if group is None or group.line.actor.host:
        await missing(request, iri)
    reader = pages.reader(request)
    sheet = Reader(pages.catalogues[language], reader.zone, reader.now)
    return render(
        request,
        "groups/taking/poster.html",
        group=group,
        path=path_here(request),
        sheet=sheet,
        words=Wording(sheet),
        tongues=[(OWN_NAMES[code], f"?in={code}", code == language) for code in pages.languages],
    )
