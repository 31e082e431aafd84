"""The members: a directory for members, and the page of one."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from actors.people import profile
from actors.regions import CHOICES
from actors.views.profiles import Directory, MemberPage
from web import guard
from web.i18n import SPOKEN
from web.pages import iri_of, missing, render
from web.rates import Rate, limited

QUERY_CHARS = 200


@limited(Rate.PAGE)
async def directory(request: Request) -> Response:
    """Who can be found, by words, region and language."""
    reader = guard.member(request)
    asked = {name: request.query_params.get(name, "")[:QUERY_CHARS] for name in ("q", "region", "speaks", "page")}
    if asked["region"] not in CHOICES:
        asked["region"] = ""
    if re.fullmatch(r"[a-z]{2,3}", asked["speaks"]) is None:
        asked["speaks"] = ""
    found: Directory = await request.app.state.house.db.read(
        profile.directory,
        reader.member_id,
        words=asked["q"].replace("\x00", ""),
        region=asked["region"],
        language=asked["speaks"],
        number=int(asked["page"]) if re.fullmatch(r"[0-9]{1,6}", asked["page"]) else 1,
    )
    return render(
        request,
        "people/directory.html",
        found=found,
        words=asked["q"],
        region=asked["region"],
        speaks=asked["speaks"],
        regions=CHOICES,
        spoken=SPOKEN,
        is_asked=any(asked[name] for name in ("q", "region", "speaks")),
    )


@limited(Rate.PAGE)
async def member_page(request: Request) -> Response:
    """One member, as far as the reader may see them."""
    reader = request.state.member
    number = request.path_params["id"]
    found: MemberPage | None = None
    if number < 2**31:
        reader_id = reader.member_id if reader and not reader.is_guest else None
        found = await request.app.state.house.db.read(profile.page, number, reader_id)
    if found is None:
        await missing(request, iri_of(request))
    return render(request, "people/member.html", person=found)
