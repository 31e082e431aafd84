"""From the address of a search to what the index is asked. Nothing in an address is an error: what can't be asked is
left out, and said where somebody typed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from actors.regions import CHOICES
from actors.search import HERE, Asked
from actors.search.tables import KINDS
from actors.towns import TOWNS, recognise
from actors.views import PayKind

VALUE_CHARS = 200
DISTANCES_KM = (5, 10, 25, 50, 100)
USUAL_KM = 25
MODES = ("onsite", "remote")
PAYS = tuple(PayKind)
SORTS = ("newest",)
PARAMETERS = (
    "q",
    "kind",
    "trade",
    "region",
    "near",
    "within",
    "from",
    "to",
    "mode",
    "pay",
    "in",
    "at",
    "closed",
    "sort",
)
"""What an address may ask, in its order; `page` and `typing` are no part of a search."""
FACET_PARAMETERS = {
    "kind": "kind",
    "trade": "trade",
    "region": "region",
    "mode": "mode",
    "pay": "pay",
    "language": "in",
    "origin": "at",
}
"""Facet of the index -> parameter of the address."""
PARTS = {**FACET_PARAMETERS, "words": "q", "near": "near", "dates": "from"}
"""Filter of the index -> the parameter that sets it."""
_ALLOWED: Mapping[str, frozenset[str]] = {
    "kind": frozenset(KINDS),
    "region": frozenset((*CHOICES, *TOWNS)),
    "within": frozenset(str(km) for km in DISTANCES_KM),
    "mode": frozenset(MODES),
    "pay": frozenset(PAYS),
    "closed": frozenset({"1"}),
    "sort": frozenset(SORTS),
}


@dataclass(frozen=True, slots=True)
class Search:
    """A search as its address says it.

    Attributes:
        values: parameter -> value, only those that ask something.
        asked: what the index is asked.
        problems: parameter -> code of what could not be understood: unknown-place, date-malformed.
    """

    values: Mapping[str, str]
    asked: Asked
    problems: Mapping[str, str]

    @property
    def fields(self) -> Mapping[str, str]:
        """What stands in every field of the form."""
        return {name: self.values.get(name, "") for name in PARAMETERS}

    @property
    def query(self) -> str:
        """The address behind the «?», always the same for the same search."""
        return urlencode(self.values)

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything but an order."""
        return any(name != "sort" for name in self.values)

    @property
    def has_unseen(self) -> bool:
        """Whether it asks for something that stands in the form alone, and not among the facets."""
        return not {"near", "from", "to"}.isdisjoint(self.values)


def read_search(given: Mapping[str, str], zone: ZoneInfo) -> Search:
    """The search that is asked for; days are those of `zone`."""
    values = {name: _value(given.get(name, "")) for name in PARAMETERS}
    values = {name: value for name, value in values.items() if value and value in _ALLOWED.get(name, {value})}
    problems: dict[str, str] = {}
    region, near, within = values.get("region", ""), None, 0.0
    if "near" in values:
        spot = recognise(values["near"])
        if spot is None:
            problems["near"] = "unknown-place"
        elif spot.latitude is None or spot.longitude is None:
            region = region or spot.code  # «Hainaut»: there is no point to measure from, but it is a region
        else:
            near, within = (spot.latitude, spot.longitude), float(values.get("within", USUAL_KM))
    begins = _day(values, "from", problems, zone)
    last = _day(values, "to", problems, zone)
    asked = Asked(
        words=values.get("q", ""),
        typing=given.get("typing") == "1",
        kind=values.get("kind", ""),
        trade=values.get("trade", ""),
        region=region,
        near=near,
        within_km=within,
        begins=begins,
        ends=last + timedelta(days=1) - timedelta(seconds=1) if last else None,
        mode=values.get("mode", ""),
        pay=values.get("pay", ""),
        language=values.get("in", ""),
        origin=values.get("at", ""),
        closed="closed" in values,
        newest=values.get("sort") == "newest",
    )
    return Search(values, asked, problems)


def without(search: Search, part: str) -> str:
    """The address of the same search without one part of it (a name of `PARTS`)."""
    gone = {PARTS[part]} | ({"to"} if part == "dates" else {"within"} if part == "near" else set())
    return address({name: value for name, value in search.values.items() if name not in gone})


def having(search: Search, facet: str, value: str | None) -> str:
    """The address of the same search with another value for a facet; None: with any."""
    values = {name: each for name, each in search.values.items() if name != FACET_PARAMETERS[facet]}
    return address(values | ({FACET_PARAMETERS[facet]: value} if value else {}))


def address(values: Mapping[str, str]) -> str:
    """The address of a search."""
    return "/search" + (
        f"?{urlencode({name: values[name] for name in PARAMETERS if name in values})}" if values else ""
    )


def is_origin(value: str) -> bool:
    """Whether it is this instance; else it is a host."""
    return value == HERE


def _value(given: str) -> str:
    """As it can be kept and shown: on one line, no longer than anybody types."""
    return " ".join("".join(each if each.isprintable() else " " for each in given[:VALUE_CHARS]).split())


def _day(values: Mapping[str, str], name: str, problems: dict[str, str], zone: ZoneInfo) -> datetime | None:
    if name not in values:
        return None
    try:
        return datetime.combine(date.fromisoformat(values[name]), time(), zone)
    except (ValueError, OverflowError):
        problems[name] = "date-malformed"
        return None
