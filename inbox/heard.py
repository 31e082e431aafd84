"""What a handler is given: one activity that was heard, who said it, and what had to be fetched for it.

A handler is two plain functions. `needs` names what is missing before the activity can be applied; the
dispatcher fetches that, outside any transaction, and asks again until nothing is missing or the budget is
spent. `apply` then does the work inside one transaction. Neither may touch the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from actors.people import Actor
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError
from fediverse.limits import Limits


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to fetch from its own origin.

    Attributes:
        iri: its id.
        kind: "actor" (fetched and remembered) or "object" (fetched, and kept for this activity only).
        depth: how many fetches led to it.
    """

    iri: str
    kind: str = "object"
    depth: int = 1


@dataclass(slots=True)
class Found:
    """What was fetched for one activity, and what could not be."""

    objects: dict[str, wire.Object] = field(default_factory=dict)
    documents: dict[str, Mapping[str, JSON]] = field(default_factory=dict)
    actors: set[str] = field(default_factory=set)
    """Ids of actors that were fetched and remembered."""
    failed: dict[str, FediverseError] = field(default_factory=dict)

    def tried(self, iri: str) -> bool:
        """Whether `iri` was asked for already, with or without success."""
        return iri in self.objects or iri in self.actors or iri in self.failed


@dataclass(slots=True)
class Heard:
    """One activity as its handler sees it.

    Attributes:
        activity: read, within the limits.
        document: its JSON as it came.
        sender: the activity's actor, known and neither suspended nor deleted.
        trust: "signed" by the actor itself, "proof" of the actor, or "origin": to be confirmed there.
        origin: ours, such as "https://coop.example".
        found: what was fetched.
    """

    activity: wire.Activity
    document: Mapping[str, JSON]
    sender: Actor
    trust: str
    origin: str
    limits: Limits
    now: datetime
    found: Found = field(default_factory=Found)

    def is_ours(self, iri: str | None) -> bool:
        """Whether `iri` lies on our own origin."""
        return iri is not None and (iri == self.origin or iri.startswith(self.origin + "/"))


Apply = Callable[[Session, Heard], str | None]
"""Does what was heard. Returns None when it was applied, or the code for which nothing was done."""
Needs = Callable[[Session, Heard], Iterable[Wanted]]


def nothing(_session: Session, _heard: Heard) -> Iterable[Wanted]:
    """The `needs` of a handler that needs nothing but the sender."""
    return ()


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of activity is heard."""

    apply: Apply
    needs: Needs = nothing


class Later(Exception):
    """What the activity needs is out of reach now; worth another try. Carries the code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
