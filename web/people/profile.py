"""A member's own profile: edit it, see it as others do, have links confirmed, be visible on the fediverse or not."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.people import profile
from actors.people.profile import DEFAULTS, FIELDS, LEVELS, ProfileDraft
from actors.refusals import Refused
from actors.regions import CHOICES
from actors.views.profiles import OwnProfile
from fediverse.errors import FediverseError
from fediverse.rel_me import links_back
from outbox import people as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.i18n import SPOKEN
from web.pages import Pages, redirect, render
from web.rates import Rate, limited

PREVIEWS = ("all", "members")


class ProfileForm(BaseModel):
    """The form of a profile; `see_…` says who sees a field."""

    name: Annotated[str, Field(max_length=400)] = ""
    about: str = ""
    seeking: str = ""
    trades: str = ""
    region: str = ""
    speaks: list[str] = []
    links: str = ""
    see_name: str = DEFAULTS["name"]
    see_picture: str = DEFAULTS["picture"]
    see_about: str = DEFAULTS["about"]
    see_trades: str = DEFAULTS["trades"]
    see_region: str = DEFAULTS["region"]
    see_speaks: str = DEFAULTS["speaks"]
    see_seeking: str = DEFAULTS["seeking"]
    see_links: str = DEFAULTS["links"]
    byline: str = ""
    discoverable: str = ""
    indexable: str = ""

    def draft(self) -> ProfileDraft:
        """What the member wrote, as a profile."""
        return ProfileDraft(
            name=self.name,
            about=self.about.replace("\r\n", "\n"),
            seeking=self.seeking.replace("\r\n", "\n"),
            trades=tuple(part.strip() for part in re.split(r"[,;\n]", self.trades) if part.strip()),
            region=self.region or None,
            speaks=tuple(self.speaks),
            links=tuple(self.links.split()),
            shown={field: getattr(self, f"see_{field}") for field in FIELDS},
            byline=self.byline == "yes",
            discoverable=self.discoverable == "yes",
            indexable=self.indexable == "yes",
        )


class HandleForm(BaseModel):
    """The handle that a member wants, and that they read what it means."""

    username: Annotated[str, Field(max_length=200)] = ""
    understood: str = ""


@limited(Rate.PAGE)
async def edit(request: Request) -> Response:
    """The form with what is known."""
    return _form(request, await _own(request))


@limited(Rate.FORM)
async def save(request: Request) -> Response:
    """Keep the profile."""
    member = guard.member(request)
    form = await read_form(request, ProfileForm)
    house, pages = request.app.state.house, request.state.pages
    if form.draft is not None:
        try:
            await house.db.write(
                orders.change_profile, member.member_id, form.draft.draft(), origin=pages.origin, now=pages.now()
            )
        except Refused as refused:
            form = form.with_problem(str(refused.facts.get("field", "")), refused.code)
        else:
            house.courier.wake()
            return redirect("/me/profile", notice="profile-saved")
    return _form(request, await _own(request), form, status=422)


@limited(Rate.PAGE)
async def preview(request: Request) -> Response:
    """The member's page as everybody, or as other members, see it."""
    member = guard.member(request)
    reader = request.query_params.get("as", "all")
    if reader not in PREVIEWS:
        raise HTTPException(404)
    found = await request.app.state.house.db.read(profile.page, member.member_id, member.member_id, preview=reader)
    return render(request, "people/preview.html", person=found, reader_kind=reader)


@limited(Rate.LOOKUP)
async def confirm_links(request: Request) -> Response:
    """Look whether the pages that the profile links to link back; the network is asked outside any transaction."""
    member = guard.member(request)
    await read_form(request, HandleForm)
    house, pages = request.app.state.house, request.state.pages
    own = await _own(request)
    addresses = _addresses(pages, own)
    urls = [link.url for link in own.page.links]
    seen = await asyncio.gather(*(_links_back(house, url, addresses) for url in urls))
    for url, back in zip(urls, seen, strict=True):
        await house.db.write(profile.confirm_link, member.member_id, url, links_back=back, now=pages.now())
    return redirect("/me/profile", notice="links-confirmed" if any(seen) else "links-not-confirmed")


@limited(Rate.PAGE)
async def public_page(request: Request) -> Response:
    """What being visible on the fediverse means, before it begins; and how to end it."""
    return _public(request, await _own(request))


@limited(Rate.FORM)
async def become_public(request: Request) -> Response:
    """Become visible on the fediverse."""
    member = guard.member(request)
    form = await read_form(request, HandleForm)
    house, pages = request.app.state.house, request.state.pages
    if form.draft is None or form.draft.understood != "yes":
        return _public(request, await _own(request), form.with_problem("understood", "not-understood-yet"), status=422)
    keys = await asyncio.to_thread(people.make_keys)
    try:
        await house.db.write(
            orders.become_public,
            house.vault,
            member.member_id,
            form.draft.username.strip().removeprefix("@").lower(),
            origin=pages.origin,
            keys=keys,
            now=pages.now(),
        )
    except Refused as refused:
        return _public(request, await _own(request), form.with_problem("username", refused.code), status=422)
    return redirect("/me/profile", notice="public-now")


@limited(Rate.FORM)
async def no_longer_public(request: Request) -> Response:
    """End being visible on the fediverse."""
    member = guard.member(request)
    form = await read_form(request, HandleForm)
    house, pages = request.app.state.house, request.state.pages
    if form.draft is None or form.draft.understood != "yes":
        return _public(request, await _own(request), form.with_problem("understood", "not-understood-yet"), status=422)
    await house.db.write(orders.no_longer_public, member.member_id, now=pages.now())
    house.courier.wake()
    return redirect("/me/profile", notice="public-no-more")


async def _own(request: Request) -> OwnProfile:
    own: OwnProfile = await request.app.state.house.db.read(profile.own, guard.member(request).member_id)
    return own


def _form(request: Request, own: OwnProfile, form: Filled[Any] | None = None, *, status: int = 200) -> Response:
    pages: Pages = request.state.pages
    page = own.page
    known = {
        "name": page.name,
        "about": page.about,
        "seeking": page.seeking,
        "trades": ", ".join(page.trades),
        "region": page.region or "",
        "links": "\n".join(link.url for link in page.links),
        **{f"see_{field}": level for field, level in own.shown.items()},
        **{what: "yes" for what in ("byline", "discoverable", "indexable") if getattr(own, what)},
    }
    return render(
        request,
        "people/profile.html",
        status=status,
        own=own,
        form=form or blank(known, {"speaks": page.speaks}),
        regions=CHOICES,
        spoken=SPOKEN,
        levels=LEVELS,
        addresses=_addresses(pages, own),
    )


def _public(request: Request, own: OwnProfile, form: Filled[Any] | None = None, *, status: int = 200) -> Response:
    return render(request, "people/public.html", status=status, own=own, form=form or blank({"username": own.username}))


def _addresses(pages: Pages, own: OwnProfile) -> list[str]:
    """The addresses of the member that a page of theirs may link back to."""
    mine = [f"{pages.origin}/people/{own.page.member_id}"]
    return [own.page.actor_iri, *mine] if own.page.actor_iri else mine


async def _links_back(house: Any, url: str, addresses: list[str]) -> bool:
    try:
        answer = await house.fetcher.get(url, "text/html,application/xhtml+xml")
    except FediverseError:
        return False
    if answer.media_type not in {"text/html", "application/xhtml+xml"}:
        return False
    html = answer.body.decode("utf-8", "replace")
    return await asyncio.to_thread(links_back, html, addresses, house.limits)
