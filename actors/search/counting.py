"""Facets: how many of what was found there are of each kind, in each region, and so on."""

from __future__ import annotations

from collections import Counter
from typing import Any

from actors.towns import broader

FACETS = ("kind", "trade", "region", "mode", "pay", "language", "origin")
HERE = "here"
"""The origin of what was born on this instance."""


def counts(facet: str, rows: list[Any]) -> dict[str, int]:
    """How many of the rows of the index there are with each value of the facet."""
    match facet:
        case "region":
            raw = Counter(row.region for row in rows if row.region)
            return _over(raw)
        case "mode":
            raw = Counter(row.mode for row in rows if row.mode)
            both = raw.pop("both", 0)
            return {mode: raw[mode] + both for mode in ("onsite", "remote") if raw[mode] + both}
        case "language":
            raw = Counter(row.languages for row in rows)
            spoken: Counter[str] = Counter()
            for languages, number in raw.items():
                spoken.update(dict.fromkeys(languages.split(), number))
            return dict(spoken)
        case "origin":
            return {host or HERE: number for host, number in Counter(row.host for row in rows).items()}
        case _:
            return {value: number for value, number in Counter(getattr(row, facet) for row in rows).items() if value}


def _over(raw: Counter[str]) -> dict[str, int]:
    wide: Counter[str] = Counter()
    for code, number in raw.items():
        wide.update(dict.fromkeys(broader(code), number))
    return dict(wide)
