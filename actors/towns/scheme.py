"""The towns as a tree below the regions, and distances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

from actors.regions import COUNTRIES, PARTS, within
from actors.towns.data import LINES
from actors.wire.words import LANGUAGES

EARTH_KM = 6_371.0


@dataclass(frozen=True, slots=True)
class Town:
    """A town, a commune or a quarter.

    Attributes:
        code: lower case, `sint-gillis`.
        part_of: the code of the region or the town that it lies in.
        latitude, longitude: of its centre, WGS 84.
        names: language -> what it is called.
        spellings: further names, as people type them.
    """

    code: str
    part_of: str
    latitude: float
    longitude: float
    names: Mapping[str, str]
    spellings: tuple[str, ...] = ()


def _read(line: str) -> Town:
    code, part_of, north, east, *names, others = line.split("|")
    first = names[0] or next(name for name in names if name)
    called = dict(zip(LANGUAGES, (name or first for name in names), strict=True))
    return Town(code, part_of, float(north), float(east), called, tuple(each for each in others.split(";") if each))


TOWNS: Mapping[str, Town] = {town.code: town for town in map(_read, LINES.strip().splitlines())}
"""Code -> town."""


@cache
def broader(code: str) -> tuple[str, ...]:
    """`code` and what it lies in, ever wider, up to Europe: matonge, elsene, BE-BRU, BE, EU."""
    if (town := TOWNS.get(code)) is not None:
        return (code, *broader(town.part_of))
    for whole, parts in PARTS.items():
        if code in parts:
            return (code, *broader(whole))
    if code in COUNTRIES:
        return (code, "EU")
    country = code.partition("-")[0]
    return (code, *broader(country)) if country != code else (code,)


@cache
def inside(code: str) -> frozenset[str]:
    """The codes of `code` and of all that lies in it, regions and towns."""
    if code in TOWNS:
        return frozenset((code, *(each for part in _parts().get(code, ()) for each in inside(part))))
    regions = within(code)
    towns = (town for region in regions for town in _parts().get(region, ()))
    return frozenset((*regions, *(each for town in towns for each in inside(town))))


@cache
def _parts() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for town in TOWNS.values():
        found[town.part_of].append(town.code)
    return found


def name_of(code: str, language: str) -> str | None:
    """What the town `code` is called in `language`; None for what is no town."""
    town = TOWNS.get(code)
    return None if town is None else town.names.get(language) or town.names["en"]


def distance_km(north: float, east: float, other_north: float, other_east: float) -> float:
    """The distance as the crow flies between two points in degrees, in kilometres (haversine)."""
    up, across = radians(other_north - north), radians(other_east - east)
    chord = sin(up / 2) ** 2 + cos(radians(north)) * cos(radians(other_north)) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
