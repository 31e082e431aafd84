"""From texts to tokens: what stands in the index.

A word stands there as its stem in the language of its text; where the language is not known, as all that it may be a
stem of. Filters that are trees are tokens too: one for a concept and each that is broader, one for a region and each
that it lies in, one for the square of the map. So «a trade and its narrower ones» is one token, not a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from math import ceil, cos, floor, radians

from actors.stemming import LANGUAGES, stem, stems_in_any, words

TOKENS = 8_000
"""So many words of one thing are indexed; PostgreSQL counts positions up to 16,383."""
GAP = "_"
"""Stands between two texts, so that no phrase reaches from one into the other; no word is like it."""
FINE, COARSE = 10, 2
"""Squares of the map: so many to a degree."""
FINE_KM = 30
"""Up to this distance the fine squares are asked for."""
KM_PER_DEGREE = 111.2
MOST_POSITIONS = 255


def tokens_of(texts: Iterable[tuple[str, str | None]]) -> list[str]:
    """The tokens of some texts, each with its language; they are kept apart by `GAP`."""
    found: list[str] = []
    for text, language in texts:
        short = (language or "").partition("-")[0].lower()
        if found:
            found.append(GAP)
        if short in LANGUAGES:
            found += [stem(word, short) for word in words(text)]
        else:
            for word in words(text):
                found += stems_in_any(word)
        if len(found) > TOKENS:
            return found[:TOKENS]
    return found


def mark(what: str, value: str) -> str:
    """The token of a filter: a letter for the filter, `_` (which no word has), and a value of any characters."""
    return f"{what}_{blake2b(value.encode(), digest_size=6).hexdigest()}"


def squares_at(north: float, east: float) -> tuple[str, str]:
    """The tokens of the squares in which a point lies."""
    fine, coarse = (_square(each, floor(north * each), floor(east * each)) for each in (FINE, COARSE))
    return fine, coarse


def squares_around(north: float, east: float, km: float) -> list[str]:
    """The tokens of all squares that a circle touches."""
    size = FINE if km <= FINE_KM else COARSE
    up = km / KM_PER_DEGREE
    across = up / max(cos(radians(north)), 0.1)
    return [
        _square(size, row, column)
        for row in range(floor((north - up) * size), ceil((north + up) * size))
        for column in range(floor((east - across) * size), ceil((east + across) * size))
    ]


def _square(size: int, row: int, column: int) -> str:
    return mark("c", f"{size} {row} {column}")


def as_tsvector(heads: list[str], body: list[str]) -> str:
    """The tokens as a literal of PostgreSQL's `tsvector`: with their positions, those of the title with weight A."""
    places: Mapping[str, list[str]] = defaultdict(list)
    for at, token in enumerate(heads, 1):
        places[token].append(f"{at}A")
    for at, token in enumerate(body, len(heads) + 2):
        places[token].append(str(at))
    return " ".join(f"'{token}':{','.join(at[:MOST_POSITIONS])}" for token, at in places.items())
