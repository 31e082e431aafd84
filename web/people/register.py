"""Joining: the form by the instance's rule, the link that confirms an address, and what comes after it.

What is answered does not say whether the address belongs to a member already (L6). A field that no person sees catches
programs that fill in everything.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from actors import groups, site
from actors.people import registration
from actors.people.registration import InvitationLine, JoinDraft
from actors.refusals import Refused
from actors.views.gates import InvitedInto
from outbox import registration as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.pages import Pages, language_of, redirect, render
from web.people import newcomers
from web.people.sign_in import SPENT, AddressForm, NoFields
from web.rates import Rate, limited

TOKEN_CHARS = 100
TRAP = "website"
WELCOME = "/me/profile"


class JoinForm(AddressForm):
    """Name, address, consent; the answers are `answer_0` and so on."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(max_length=500)] = ""
    agrees: str = ""
    invitation: Annotated[str, Field(max_length=100)] = ""
    into: Annotated[str, Field(max_length=100)] = ""
    """The token of an invitation into a group, by which they come."""


@limited(Rate.PAGE)
async def join_page(request: Request) -> Response:
    """The form, or why there is none; with `into` for whoever comes by an invitation into a group."""
    token = request.query_params.get("into", "")[:TOKEN_CHARS]
    if not token:
        return await _show(request, blank())
    into = await _into(request, token)
    if into is None:
        pages: Pages = request.state.pages
        return pages.error(request, 410, "invitation-spent")
    return await _show(request, blank({"into": token}), into=into)


@limited(Rate.SIGN_IN)
async def invitation_page(request: Request) -> Response:
    """What an invitation to the instance opens: the same form, and who invites."""
    pages: Pages = request.state.pages
    invited = await request.app.state.house.db.read(
        registration.invitation, request.path_params["token"], now=pages.now()
    )
    if invited is None:
        return pages.error(request, 410, "invitation-over")
    return await _show(request, blank({"invitation": invited.token}), invited)


@limited(Rate.SIGN_IN)
async def join(request: Request) -> Response:
    """Keep what was filled in, and send the link."""
    form = await read_form(request, JoinForm)
    pages: Pages = request.state.pages
    house = request.app.state.house
    token = form.values.get("invitation", "")
    invited = await house.db.read(registration.invitation, token, now=pages.now()) if token else None
    if token and invited is None:
        return pages.error(request, 410, "invitation-over")
    into = await _into(request, form.values.get("into", ""))
    if into is None and form.values.get("into"):
        return pages.error(request, 410, "invitation-spent")
    if form.draft is None:
        return await _show(request, form, invited, into)
    if form.values.get(TRAP):
        return _sent(request, form.draft.address)
    newcomer = await newcomers.who(request)
    draft = JoinDraft(
        name=form.draft.name,
        email=form.draft.address,
        language=language_of(request),
        answers=[form.values.get(f"answer_{number}", "") for number in range(site.QUESTIONS)],
        agrees=bool(form.draft.agrees),
        invitation=form.draft.invitation,
    )
    try:
        confirms = await house.db.write(
            orders.ask,
            draft,
            into=form.draft.into,
            proven=newcomer.email if newcomer else "",
            vault=house.vault,
            origin=pages.origin,
            network=guard.network_of(request),
            now=pages.now(),
        )
    except Refused as no:
        return await _show(request, form.with_problem(_field_of(no), no.code), invited, into)
    house.wake()
    return await _confirmed(request, confirms) if confirms else _sent(request, form.draft.address)


@limited(Rate.SIGN_IN)
async def confirm_page(request: Request) -> Response:
    """What the link opens; looking at it changes nothing."""
    pages: Pages = request.state.pages
    token = request.path_params["token"]
    if not await request.app.state.house.db.read(registration.peek_registration, token, now=pages.now()):
        return pages.error(request, 410, SPENT)
    answer = render(request, "people/confirm.html", token=token)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@limited(Rate.SIGN_IN)
async def confirm(request: Request) -> Response:
    """The address is theirs: in, or waiting."""
    await read_form(request, NoFields)
    return await _confirmed(request, request.path_params["token"])


async def _confirmed(request: Request, token: str) -> Response:
    pages: Pages = request.state.pages
    house = request.app.state.house
    try:
        confirmed = await house.db.write(
            orders.confirm,
            token,
            arrived=newcomers.kept(request),
            device=request.headers.get("user-agent", ""),
            network=guard.network_of(request),
            now=pages.now(),
        )
    except Refused as no:
        return pages.error(request, 410, no.code)
    house.wake()
    if confirmed.secret is None:
        answer = render(request, "people/request_waits.html")
        newcomers.forget(request, answer)
        return answer
    answer = redirect(confirmed.path, notice="welcome-in") if confirmed.path else redirect(WELCOME, notice="welcome")
    guard.begin_session(request, answer, confirmed.secret)
    newcomers.forget(request, answer)
    return answer


def _field_of(no: Refused) -> str:
    """The field that a rule refused."""
    match no.code:
        case "name-missing":
            return "name"
        case "answer-missing":
            return f"answer_{no.facts['number']}"
        case "too-long":
            return str(no.facts["field"])
        case "terms-not-agreed":
            return "agrees"
    return ""


def _sent(request: Request, address: str) -> Response:
    pages: Pages = request.state.pages
    return render(request, "people/registration_sent.html", address=address, by_mail=pages.sends_mail)


async def _into(request: Request, token: str) -> InvitedInto | None:
    """The group into which this token still lets somebody."""
    if not 0 < len(token) <= TOKEN_CHARS:
        return None
    pages: Pages = request.state.pages
    found: InvitedInto | None = await request.app.state.house.db.read(
        groups.invited_into, token, language=language_of(request), now=pages.now()
    )
    return found


async def _show(
    request: Request, form: Filled[Any], invited: InvitationLine | None = None, into: InvitedInto | None = None
) -> Response:
    house = request.app.state.house
    chosen = await house.db.read(site.choices)
    newcomer = await newcomers.who(request)
    if newcomer is not None and not form.sent:
        form = blank({"name": newcomer.name, "address": newcomer.email, **form.values})
    language = language_of(request)
    vouched = invited is not None or (into is not None and into.vouched)
    asks = chosen.registration == site.REQUEST and not vouched
    questions = [each.get(language) or next(iter(each.values())) for each in chosen.questions] if asks else []
    answer = render(
        request,
        "people/join.html",
        status=422 if form.problems else 200,
        form=form,
        rule=chosen.registration,
        invited=invited,
        into=into,
        newcomer=newcomer,
        sign_in_service=house.settings.oidc_name,
        waits=not vouched
        and (chosen.registration == site.REQUEST or into is not None)
        and chosen.registration != site.OPEN,
        questions=questions,
        terms=chosen.terms.get(language) or next(iter(chosen.terms.values()), ""),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
