"""Actors, objects, activities and collections by their IRI.

What everybody may read is served to everybody. What is for followers or members is served to a
signed request of an actor that is entitled to it; to all others it does not exist (P3).
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from outbox import published
from outbox.published import Buried, Closed, Found, Open
from web.documents.answers import NOT_FOUND, activity, path_iri, refusal, response
from web.documents.inboxes import signed_request
from web.house import House
from web.shelf import Answer

_MOST_QUERY = 200
_ACTOR_SLASHES = 2
_ASK_AGAIN = {"cache-control": "no-cache"}


async def document(request: Request) -> Response:
    """The document at this address, or its tombstone with 410."""
    house: House = request.app.state.house
    iri = path_iri(request)
    if _is_actor(iri, house.origin):
        return response(await house.shelf.get(iri, lambda: _public(house, iri)))
    shown = await house.db.read(published.find, iri, house.keyring)
    if not _is_signed(request) or not (shown is None or isinstance(shown, Closed) or _differs(shown)):
        return response(_answer(shown), public=False, headers=_ASK_AGAIN)
    reader = await house.receiver.readers.recognise(signed_request(request.scope, b"", house.origin))
    if reader is None:
        return response(_answer(shown), public=False, headers=_ASK_AGAIN) if _differs(shown) else response(NOT_FOUND)
    shown = await house.db.read(published.find, iri, house.keyring, reader=reader)
    if isinstance(shown, Open | Closed):
        return response(activity(shown.document), public=False)
    return response(NOT_FOUND)


def _differs(found: Found | None) -> bool:
    """Whether who asks decides which language stands first."""
    return isinstance(found, Open) and found.by_reader


async def _public(house: House, iri: str) -> Answer:
    return _answer(await house.db.read(published.find, iri, house.keyring))


def _answer(found: Found | None) -> Answer:
    """What everybody gets."""
    if isinstance(found, Open):
        return activity(found.document)
    if isinstance(found, Buried):
        return activity(found.document, status=410)
    return NOT_FOUND


async def collection(request: Request) -> Response:
    """A collection of an actor or a thread: its head, or a page of it (`?page=`, `?before=`)."""
    house: House = request.app.state.house
    iri = path_iri(request)
    query = request.url.query
    if len(query) > _MOST_QUERY:
        return response(refusal(400, "bad-page"), public=False)
    return response(await _collection(house, iri, query), public=False, headers=_ASK_AGAIN)


async def _collection(house: House, iri: str, query: str) -> Answer:
    asked = parse_qs(query)
    before = asked.get("before", [""])[0]
    if before and not (before.isdecimal() and len(before) <= 18):
        return refusal(400, "bad-page")
    page = "page" in asked or bool(before)
    found = await house.db.read(
        published.collection, iri, house.keyring, page=page, before=int(before) if before else None
    )
    return activity(found) if found is not None else NOT_FOUND


def _is_actor(iri: str, origin: str) -> bool:
    """Whether an actor of ours stands there: those are asked for by crowds. Whoever asks for anything else has just
    heard that it changed or is gone, and must not be told what was true a second ago.
    """
    return iri.removeprefix(origin).count("/") <= _ACTOR_SLASHES


def _is_signed(request: Request) -> bool:
    return "signature" in request.headers
