"""The town or the region that somebody typed: «Gand», «9000 Gent», «Molenbeek», «Brüssel».

For fields that hold a place, not for running text, where «spa» and «mol» are words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from actors.stemming import words
from actors.towns.scheme import TOWNS, Town, broader
from actors.wire.regions import NAMES

TEXT_CHARS = 300
_POSTAL = re.compile(r"(?<![\d.])(?:B-?)?(\d{4})(?!\d)", re.IGNORECASE)
_POSTAL_REGIONS = (
    # The last postal code of each stretch, and where it is: bpost's numbering.
    (999, None),
    (1299, "BE-BRU"),
    (1499, "BE-WBR"),
    (1999, "BE-VBR"),
    (2999, "BE-VAN"),
    (3499, "BE-VBR"),
    (3999, "BE-VLI"),
    (4999, "BE-WLG"),
    (5999, "BE-WNA"),
    (6599, "BE-WHT"),
    (6999, "BE-WLX"),
    (7999, "BE-WHT"),
    (8999, "BE-VWV"),
    (9999, "BE-VOV"),
)
_COUNTRY_NAMES = {
    "BE": ("België", "Belgique", "Belgium", "Belgien"),
    "NL": ("Nederland", "Pays-Bas", "Netherlands", "Niederlande"),
    "FR": ("Frankrijk", "France", "Frankreich"),
    "DE": ("Duitsland", "Allemagne", "Germany", "Deutschland"),
    "LU": ("Luxemburg", "Luxembourg"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """What was recognised: a town with its degrees, or a region, which has none."""

    code: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def region(self) -> str:
        """The ISO 3166 code of the smallest region that it lies in: BE-VOV, BE-BRU, FR."""
        return next(code for code in broader(self.code) if code.isupper())


def recognise(text: str) -> Spot | None:
    """The place that `text` names; None when it names none that we know.

    A quarter wins over its town, a longer name over a shorter one, a later one over an earlier one («De Hal, Gent»). A
    Belgian postal code alone gives its province.
    """
    typed = words(text[:TEXT_CHARS])
    found: list[tuple[int, int, str]] = []
    for at in range(len(typed)):
        for length in range(min(_longest(), len(typed) - at), 0, -1):
            if (code := _names().get(tuple(typed[at : at + length]))) is not None:
                found.append((length, at, code))
                break
    wider = {each for _, _, code in found for each in broader(code)[1:]}
    told = [each for each in found if each[2] not in wider]
    if told:
        code = max(told, key=lambda each: (len(_letters(typed, each)), each[1]))[2]
        return _spot(code)
    return _by_postal_code(text[:TEXT_CHARS])


def _letters(typed: list[str], found: tuple[int, int, str]) -> str:
    length, at, _ = found
    return "".join(typed[at : at + length])


def _spot(code: str) -> Spot:
    town: Town | None = TOWNS.get(code)
    return Spot(code) if town is None else Spot(code, town.latitude, town.longitude)


def _by_postal_code(text: str) -> Spot | None:
    found = _POSTAL.search(text)
    if found is None:
        return None
    number = int(found[1])
    region = next(region for last, region in _POSTAL_REGIONS if number <= last)
    return Spot(region) if region is not None else None


@cache
def _names() -> Mapping[tuple[str, ...], str]:
    """The words of each name -> its code. A region that is called like a town is the town, but for Brussels."""
    found: dict[tuple[str, ...], str] = {}
    for code, called in (*_COUNTRY_NAMES.items(), *NAMES.items()):
        for name in called:
            found[tuple(words(name))] = code
    brussels = {tuple(words(name)) for name in NAMES["BE-BRU"]}
    for town in TOWNS.values():
        for name in (*town.names.values(), *town.spellings):
            if (key := tuple(words(name))) not in brussels:
                found.setdefault(key, town.code)
    return found


@cache
def _longest() -> int:
    return max(len(name) for name in _names())
