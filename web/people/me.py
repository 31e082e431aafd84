"""The page «me»: the ways of whoever is signed in; and how pages look to whoever reads, member or not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from actors.groups import mine
from actors.people import preferences
from web import guard, look
from web.forms import Filled, blank, read_form
from web.i18n import LANGUAGE_COOKIE
from web.pages import OWN_NAMES, YEAR_S, Pages, language_of, redirect, render
from web.rates import Rate, limited


def _zone(name: str) -> str:
    if name and name not in look.zones():
        raise PydanticCustomError("unknown-zone", "no such zone")
    return name


class LookForm(BaseModel):
    """Language, colours and time; a box that is not ticked is not sent."""

    language: Literal["nl", "fr", "en", "de"]
    theme: Literal["", "light", "dark"] = ""
    contrast: Literal["", "yes"] = ""
    zone: Annotated[str, AfterValidator(_zone)] = ""


@limited(Rate.PAGE)
async def me(request: Request) -> Response:
    """Where the menu leads on a phone: profile, notifications, groups, settings, the way out."""
    who = guard.signed_in(request)
    groups = await request.app.state.house.db.read(
        mine.groups_of, member_id=who.member_id, actor_iri=who.actor_iri, language=language_of(request)
    )
    return render(request, "people/me.html", mine=groups)


@limited(Rate.PAGE)
async def look_page(request: Request) -> Response:
    """How pages look to this reader, to be changed."""
    chosen, member = look.look_of(request), request.state.member
    zone = (member.time_zone if member else None) or look.zone_of(request) or ""
    values = {"language": language_of(request), "theme": chosen.theme, "zone": zone}
    return _show(request, blank(values | ({"contrast": "yes"} if chosen.contrast else {})))


@limited(Rate.FORM)
async def choose_look(request: Request) -> Response:
    """Remember it in this browser, and for a member in the profile."""
    form = await read_form(request, LookForm)
    if form.draft is None:
        return _show(request, form, status=422)
    draft, member = form.draft, request.state.member
    pages: Pages = request.state.pages
    if draft.language not in pages.languages:
        return _show(request, form.with_problem("language", "unknown-language"), status=422)
    zone: str | None = draft.zone
    if member and member.member_id:
        await request.app.state.house.db.write(
            preferences.prefer, member.member_id, language=draft.language, time_zone=draft.zone or None
        )
        zone = None
    answer = redirect("/me/settings", notice="saved")
    look.keep(request, answer, look.Look(draft.theme, "more" if draft.contrast else ""), zone)
    answer.set_cookie(
        LANGUAGE_COOKIE, draft.language, max_age=YEAR_S, httponly=True, secure=request.state.secure, samesite="lax"
    )
    return answer


def _show(request: Request, form: Filled[Any], status: int = 200) -> Response:
    pages: Pages = request.state.pages
    tongues = [(code, OWN_NAMES[code]) for code in pages.languages]
    zones = [(name, name.replace("_", " ").replace("/", " / ")) for name in sorted(look.zones())]
    return render(request, "people/look.html", status=status, form=form, tongues=tongues, zones=zones)
