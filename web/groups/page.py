"""The page of a group or project, ours or a partner's: what is happening now, about, how to take part; its feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import events, groups, offers, threads
from actors.database import Database
from actors.views import EventLine, GroupPage, OfferLine, PostPage, Purpose, Viewer
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


@dataclass(frozen=True, slots=True)
class _Shown:
    """A group and what is alive in it."""

    group: GroupPage
    needs: list[OfferLine]
    offers: list[OfferLine]
    events: list[EventLine]
    posts: list[PostPage]


async def _show(request: Request, iri: str) -> Response:
    house, now, language = request.app.state.house, request.state.pages.now(), language_of(request)

    async def look() -> _Shown | None:
        return await _read(house.db, iri, language, request.state.viewer, now)

    # Whoever is not signed in is shown the same as everybody, so that a crowd asks the tables once a second.
    is_nobody = request.state.viewer is None and request.state.member is None
    shown = await (house.shelf.get(f"group page {language} {iri}", look) if is_nobody else look())
    if shown is None:
        raise await _not_ours(request, iri)
    group = shown.group
    about, purpose = plain(group.about_html), group.line.purpose.text if group.line.purpose else ""
    return render(
        request,
        "groups/group.html",
        group=group,
        lead=None if about.startswith(purpose[:LIKE_CHARS]) and about != purpose else group.line.purpose,
        about_html="" if about == purpose else group.about_html,
        needs=shown.needs,
        offers=shown.offers,
        events=shown.events,
        posts=shown.posts,
    )


async def _read(db: Database, iri: str, language: str, viewer: Viewer | None, now: datetime) -> _Shown | None:
    group: GroupPage | None = await db.read(groups.page, iri, language=language)
    if group is None:
        return None
    of_group: Any = {"group_iri": iri, "language": language, "viewer": viewer}
    return _Shown(
        group,
        needs=await db.read(offers.latest, purpose=Purpose.NEED, limit=NEEDS, **of_group),
        offers=await db.read(offers.latest, purpose=Purpose.OFFER, limit=NEEDS, **of_group),
        events=await db.read(events.coming, now=now, limit=NEEDS, **of_group),
        posts=await db.read(threads.latest, limit=POSTS, **of_group),
    )


async def _group(request: Request, iri: str) -> GroupPage:
    db = request.app.state.house.db
    group: GroupPage | None = await db.read(groups.page, iri, language=language_of(request))
    if group is None:
        raise await _not_ours(request, iri)
    return group


async def _not_ours(request: Request, iri: str) -> HTTPException:
    """What to answer where there is no group: where a language account's group is, or that nothing is here."""
    behind = await request.app.state.house.db.read(groups.group_named, iri)
    if behind is None:
        await missing(request, iri)
    return HTTPException(303, headers={"Location": behind})
