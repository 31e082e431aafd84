"""The labelled set, read from its files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from actors.offers import OfferDraft
from actors.places import PlaceDraft

ITEMS = Path(__file__).parent / "items"
TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
"""When all of it was published, as far as dates are concerned."""


@dataclass(frozen=True, slots=True)
class Item:
    """An offer or a need of the set. `sector` is the file that it stands in: for people, matching does not see it."""

    name: str
    sector: str
    draft: OfferDraft


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """All items by name, and for each need the names of the offers that are relevant for it, possibly none."""

    offers: Mapping[str, Item]
    needs: Mapping[str, Item]
    relevant: Mapping[str, frozenset[str]]

    @property
    def pairs(self) -> list[tuple[Item, Item]]:
        """Every need with every offer that is relevant for it. Raises KeyError when a label names no offer."""
        return [
            (self.needs[need], self.offers[name]) for need, names in self.relevant.items() for name in sorted(names)
        ]


@cache
def labelled() -> LabelledSet:
    """The set. Raises ValueError when two items have one name."""
    offers: dict[str, Item] = {}
    needs: dict[str, Item] = {}
    relevant: dict[str, frozenset[str]] = {}
    for path in sorted(ITEMS.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind, kept in (("offer", offers), ("need", needs)):
            for row in told[kind]:
                name = row["id"]
                if name in offers or name in needs:
                    raise ValueError(f"{path.name}: {name} is there twice")
                kept[name] = Item(name, path.stem, _draft(kind, row))
                if kind == "need":
                    relevant[name] = frozenset(row["relevant"])
    return LabelledSet(offers, needs, relevant)


def _draft(kind: str, row: Mapping[str, Any]) -> OfferDraft:
    return OfferDraft(
        purpose="offer" if kind == "offer" else "request",
        title=row["title"],
        text=row["text"],
        language=row["language"],
        place=PlaceDraft(name=row.get("place"), region=row.get("region")) if "region" in row else None,
        mode=row.get("mode", "onsite"),
        begins_at=_at(row.get("begins"), time(8)),
        ends_at=_at(row.get("ends"), time(20)),
        pay=row.get("pay", "paid"),
        urgent=row.get("urgent", False),
        work_languages=tuple(row["work"]),
    )


def _at(day: date | None, hour: time) -> datetime | None:
    return datetime.combine(day, hour, UTC) if day else None
