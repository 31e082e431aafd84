"""The page of a group or project, ours or a partner's: what is happening now, about, how to take part; its feed."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import events, groups, offers, threads
from actors.views import GroupPage, Purpose
from web import feeds
from web.pages import iri_asked, iri_of, language_of, missing, plain, redirect, render
from web.rates import Rate, limited

NEEDS, POSTS = 8, 5
LIKE_CHARS = 60
"""A purpose that begins as the text about the group does is its beginning, and is not shown twice."""


@limited(Rate.PAGE)
async def group_page(request: Request) -> Response:
    """A group of ours."""
    return await _show(request, iri_of(request))


@limited(Rate.PAGE)
async def group_elsewhere(request: Request) -> Response:
    """What we know of a group of another instance."""
    return await _show(request, iri_asked(request))


@limited(Rate.FEED)
async def group_feed(request: Request) -> Response:
    """Everything that this group publishes."""
    db, language = request.app.state.house.db, language_of(request)
    iri = iri_of(request).removesuffix("/feed.atom")
    group = await _group(request, iri)
    if group.line.actor.host:
        raise HTTPException(404)
    return feeds.respond(
        request,
        title=group.line.title.text,
        page=request.state.pages.path_of(iri),
        offers=await db.read(offers.pages, group_iri=iri, language=language, limit=feeds.LIMIT),
        events=await db.read(events.pages, group_iri=iri, language=language, limit=feeds.LIMIT),
        posts=await db.read(threads.pages, group_iri=iri, language=language, limit=feeds.LIMIT),
    )


@limited(Rate.PAGE)
async def group_things(request: Request) -> Response:
    """The address above a group's needs, offers, events or notes: its page shows them."""
    iri = iri_of(request).rpartition("/")[0]
    await _group(request, iri)
    return redirect(request.state.pages.path_of(iri))


async def _show(request: Request, iri: str) -> Response:
    db, now, language = request.app.state.house.db, request.state.pages.now(), language_of(request)
    group = await _group(request, iri)
    about, purpose = plain(group.about_html), group.line.purpose.text if group.line.purpose else ""
    of_group = {"group_iri": iri, "language": language, "viewer": request.state.viewer}
    return render(
        request,
        "groups/group.html",
        group=group,
        lead=None if about.startswith(purpose[:LIKE_CHARS]) and about != purpose else group.line.purpose,
        about_html="" if about == purpose else group.about_html,
        needs=await db.read(offers.latest, purpose=Purpose.NEED, limit=NEEDS, **of_group),
        offers=await db.read(offers.latest, purpose=Purpose.OFFER, limit=NEEDS, **of_group),
        events=await db.read(events.coming, now=now, limit=NEEDS, **of_group),
        posts=await db.read(threads.latest, limit=POSTS, **of_group),
    )


async def _group(request: Request, iri: str) -> GroupPage:
    db = request.app.state.house.db
    group: GroupPage | None = await db.read(groups.page, iri, language=language_of(request))
    if group is None and (behind := await db.read(groups.group_named, iri)) is not None:
        raise HTTPException(303, headers={"Location": behind})
    return group or await missing(request, iri)
