"""Signing in with the instance's own login: one issuer of OpenID Connect, named in the settings.

The reader goes there and comes back with a code. Whoever the issuer says they are signs in as the member who linked
that; somebody new goes on to the page where one joins, by the instance's rule. Nobody is ever a member because of the
address that the issuer names (L2): who has a membership already links the two while signed in.
"""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.people import digest_of, identities
from actors.people.identities import Arrival
from actors.refusals import Refused
from fediverse import oidc
from fediverse.oauth import NotSignedIn
from outbox import sign_in as orders
from web import guard
from web.forms import blank, read_form
from web.pages import Pages, redirect, render
from web.people import newcomers
from web.people.proof import is_fresh
from web.people.sign_in import PATH_CHARS, door, own_path, welcome
from web.people.ways import WAYS, show_ways
from web.rates import Rate, limited

BACK = "/sign-in/oidc/back"
CODE_CHARS = 2_048


class NextForm(BaseModel):
    """Where to go on."""

    next: Annotated[str, Field(max_length=PATH_CHARS)] = ""


@limited(Rate.LOOKUP)
async def to_issuer(request: Request) -> Response:
    """Send the reader to the issuer."""
    _client(request)
    form = await read_form(request, NextForm)
    going = own_path(form.draft.next) if form.draft else ""
    try:
        return await _send(request, going or "/", member_id=None)
    except NotSignedIn as no:
        return door(request, blank({"next": going}), failed=no.code)


@limited(Rate.LOOKUP)
async def link(request: Request) -> Response:
    """Send the member there, to link what they are called there."""
    _client(request)
    member = guard.member(request)
    await read_form(request, NextForm)
    if not is_fresh(request):
        return await show_ways(request, failed="not-fresh")
    try:
        return await _send(request, WAYS, member_id=member.member_id)
    except NotSignedIn as no:
        return await show_ways(request, failed=no.code)


@limited(Rate.LOOKUP)
async def from_issuer(request: Request) -> Response:
    """The reader comes back, with a code or without."""
    client = _client(request)
    member = request.state.member
    try:
        answer = await _received(request, client)
    except NotSignedIn as no:
        if member is not None and not member.is_guest:
            return await show_ways(request, failed=no.code)
        answer = door(request, blank(), failed=no.code)
    answer.delete_cookie(_cookie(request), httponly=True, secure=request.state.secure, samesite="lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _client(request: Request) -> oidc.Client:
    settings = request.app.state.house.settings
    if not settings.oidc_issuer:
        raise HTTPException(404)
    return oidc.Client(settings.oidc_client_id, settings.oidc_client_secret)


async def _send(request: Request, going: str, *, member_id: int | None) -> Response:
    house = request.app.state.house
    pages: Pages = request.state.pages
    issuer = await oidc.discover(house.fetcher, house.settings.oidc_issuer)
    attempt = identities.new_attempt()
    await house.db.write(
        identities.begin_attempt,
        house.vault,
        attempt,
        kind=identities.OIDC,
        origin=issuer.issuer,
        next_path=going,
        member_id=member_id,
        now=pages.now(),
    )
    address = oidc.authorize_url(
        issuer,
        _client(request),
        back=pages.origin + BACK,
        state=attempt.state,
        nonce=attempt.nonce,
        challenge=attempt.challenge,
    )
    answer = render(request, "people/to_their_server.html", host=house.settings.oidc_name, address=address)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(
        _cookie(request),
        attempt.state,
        max_age=int(identities.ATTEMPT_LASTS.total_seconds()),
        httponly=True,
        secure=request.state.secure,
        samesite="lax",
    )
    return answer


async def _received(request: Request, client: oidc.Client) -> Response:
    house = request.app.state.house
    pages: Pages = request.state.pages
    returned = await _returned(request)
    issuer, query = await oidc.discover(house.fetcher, returned.origin), request.query_params
    if query.get("iss", "" if issuer.names_itself else issuer.issuer) != issuer.issuer:
        raise NotSignedIn("issuer-strange")
    somebody = await oidc.redeem(
        house.fetcher,
        issuer,
        client,
        code=query["code"],
        back=pages.origin + BACK,
        verifier=returned.verifier,
        is_nonce=lambda nonce: hmac.compare_digest(digest_of(nonce), returned.nonce or b""),
        now=pages.now(),
    )
    handle = somebody.email or somebody.nickname or somebody.name or somebody.subject
    arrival = Arrival(issuer.issuer, somebody.subject, handle, somebody.name, somebody.email)
    seen: dict[str, Any] = {
        "device": request.headers.get("user-agent", ""),
        "network": guard.network_of(request),
        "now": pages.now(),
    }
    try:
        if returned.member_id is not None:
            await house.db.write(orders.link_subject, returned.member_id, arrival, now=pages.now())
            house.wake()
            return redirect(returned.next, notice="identity-linked")
        secret = await house.db.write(identities.come_back, arrival, **seen)
    except Refused as no:
        raise NotSignedIn(no.code) from None
    if secret is not None:
        return await welcome(request, secret, returned.next)
    kept = await house.db.write(identities.keep_arrival, arrival, now=pages.now())
    answer = redirect("/join-us")
    newcomers.keep(request, answer, kept)
    return answer


async def _returned(request: Request) -> identities.Returned:
    """What was begun here, in this browser; spent whatever comes of it."""
    house = request.app.state.house
    pages: Pages = request.state.pages
    query, member = request.query_params, request.state.member
    state, kept = query.get("state", ""), request.cookies.get(_cookie(request), "")
    if not state or not hmac.compare_digest(kept.encode(), state.encode()):
        raise NotSignedIn("sign-in-not-begun-here")
    try:
        returned: identities.Returned = await house.db.write(
            identities.end_attempt, house.vault, state, kind=identities.OIDC, now=pages.now()
        )
    except Refused as no:
        raise NotSignedIn("sign-in-not-begun-here" if no.code == "wrong-secret" else no.code) from None
    if returned.origin != house.settings.oidc_issuer:
        raise NotSignedIn("sign-in-not-begun-here")
    if returned.member_id is not None and (member is None or member.member_id != returned.member_id):
        raise NotSignedIn("sign-in-not-begun-here")
    if query.get("error"):
        raise NotSignedIn("sign-in-declined" if query["error"] == "access_denied" else "issuer-strange")
    if not 0 < len(query.get("code", "")) <= CODE_CHARS:
        raise NotSignedIn("issuer-strange")
    return returned


def _cookie(request: Request) -> str:
    return "__Host-oidc" if request.state.secure else "oidc"
