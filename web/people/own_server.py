"""From here to one's own server.

Nobody needs an account here to follow a group or to answer a need. A reader types the address of their account once
(kept in a cookie of theirs, nowhere else); we ask that account's server by WebFinger which page of its takes such a
wish, and open it. Offered are, best first, the intents of FEP-3b86, then OStatus's `subscribe`.

What a server answers is a stranger's text: the page must be on that very host or under it, over the scheme that we
speak, free of anything unprintable, and must have a place for the address that we put in. The reader is not redirected
by a form (a browser holds that against `form-action`), but gets a page of ours that goes on by itself and has a link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.views import Subject
from fediverse.discovery import Handle, parse_handle
from fediverse.documents import JSON, parse
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Gone, Malformed
from fediverse.fetch import Fetcher
from fediverse.hosts import canonical_host, covers, parse_iri
from web.forms import Filled, read_form
from web.pages import HANDLE_COOKIE, YEAR_S, Pages, render
from web.people.page import page_about
from web.rates import Rate, limited

Intent = Literal["follow", "answer"]

SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
INTENTS: Mapping[Intent, str] = {
    "follow": "https://w3id.org/fep/3b86/Follow",
    "answer": "https://w3id.org/fep/3b86/Object",
}
TEMPLATE_CHARS = 2_048
JRD = "application/jrd+json, application/json"


class OwnServerForm(BaseModel):
    """The account, and what its owner wants to do with what."""

    iri: Annotated[str, Field(min_length=8, max_length=2_048)]
    intent: Intent
    handle: Annotated[str, Field(max_length=320)]

    @field_validator("handle")
    @classmethod
    def _two_parts(cls, typed: str) -> str:
        typed = typed.strip()
        if not typed:
            raise PydanticCustomError("handle-missing", "handle-missing")
        if typed.startswith(("https://", "http://")) and (
            found := re.fullmatch(r"https?://([^/]+)/@([\w.-]+)/?", typed)
        ):
            typed = f"@{found[2]}@{found[1]}"
        if typed.removeprefix("acct:").removeprefix("@").count("@") != 1:
            raise PydanticCustomError("handle-malformed", "handle-malformed")
        return typed


class NoWay(Exception):
    """That server has no page that we would open; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@limited(Rate.LOOKUP)
async def own_server(request: Request) -> Response:
    """Find the page of the reader's server that takes the wish, and go on there."""
    house, pages = request.app.state.house, request.state.pages
    form = await read_form(request, OwnServerForm)
    if form.draft is None and "handle" not in form.problems:
        raise HTTPException(400)
    subject: Subject | None = await house.db.read(people.kind_of, form.values["iri"])
    if subject is None:
        raise HTTPException(404)
    if form.draft is None:
        return _stay(request, subject, form, form.problems["handle"])
    try:
        handle = parse_handle(form.draft.handle, house.fetcher.limits, loopback=house.fetcher.on_loopback)
        if handle.authority == pages.authority:
            raise NoWay("handle-is-ours")
        address = await find_page(house.fetcher, handle, form.draft.intent, subject.iri, back=pages.origin + "/")
    except Malformed:
        return _stay(request, subject, form, "handle-malformed")
    except NoWay as no:
        return _stay(request, subject, form, no.code)
    answer = render(
        request,
        "people/own_server.html",
        host=handle.authority,
        address=address,
        back=page_about(pages, subject),
    )
    answer.set_cookie(
        HANDLE_COOKIE,
        str(handle).removeprefix("@"),
        max_age=YEAR_S,
        httponly=True,
        secure=request.state.secure,
        samesite="lax",
    )
    return answer


async def find_page(fetcher: Fetcher, handle: Handle, intent: Intent, iri: str, *, back: str) -> str:
    """The page of `handle`'s server on which its owner can follow or answer `iri`.

    An intent may send its reader to `back` afterwards.

    Raises:
        NoWay: "handle-unknown", "server-silent", "server-without-way" or "server-strange".
    """
    links = await _links(fetcher, handle)
    templates = {link.get("rel"): link.get("template") for link in links if isinstance(link.get("template"), str)}
    strange = False
    for rel in (INTENTS[intent], SUBSCRIBE):
        template = templates.get(rel)
        if isinstance(template, str):
            if address := fill(template, iri, back=back, handle=handle, scheme=fetcher.scheme):
                return address
            strange = True
    raise NoWay("server-strange" if strange else "server-without-way")


def fill(template: str, iri: str, *, back: str, handle: Handle, scheme: str) -> str | None:
    """The address that a server's template makes for `iri`; None if it is not one that we would open.

    It must lead to the handle's own authority or to a host under its host, over `scheme`, and have a place for `iri`.
    """
    if len(template) > TEMPLATE_CHARS or not template.isascii() or not template.isprintable() or " " in template:
        return None
    place, slash, rest = template.partition("://")[2].partition("/")
    if not slash or "{" in place or not re.search(r"\{(uri|object)\}", rest):
        return None
    address = template
    for name, value in {"uri": iri, "object": iri, "on-success": back, "on-cancel": back}.items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    try:
        read = parse_iri(address)
        own_host = canonical_host(handle.authority.partition(":")[0])
    except Malformed:
        return None
    if re.search(r"[{}\"'<>`\\^|]", address) or read.scheme != scheme:
        return None
    under = covers(own_host, read.host) and read.authority == read.host
    return address if read.authority == handle.authority or under else None


async def _links(fetcher: Fetcher, handle: Handle) -> list[dict[str, JSON]]:
    resource = quote(handle.acct, safe="@:")
    url = f"{fetcher.scheme}://{handle.authority}/.well-known/webfinger?resource={resource}"
    try:
        answer = await fetcher.get(url, JRD)
        links = parse(answer.body, fetcher.limits).get("links")
    except (Gone, Declined):
        raise NoWay("handle-unknown") from None
    except (Malformed, ForbiddenAddress):
        raise NoWay("server-without-way") from None
    except FediverseError:
        raise NoWay("server-silent") from None
    if not isinstance(links, list) or len(links) > fetcher.limits.jrd_links:
        raise NoWay("server-without-way")
    return [link for link in links if isinstance(link, dict)]


def _stay(request: Request, subject: Subject, form: Filled[OwnServerForm], code: str) -> Response:
    pages: Pages = request.state.pages
    found = re.fullmatch(r"/[gu]/([A-Za-z0-9_.-]+)", pages.path_of(subject.iri))
    return render(
        request,
        "people/stay.html",
        status=422,
        iri=subject.iri,
        intent=form.values.get("intent", "follow"),
        code=code,
        typed=form.values.get("handle", ""),
        address=f"@{found[1]}@{pages.authority}" if found else subject.iri,
        back=page_about(pages, subject),
    )
