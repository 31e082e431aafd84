"""Write an offer or a need, see how it will look here and on Mastodon, publish it: members, and guests too."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from actors.groups import mine, person_of
from actors.people.profile import own as own_profile
from actors.refusals import Refused
from actors.regions import CHOICES
from actors.views import ActorLine, Purpose, SignedIn
from outbox import offers as orders
from outbox.offers import Preview
from web import guard
from web.forms import Filled, blank, read_form
from web.i18n import SPOKEN
from web.offers.forms import WorkForm, field_of, trades_for
from web.offers.page import purpose_of
from web.pages import OWN_NAMES, Pages, language_of, redirect, render
from web.rates import Rate, limited

FORM_FIELDS = 120
"""Title and text in each language, and a box for each language of work."""
ON_THE_WIRE = {Purpose.NEED: "request", Purpose.OFFER: "offer"}


@limited(Rate.PAGE)
async def write_page(request: Request) -> Response:
    """The empty form; `?group=` names the group that one comes from."""
    who = guard.signed_in(request)
    groups = await _open_to(request, who)
    wanted = next(
        (each.iri for each in groups if each.handle.partition("@")[0] == request.query_params.get("group")), None
    )
    region = request.state.pages.site.region or ""
    if not who.is_guest:
        profile = await request.app.state.house.db.read(own_profile, who.member_id)
        region = profile.page.region or region
    first = {
        "group": wanted or (groups[0].iri if len(groups) == 1 else ""),
        "language": language_of(request),
        "region": region,
        "unit": "day",
        "mode": "onsite",
        "pay": "discuss",
        "per": "day",
        "contact": "reply",
        "visibility": "public",
    }
    return form_page(request, who, groups, blank(first))


@limited(Rate.FORM)
async def publish(request: Request) -> Response:
    """Show how it will look, or publish it."""
    who = guard.signed_in(request)
    form = await read_form(request, WorkForm, fields=FORM_FIELDS)
    groups = await _open_to(request, who)
    if form.draft is None:
        return form_page(request, who, groups, form, status=422)
    if not form.draft.group:
        return form_page(request, who, groups, form.with_problem("group", "group-missing"), status=422)
    house, pages = request.app.state.house, request.state.pages
    reader, purpose = pages.reader(request), purpose_of(request)
    draft = form.draft.draft(ON_THE_WIRE[purpose], reader.zone, me=who.actor_iri, now=pages.now())
    by = await house.db.read(person_of, who.member_id, who.actor_iri)
    try:
        if form.draft.step not in ("publish", "keep"):
            seen = await house.db.read(
                orders.preview, form.draft.group, draft, by=by, language=reader.language, now=pages.now()
            )
            return form_page(request, who, groups, form, preview=seen)
        said, waits = await house.db.write(orders.write, form.draft.group, draft, by=by, now=pages.now())
    except Refused as no:
        return form_page(request, who, groups, form.with_problem(field_of(no.code, no.facts), no.code), status=422)
    if draft.draft:
        return redirect(f"{pages.path_of(said.iri)}/change", notice="draft-kept")
    if waits:
        return redirect("/me/offers", notice="waits-for-moderator")
    house.wake()
    return redirect(pages.path_of(said.iri), notice="published")


def form_page(
    request: Request,
    who: SignedIn,
    groups: list[ActorLine],
    form: Filled[Any],
    *,
    preview: Preview | None = None,
    changes: str | None = None,
    is_draft: bool = True,
    status: int = 200,
) -> Response:
    """The form; `changes`: the path of what is changed by it, which stays in its group."""
    pages: Pages = request.state.pages
    return render(
        request,
        "offers/write.html",
        status=status,
        purpose=purpose_of(request),
        form=form,
        groups=groups,
        preview=preview,
        changes=changes,
        is_draft=is_draft,
        regions=CHOICES,
        spoken=SPOKEN,
        trades=trades_for(form.values, form.chosen.get("trades", ()), language_of(request)),
        tongues=[(code, OWN_NAMES[code]) for code in pages.languages],
        me=who.actor_iri,
    )


async def _open_to(request: Request, who: SignedIn) -> list[ActorLine]:
    found: list[ActorLine] = await request.app.state.house.db.read(
        mine.open_to, member_id=who.member_id, actor_iri=who.actor_iri, language=language_of(request)
    )
    return found
