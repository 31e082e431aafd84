"""Who is let into a group's settings, and what an order of theirs needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request

from actors import groups
from actors.groups import Person
from actors.views.gates import Gate, GroupSettings
from web import guard
from web.pages import Pages, language_of


class Nothing(BaseModel):
    """A form that is one button."""


async def organised(request: Request) -> Gate:
    """The group of this address, seen by somebody who may change it.

    Raises:
        HTTPException: 401 for nobody; 404 for anybody else who may not, as if there were nothing.
    """
    reader = guard.signed_in(request)
    pages: Pages = request.state.pages
    gate: Gate | None = await request.app.state.house.db.read(
        groups.gate,
        f"{pages.origin}/g/{request.path_params['name']}",
        member_id=reader.member_id,
        actor_iri=reader.actor_iri,
        language=language_of(request),
        now=pages.now(),
    )
    if gate is None or not gate.organises:
        raise HTTPException(404)
    return gate


async def settings_of(request: Request, gate: Gate) -> GroupSettings:
    """The group as it is now."""
    found: GroupSettings = await request.app.state.house.db.read(
        groups.settings_of, gate.actor.iri, language=language_of(request)
    )
    return found


async def order(request: Request, gate: Gate, command: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """Give `command` about the group, in the reader's name; what is to be told goes out at once.

    Raises:
        Refused: as the command.
    """
    house, pages = request.app.state.house, request.state.pages
    by = Person(gate.member_id, gate.actor_id)
    done = await house.db.write(command, *args, **facts, by=by, now=pages.now())
    house.courier.wake()
    return done


def path(gate: Gate, page: str = "") -> str:
    """Where the group's settings are, or one page of them."""
    username = gate.actor.handle.partition("@")[0]
    return f"/g/{username}/settings{f'/{page}' if page else ''}"
