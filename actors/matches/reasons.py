"""Why a need and an offer fit: data, put into words by the page in the reader's language.

| kind | facts |
|---|---|
| same-trade | concept |
| narrower-trade | concept (the need's), other (the offer's, which is narrower) |
| broader-trade | concept (the need's), other (the offer's, which is broader) |
| related-trade | concept, other |
| near | km |
| same-region | region |
| remote | |
| free | begins, ends: the days on which both can, as ISO dates, either of them missing |
| speaks | languages |
| pay | pay: what both want |
| words | words: stems of the words in common, the rarest first |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; facts are plain JSON."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def stored(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """As rows keep them."""
    return [{"kind": reason.kind, **reason.facts} for reason in reasons]


def restored(rows: list[dict[str, Any]]) -> tuple[Reason, ...]:
    """As `stored` left them."""
    return tuple(Reason(row["kind"], {name: fact for name, fact in row.items() if name != "kind"}) for row in rows)
