"""The page of a group or project, ours or a partner's: what is happening now, about, how to take part; its feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import events, groups, offers, threads
from actors.database import Database
from actors.groups import Person
from actors.views import EventLine, GroupPage, OfferLine, PostPage, Purpose, SignedIn, Viewer
from actors.views.gates import Gate, TakerLine
from web import feeds
from web.pages import Pages, iri_asked, iri_of, language_of, missing, plain, redirect, render
from web.rates import Rate, limited

NEEDS, POSTS, INSIDE = 8, 5, 8
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
    gate: Gate | None
    inside: list[TakerLine]


async def _show(request: Request, iri: str) -> Response:
    house, now, language = request.app.state.house, request.state.pages.now(), shown_in(request)
    pages: Pages = request.state.pages
    who = request.state.member

    async def look() -> _Shown | None:
        return await _read(house.db, iri, language, request.state.viewer, who, now)

    # Whoever is not signed in is shown the same as everybody, so that a crowd asks the tables once a second.
    is_nobody = request.state.viewer is None and who is None and language in pages.languages
    shown = await (house.shelf.get(f"group page {language} {iri}", look) if is_nobody else look())
    if shown is None:
        raise await _not_ours(request, iri)
    group = shown.group
    about, purpose = plain(group.about_html), group.line.purpose.text if group.line.purpose else ""
    return render(
        request,
        "groups/group.html",
        group=group,
        gate=shown.gate,
        inside=shown.inside,
        tongues=_tongues(group),
        voices=_voices(pages, group),
        ways=_ways(pages, group, language),
        lead=None if about.startswith(purpose[:LIKE_CHARS]) and about != purpose else group.line.purpose,
        about_html="" if about == purpose else group.about_html,
        needs=shown.needs,
        offers=shown.offers,
        events=shown.events,
        posts=shown.posts,
    )


async def _read(
    db: Database, iri: str, language: str, viewer: Viewer | None, who: SignedIn | None, now: datetime
) -> _Shown | None:
    group: GroupPage | None = await db.read(groups.page, iri, language=language)
    if group is None:
        return None
    gate = await _gate(db, iri, language, who, now) if not group.line.actor.host else None
    of_group: Any = {"group_iri": iri, "language": language, "viewer": viewer}
    return _Shown(
        group,
        needs=await db.read(offers.latest, purpose=Purpose.NEED, limit=NEEDS, **of_group),
        offers=await db.read(offers.latest, purpose=Purpose.OFFER, limit=NEEDS, **of_group),
        events=await db.read(events.coming, now=now, limit=NEEDS, **of_group),
        posts=await db.read(threads.latest, limit=POSTS, **of_group),
        gate=gate,
        inside=await _inside(db, iri, gate),
    )


def shown_in(request: Request) -> str:
    """The language of the group's own words: the one that was asked for on its page, else the reader's."""
    asked = request.query_params.get("in", "")
    return asked if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", asked) else language_of(request)


def _tongues(group: GroupPage) -> list[tuple[str, bool]]:
    """The languages in which the group speaks of itself, and whether it is the one that is shown."""
    now = group.about_language if group.about_html else group.line.title.language
    codes = dict.fromkeys(filter(None, (now, *group.other_languages)))
    return [(code, code == now) for code in codes] if len(codes) > 1 else []


def _voices(pages: Pages, group: GroupPage) -> list[tuple[str, str, str]]:
    return [(code, f"@{at}", f"{pages.origin}/g/{at.partition('@')[0]}") for code, at in group.accounts]


def _ways(pages: Pages, group: GroupPage, language: str) -> list[tuple[str, str, bool]]:
    """What a reader of `language` may follow: the group itself («»), or one of its language accounts."""
    voices = [(iri, code, code == language) for code, _, iri in _voices(pages, group)]
    return [(group.line.actor.iri, "", False), *voices] if voices else []


async def _gate(db: Database, iri: str, language: str, who: SignedIn | None, now: datetime) -> Gate | None:
    gate: Gate | None = await db.read(
        groups.gate,
        iri,
        member_id=who.member_id if who else None,
        actor_iri=who.actor_iri if who else None,
        language=language,
        now=now,
    )
    return gate


async def _inside(db: Database, iri: str, gate: Gate | None) -> list[TakerLine]:
    """The first of those who take part, as far as the reader may see them."""
    if gate is None or not gate.shows_members or not gate.members:
        return []
    reader = Person(gate.member_id, gate.actor_id)
    lines: list[TakerLine] = await db.read(groups.takers, iri, reader=reader, sees_all=gate.moderates)
    return lines[:INSIDE]


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
