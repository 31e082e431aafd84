"""Signing in with an account elsewhere: on Mastodon, GoToSocial, or whatever speaks that API.

The reader types their handle; their server asks them whether they want to sign in here, sends them back, and tells us
which actor they are. The token that it gives us for that is given back at once and never stored. The reader is not
redirected there by the form (a browser holds that against `form-action`), but gets a page of ours that goes on by
itself and has a link.

The same way links an account elsewhere to a member who is signed in (`web.people.identities`).
"""

from __future__ import annotations

import hmac
import re
from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from actors.people import identities
from actors.refusals import Refused
from actors.views import SignedIn
from fediverse import oauth
from fediverse.discovery import find, parse_handle
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Malformed
from fediverse.fetch import Fetcher
from fediverse.hosts import origin_of
from fediverse.jsonld import readable
from fediverse.oauth import NotSignedIn
from fediverse.types import Actor as ActorDocument
from fediverse.vocabulary import read
from outbox import sign_in as orders
from web import guard
from web.forms import Filled, blank, read_form
from web.house import House
from web.pages import HANDLE_COOKIE, YEAR_S, Pages, is_own_path, redirect, render
from web.people.sign_in import welcome
from web.people.ways import WAYS
from web.rates import Rate, limited

BACK = "/sign-in/fediverse/back"
HOME = "/"
PATH_CHARS = 1_000
CODE_CHARS = 2_048
NAME_CHARS = 60
_PROFILE_PAGE = re.compile(r"https?://([^/]+)/@([\w.-]+)/?")

# Codes of rules and of the protocol, in the words of this door.
_SAID = {
    "host-blocked": "their-server-blocked",
    "gone": "actor-suspended",
    "ours": "handle-is-ours",
    "actor-malformed": "account-elsewhere",
    "key-not-theirs": "account-elsewhere",
}

PROBLEMS = frozenset(
    {
        *("their-server-silent", "their-server-without-api", "their-server-strange", "their-server-blocked"),
        *("their-server-forgot-us", "sign-in-declined", "sign-in-not-begun-here", "sign-in-code-spent"),
        *("state-unknown", "state-used", "state-expired", "account-unreadable", "account-elsewhere"),
        *("actor-suspended", "member-suspended", "identity-taken", "handle-is-ours"),
    }
)
"""How a way back can end."""


class HandleForm(BaseModel):
    """The account to sign in with, and where to go on."""

    handle: Annotated[str, Field(max_length=320)] = ""
    next: Annotated[str, Field(max_length=PATH_CHARS)] = HOME

    @field_validator("handle")
    @classmethod
    def _named(cls, typed: str) -> str:
        typed = typed.strip()
        if not typed:
            raise PydanticCustomError("handle-missing", "handle-missing")
        if found := _PROFILE_PAGE.fullmatch(typed):
            typed = f"@{found[2]}@{found[1]}"
        return typed.removeprefix("acct:").removeprefix("https://").rstrip("/")

    @field_validator("next")
    @classmethod
    def _ours(cls, path: str) -> str:
        return path if is_own_path(path) else HOME


@limited(Rate.PAGE)
async def handle_page(request: Request) -> Response:
    """Which account?"""
    path = request.query_params.get("next", HOME)[:PATH_CHARS]
    return _ask(request, blank({"next": path if is_own_path(path) else HOME}))


@limited(Rate.LOOKUP)
async def to_their_server(request: Request) -> Response:
    """Send the reader to the server of the account that they typed."""
    form = await read_form(request, HandleForm)
    if form.draft is None:
        return _ask(request, form)
    try:
        return await send(request, form.draft.handle, next_path=form.draft.next, member_id=None)
    except NotSignedIn as no:
        return _ask(request, form.with_problem("handle", no.code))


@limited(Rate.LOOKUP)
async def from_their_server(request: Request) -> Response:
    """The reader comes back, with a code or without."""
    member: SignedIn | None = request.state.member
    try:
        answer = await _received(request, member)
    except NotSignedIn as no:
        if member is not None and not member.is_guest:
            return redirect(f"{WAYS}?problem={no.code}")
        answer = _ask(request, blank({"next": HOME}), failed=no.code)
    answer.delete_cookie(_state_cookie(request), httponly=True, secure=request.state.secure, samesite="lax", path="/")
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def send(request: Request, typed: str, *, next_path: str, member_id: int | None) -> Response:
    """The page that goes on to the server of the account `typed`: a handle, or the name of a server.

    Raises:
        NotSignedIn: with a code of `REFUSALS`.
    """
    house: House = request.app.state.house
    pages: Pages = request.state.pages
    origin = await _server_of(house.fetcher, typed, pages)
    client, pkce = await _introduced(house, pages, origin)
    attempt = identities.new_attempt()
    await house.db.write(
        identities.begin_attempt,
        house.vault,
        attempt,
        kind=identities.FEDIVERSE,
        origin=origin,
        next_path=next_path,
        member_id=member_id,
        now=pages.now(),
    )
    address = oauth.authorize_url(
        origin,
        client,
        back=pages.origin + BACK,
        state=attempt.state,
        challenge=attempt.challenge if pkce else None,
    )
    host = origin.partition("://")[2]
    answer = render(request, "people/to_their_server.html", host=host, address=address)
    answer.headers["Cache-Control"] = "no-store"
    secure = request.state.secure
    answer.set_cookie(
        _state_cookie(request),
        attempt.state,
        max_age=int(identities.ATTEMPT_LASTS.total_seconds()),
        httponly=True,
        secure=secure,
        samesite="lax",
    )
    if "@" in typed:
        handle = typed.removeprefix("@")
        answer.set_cookie(HANDLE_COOKIE, handle, max_age=YEAR_S, httponly=True, secure=secure, samesite="lax")
    return answer


