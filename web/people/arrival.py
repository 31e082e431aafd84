"""Somebody's server sends them here with an address (`/authorize_interaction?uri=`).

What is known here is shown. Whoever organises a group may let it follow what they came with, so that a group follows a
partner's group in the same way as a person does: from that group's own page.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import groups, people
from actors.refusals import Refused
from actors.views import ActorLine, Subject
from fediverse.errors import FediverseError
from outbox import orders
from web import guard
from web.forms import read_form
from web.lookup import remember_actor
from web.pages import IRI_CHARS, Pages, language_of, redirect, render
from web.people.page import page_about
from web.rates import Rate, limited


class FollowForm(BaseModel):
    """Which group shall follow what."""

    uri: Annotated[str, Field(min_length=3, max_length=IRI_CHARS)]
    group: Annotated[str, Field(min_length=8, max_length=IRI_CHARS)]


@limited(Rate.PAGE)
async def arrival(request: Request) -> Response:
    """What we know of the address, and what one can do with it."""
    return await _show(request, request.query_params.get("uri", "").strip()[:IRI_CHARS])


@limited(Rate.LOOKUP)
async def let_follow(request: Request) -> Response:
    """Let a group of ours follow it, in the name of one of its organisers."""
    guard.member(request)
    form = await read_form(request, FollowForm)
    if form.draft is None:
        raise HTTPException(400)
    group = next((line for line in await _organised(request) if line.iri == form.draft.group), None)
    if group is None:
        raise HTTPException(403)
    house, pages = request.app.state.house, request.state.pages
    try:
        followed = await remember_actor(house.db, house.fetcher, form.draft.uri)
        await house.db.write(orders.follow, group.handle.partition("@")[0], followed, now=pages.now())
    except (FediverseError, Refused):
        return await _show(request, form.draft.uri, status=422, problem="follow-impossible")
    house.courier.wake()
    return redirect(pages.path_of(group.iri), notice="follow-asked")


async def _show(request: Request, uri: str, *, status: int = 200, problem: str | None = None) -> Response:
    pages: Pages = request.state.pages
    subject: Subject | None = None
    if iri := _own_actor(pages, uri) or (uri if uri.startswith(("https://", "http://")) else None):
        subject = await request.app.state.house.db.read(people.kind_of, iri)
    is_ours = subject is not None and subject.iri.startswith(f"{pages.origin}/")
    return render(
        request,
        "people/arrival.html",
        status=status,
        uri=uri if uri.isprintable() else "",
        path=page_about(pages, subject) if subject else None,
        groups=[] if is_ours or not uri else await _organised(request),
        problem=problem,
    )


async def _organised(request: Request) -> list[ActorLine]:
    """The groups in whose name the reader may act here: those they organise; an admin's are all."""
    member = request.state.member
    if member is None:
        return []
    if member.is_admin:
        lines = await request.app.state.house.db.read(groups.lines, language=language_of(request))
        return [line.actor for line in lines]
    return list(member.groups)


def _own_actor(pages: Pages, uri: str) -> str | None:
    """The IRI of our group that `uri` names as a handle; None if it does not."""
    found = re.fullmatch(r"(?:acct:)?@?([A-Za-z0-9_.-]+)@(.+)", uri)
    return f"{pages.origin}/g/{found[1].lower()}" if found and found[2].lower() == pages.authority else None
