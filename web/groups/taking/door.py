"""Who stands at the group's door: the group as it is for this reader, and what they may open."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request

from actors import groups
from actors.groups import Person
from actors.views.gates import Gate
from web import guard
from web.pages import Pages, language_of, missing


class NoFields(BaseModel):
    """A form that is only a button."""


def iri_here(request: Request) -> str:
    """The IRI of the group that the address names."""
    pages: Pages = request.state.pages
    return f"{pages.origin}/g/{request.path_params['name']}"


def path_here(request: Request) -> str:
    """The path of its page."""
    return f"/g/{request.path_params['name']}"


async def at_gate(request: Request) -> Gate:
    """The group for whoever reads.

    Raises:
        HTTPException: 404, or 410 where there was one.
    """
    who, pages, iri = request.state.member, request.state.pages, iri_here(request)
    gate: Gate | None = await request.app.state.house.db.read(
        groups.gate,
        iri,
        member_id=who.member_id if who else None,
        actor_iri=who.actor_iri if who else None,
        language=language_of(request),
        now=pages.now(),
    )
    return gate or await missing(request, iri)


async def at_gate_signed_in(request: Request) -> Gate:
    """The same, for a member or a guest; 401 for nobody."""
    guard.signed_in(request)
    return await at_gate(request)


async def moderated(request: Request) -> Gate:
    """The group for whoever decides in it: its organisers and moderators, and admins; 403 for others."""
    gate = await at_gate_signed_in(request)
    if not gate.moderates:
        raise HTTPException(403)
    return gate


async def organised(request: Request) -> Gate:
    """The group for whoever organises it, and admins; 403 for others."""
    gate = await at_gate_signed_in(request)
    if not gate.organises:
        raise HTTPException(403)
    return gate


def person(gate: Gate) -> Person:
    """The reader as the rules name them."""
    return Person(gate.member_id, gate.actor_id)
