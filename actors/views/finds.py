"""What the page of the search shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from actors.views.events import EventLine
from actors.views.groups import GroupLine
from actors.views.offers import OfferLine
from actors.views.profiles import MemberPage

FoundLine: TypeAlias = OfferLine | EventLine | GroupLine | MemberPage


@dataclass(frozen=True, slots=True)
class FoundThing:
    """One thing that was found; `kind` is offer, need, event, group or person, and says which line it is."""

    id: int
    """Of its entry in the index: the newer, the higher."""
    kind: str
    line: FoundLine


@dataclass(frozen=True, slots=True)
class Finds:
    """One page of what was found.

    Attributes:
        total: how many there are, at most 5,000; `more`: there are more.
        facets: facet -> value -> how many there would be with that value.
        without: where nothing was found: filter -> how many there would be without it.
    """

    things: tuple[FoundThing, ...]
    total: int
    more: bool
    number: int
    last: int
    facets: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]