async def _server_of(fetcher: Fetcher, typed: str, pages: Pages) -> str:
    """The origin of the server that has the account: where its actor lives, which the handle's host says."""
    host_alone = "@" not in typed
    try:
        handle = parse_handle(
            f"@anybody@{typed}" if host_alone else typed, fetcher.limits, loopback=fetcher.on_loopback
        )
    except Malformed:
        raise NotSignedIn("handle-malformed") from None
    if handle.authority == pages.authority:
        raise NotSignedIn("handle-is-ours")
    if host_alone:
        return f"{fetcher.scheme}://{handle.authority}"
    try:
        return origin_of(await find(fetcher, str(handle)))
    except Declined:
        raise NotSignedIn("handle-unknown") from None
    except Malformed as error:
        strange = error.code in ("body-too-large", "bad-iri", "redirect-loop", "too-many-redirects")
        raise NotSignedIn("their-server-strange" if strange else "their-server-without-api") from None
    except ForbiddenAddress as error:
        raise NotSignedIn("their-server-blocked" if error.code == "blocked-host" else "their-server-strange") from None
    except FediverseError:
        raise NotSignedIn("their-server-silent") from None


async def _introduced(house: House, pages: Pages, origin: str) -> tuple[oauth.Client, bool]:
    """What that server calls us, and whether to use PKCE; we introduce ourselves where it does not know us."""
    fetcher, vault = house.fetcher, house.vault
    offered = await oauth.offered(fetcher, origin)
    app = await house.db.read(identities.app_at, vault, origin)
    if app is not None and app.scope == offered.scope:
        client = oauth.Client(app.client_id, app.client_secret, app.scope)
        if await oauth.still_known(fetcher, origin, client):
            return client, offered.pkce
    client = await oauth.introduce(
        fetcher,
        origin,
        scope=offered.scope,
        name=pages.site.name[:NAME_CHARS],
        website=pages.origin + "/",
        back=pages.origin + BACK,
    )
    app = identities.App(client.client_id, client.client_secret, client.scope)
    await house.db.write(identities.keep_app, vault, origin, app, now=pages.now())
    return client, offered.pkce


async def _received(request: Request, member: SignedIn | None) -> Response:
    house: House = request.app.state.house
    pages: Pages = request.state.pages
    query, state = request.query_params, request.query_params.get("state", "")
    kept = request.cookies.get(_state_cookie(request), "")
    if not state or not hmac.compare_digest(kept.encode(), state.encode()):
        raise NotSignedIn("sign-in-not-begun-here")
    try:
        returned = await house.db.write(
            identities.end_attempt, house.vault, state, kind=identities.FEDIVERSE, now=pages.now()
        )
    except Refused as no:
        raise NotSignedIn("sign-in-not-begun-here" if no.code == "wrong-secret" else no.code) from None
    if query.get("error"):
        raise NotSignedIn("sign-in-declined" if query["error"] == "access_denied" else "their-server-strange")
    if (
        query.get("iss", returned.origin).rstrip("/") != returned.origin
        or not 0 < len(query.get("code", "")) <= CODE_CHARS
    ):
        raise NotSignedIn("their-server-strange")
    if returned.member_id is not None and (member is None or member.member_id != returned.member_id):
        raise NotSignedIn("sign-in-not-begun-here")
    document, raw = await _who(house, pages, returned, query["code"])
    try:
        if returned.member_id is not None:
            await house.db.write(orders.link_actor, returned.member_id, document, raw, now=pages.now())
            house.wake()
            return redirect(returned.next, notice="identity-linked")
        secret = await house.db.write(
            identities.arrive,
            document,
            raw,
            device=request.headers.get("user-agent", ""),
            network=guard.network_of(request),
            now=pages.now(),
        )
    except Refused as no:
        raise NotSignedIn(_SAID.get(no.code, no.code)) from None
    return await welcome(request, secret, returned.next)


async def _who(
    house: House, pages: Pages, returned: identities.Returned, code: str
) -> tuple[ActorDocument, dict[str, Any]]:
    """The actor that the server says they are; the token is given back on the way, whatever is found."""
    fetcher, origin = house.fetcher, returned.origin
    app = await house.db.read(identities.app_at, house.vault, origin)
    if app is None:
        raise NotSignedIn("their-server-forgot-us")
    client = oauth.Client(app.client_id, app.client_secret, app.scope)
    try:
        token = await oauth.redeem(
            fetcher, origin, client, code=code, back=pages.origin + BACK, verifier=returned.verifier
        )
    except NotSignedIn as no:
        if no.code == "their-server-forgot-us":
            await house.db.write(identities.forget_app, origin, app.client_id)
        raise
    try:
        account = await oauth.account(fetcher, origin, token)
    finally:
        await oauth.revoke(fetcher, origin, client, token)
    fetched = await oauth.actor_of(fetcher, origin, account)
    try:
        document = read(readable(fetched.json), fetcher.limits)
    except Malformed:
        raise NotSignedIn("account-elsewhere") from None
    if not isinstance(document, ActorDocument):
        raise NotSignedIn("account-elsewhere")
    return document, fetched.json


def _ask(request: Request, form: Filled[HandleForm] | Filled[BaseModel], failed: str | None = None) -> Response:
    status = 422 if form.problems or failed else 200
    return render(request, "people/fediverse.html", status=status, form=form, failed=failed)


def _state_cookie(request: Request) -> str:
    return "__Host-sign-in" if request.state.secure else "sign-in"
