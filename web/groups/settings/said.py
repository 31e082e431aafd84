"""What a group says of itself: name and text in its languages, place, theme, colour, where it belongs."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.refusals import Refused
from actors.views import ActorLine
from actors.views.gates import Gate, GroupSettings
from outbox import groups as orders
from web.forms import Filled, blank, read_form
from web.groups import drafts
from web.groups.drafts import SaidForm
from web.groups.settings import door
from web.pages import Pages, language_of, redirect, render
from web.rates import Rate, limited


class ChangeForm(SaidForm):
    """What it is to say; `language` is the one that stands first."""

    language: str = ""


@limited(Rate.PAGE)
async def page(request: Request) -> Response:
    """The form with what is known."""
    gate = await door.organised(request)
    return await _form(request, gate, await door.settings_of(request, gate))


@limited(Rate.FORM)
async def save(request: Request) -> Response:
    """Keep it; followers are told."""
    gate = await door.organised(request)
    now = await door.settings_of(request, gate)
    form = await read_form(request, ChangeForm, fields=drafts.MOST_FIELDS)
    if form.draft is None:
        return await _form(request, gate, now, form)
    languages = _languages(request, now)
    names = drafts.typed(form.values, "name", languages)
    own = form.draft.language if form.draft.language in languages else now.language
    if own not in names:
        return await _form(request, gate, now, form.with_problem(f"name_{own}", "name-missing"))
    abouts = drafts.as_html(drafts.typed(form.values, "about", languages), now.abouts_html)
    changes = {
        "name": names[own],
        "language": own,
        "summary": abouts.get(own, ""),
        "name_map": names,
        "summary_map": abouts,
        "theme": form.draft.theme.strip() or None,
        "region": form.draft.region or None,
        "level": form.draft.level,
        "colour": form.draft.wanted_colour(),
        "part_of": drafts.belongs(form.draft.part_of, await _offered(request, gate, now), now.part_of),
    }
    try:
        await door.order(request, gate, orders.alter, gate.actor.iri, changes)
    except Refused as refused:
        field = drafts.field_of(refused.code, refused.facts, form.values, languages)
        return await _form(request, gate, now, form.with_problem(field, refused.code))
    return redirect(door.path(gate), notice="group-saved")


def _languages(request: Request, now: GroupSettings) -> tuple[str, ...]:
    pages: Pages = request.state.pages
    return drafts.spoken(pages.languages, now.language, (*now.names, *now.abouts))


async def _offered(request: Request, gate: Gate, now: GroupSettings) -> list[ActorLine]:
    """The groups that it may belong to: ours, and those elsewhere to which it belongs already."""
    ours = await request.app.state.house.db.read(groups.sector_groups, language=language_of(request))
    known = {line.iri for line in ours}
    further = [line for line in now.parents if line.iri not in known]
    return [line for line in (*ours, *further) if line.iri != gate.actor.iri]


async def _form(request: Request, gate: Gate, now: GroupSettings, form: Filled[Any] | None = None) -> Response:
    offered = await _offered(request, gate, now)
    swatch = now.colour if now.colour in drafts.SWATCHES else drafts.OWN if now.colour else ""
    known = {
        "language": now.language,
        "theme": now.theme,
        "region": now.region,
        "level": now.level,
        "colour": swatch,
        "own_colour": now.colour,
        **{f"name_{code}": text for code, text in now.names.items()},
        **{f"about_{code}": text for code, text in now.abouts.items()},
    }
    return render(
        request,
        "groups/settings/said.html",
        status=422 if form is not None else 200,
        gate=gate,
        now=now,
        form=form or blank(known, {"part_of": now.part_of}),
        offered=offered,
        unknown=[iri for iri in now.part_of if iri not in {line.iri for line in offered}],
        tongues=_languages(request, now),
        regions=drafts.REGIONS,
        levels=drafts.LEVELS,
        swatches=drafts.SWATCHES,
    )
