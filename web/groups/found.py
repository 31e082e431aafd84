"""Found a group or a project: one page, in the order in which people think of it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from actors import groups, people
from actors.groups import GroupDraft
from actors.refusals import Refused
from outbox import groups as orders
from outbox.groups import Founding
from web import guard
from web.forms import Filled, blank, read_form
from web.groups import drafts
from web.groups.drafts import SaidForm
from web.pages import Pages, language_of, redirect, render
from web.rates import Rate, limited


class FoundForm(SaidForm):
    """What a group is to be."""

    kind: str = ""
    username: str = ""
    joining: str = "approval"
    posting: str = "members"
    members_shown: str = "members"
    private: str = "no"


@limited(Rate.PAGE)
async def found_page(request: Request) -> Response:
    """The empty form; `?kind=project&in=IRI` fills in what the reader came for."""
    may = await _may(request)
    kind = request.query_params.get("kind", "")
    known = {
        "region": request.state.pages.site.region or "",
        "kind": kind if kind in may.kinds else may.kinds[0] if may.kinds else "",
        "level": "local",
        "joining": "approval",
        "posting": "members",
        "members_shown": "members",
        "private": "no",
    }
    within = request.query_params.get("in", "")
    return _form(request, may, blank(known, {"part_of": [within]}))


@limited(Rate.FORM)
async def found(request: Request) -> Response:
    """Found it; who founds it organises it. Without a handle one is suggested first, since it stays for ever."""
    member = guard.member(request)
    may = await _may(request)
    form = await read_form(request, FoundForm, fields=drafts.MOST_FIELDS)
    if form.draft is None:
        return _form(request, may, form, status=422)
    house, pages = request.app.state.house, request.state.pages
    languages = _languages(request)
    names = drafts.typed(form.values, "name", languages)
    if not names:
        return _form(request, may, form.with_problem(f"name_{languages[0]}", "name-missing"), status=422)
    own = next(iter(names))
    wanted = form.draft.username.strip().removeprefix("@").lower()
    if not wanted:
        handle = await house.db.read(groups.handle_from, names[own])
        return _suggest(request, may, form, handle)
    keys = await asyncio.to_thread(people.make_keys)
    try:
        group = await house.db.write(
            orders.found_by,
            house.vault,
            _draft(form, form.draft, languages, own, wanted, may),
            origin=pages.origin,
            member_id=member.member_id,
            questions=drafts.asked(form.values, languages),
            keys=keys,
            now=pages.now(),
        )
    except Refused as refused:
        field = drafts.field_of(refused.code, refused.facts, form.values, languages)
        return _form(request, may, form.with_problem(field, refused.code), status=422)
    return redirect(f"/g/{group.username}/settings/picture", notice="group-founded")


def _draft(
    form: Filled[Any], sent: FoundForm, languages: tuple[str, ...], own: str, username: str, may: Founding
) -> GroupDraft:
    names = drafts.typed(form.values, "name", languages)
    abouts = drafts.as_html(drafts.typed(form.values, "about", languages))
    return GroupDraft(
        username=username,
        name=names[own],
        kind=sent.kind,
        summary=abouts.get(own, ""),
        language=own,
        name_map=names,
        summary_map=abouts,
        theme=sent.theme.strip() or None,
        region=sent.region or None,
        level=sent.level,
        posting=sent.posting,
        joining=sent.joining,
        private=sent.private == "yes",
        members_shown=sent.members_shown,
        colour=sent.wanted_colour(),
        part_of=drafts.belongs(sent.part_of, may.groups),
    )


def _languages(request: Request) -> tuple[str, ...]:
    pages: Pages = request.state.pages
    return drafts.spoken(pages.languages, language_of(request))


async def _may(request: Request) -> Founding:
    member = guard.member(request)
    may: Founding = await request.app.state.house.db.read(
        orders.founding_for, member.member_id, language=language_of(request)
    )
    return may


def _suggest(request: Request, may: Founding, form: Filled[Any], handle: str) -> Response:
    """The form once more, with the handle that it would get; nothing is wrong with it."""
    if not handle:
        return _form(request, may, form.with_problem("username", "handle-not-made"), status=422)
    filled: Filled[Any] = Filled({**form.values, "username": handle}, {}, None, form.chosen)
    return _form(request, may, filled, suggested=handle)


def _form(request: Request, may: Founding, form: Filled[Any], *, suggested: str = "", status: int = 200) -> Response:
    return render(
        request,
        "groups/found.html",
        status=status,
        form=form,
        may=may,
        tongues=_languages(request),
        regions=drafts.REGIONS,
        levels=drafts.LEVELS,
        swatches=drafts.SWATCHES,
        rows=drafts.rows(form.values),
        suggested=suggested,
    )
