"""Finding the other address of an actor that moves: what was typed, looked up at its server a moment ago.

What groups and members share when they move; their pages are in `web.groups.settings` and `web.people`.
"""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request

from actors import people
from actors.refusals import Refused
from fediverse.errors import FediverseError
from web.lookup import remember_actor
from web.pages import Pages

TYPED_CHARS = 320


class OtherForm(BaseModel):
    """The address of an account elsewhere."""

    who: str = ""


class AliasForm(BaseModel):
    """One of the addresses that are named already."""

    alias: str = ""


class MoveForm(BaseModel):
    """Where to; `target` is what was found, and comes back from the page that asked once more."""

    who: str = ""
    target: str = ""
    understood: str = ""


async def find_other(request: Request, who: str) -> str:
    """The IRI of the account `who`; one elsewhere is asked for its document now.

    Raises:
        Refused: "handle-missing", "account-not-found".
    """
    house = request.app.state.house
    pages: Pages = request.state.pages
    typed = who.strip()
    if not typed:
        raise Refused("handle-missing")
    if len(typed) > TYPED_CHARS or not typed.isprintable():
        raise Refused("account-not-found")
    name, _, authority = typed.removeprefix("@").partition("@")
    if authority.lower() == pages.authority:
        found = await house.db.read(people.named_locally, name.lower())
        if found is None or found.gone:
            raise Refused("account-not-found")
        return str(found.iri)
    if typed.startswith(f"{pages.origin}/"):
        found = await house.db.read(people.named_by_iri, typed)
        if found is None or found.gone:
            raise Refused("account-not-found")
        return str(found.iri)
    if not typed.startswith(("https://", "http://", "@")):
        typed = f"@{typed}"
    try:
        return await remember_actor(house.db, house.fetcher, typed)
    except (FediverseError, Refused):
        raise Refused("account-not-found") from None
