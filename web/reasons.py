"""Why a need and an offer fit, in the reader's words: «same trade: plasterer · 6 km · free in May · speaks French»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

from babel.dates import format_skeleton

from actors.matches import Reason
from actors.towns import name_of
from actors.trades import scheme
from web.i18n import Reader
from web.sentences import said

MOST = 5
_TRADES: Final = {
    "same-trade": (said("same trade: %(trade)s"), said("same trade")),
    "narrower-trade": (said("more precisely: %(trade)s"), said("a trade of that kind")),
    "broader-trade": (said("more generally: %(trade)s"), said("a trade of that kind")),
    "related-trade": (said("related trade: %(trade)s"), said("a related trade")),
}


_PAYS: Final = {"paid": said("paid"), "barter": said("in exchange"), "volunteer": said("as a volunteer")}


class Says(Protocol):
    """What is needed of `web.wording.Wording`, which hands itself over."""

    def region(self, code: str) -> str: ...

    def in_languages(self, codes: tuple[str, ...]) -> str: ...


def in_words(reader: Reader, say: Says, reasons: Sequence[Reason]) -> str:
    """The first `MOST` reasons in one line; empty when there is none that we know."""
    told = (_one(reader, say, reason) for reason in reasons)
    return " · ".join([line for line in told if line][:MOST])


def _one(reader: Reader, say: Says, reason: Reason) -> str:
    facts = reason.facts
    match reason.kind:
        case kind if kind in _TRADES:
            named, unnamed = _TRADES[kind]
            trade = _trade(str(facts.get("other") or facts.get("concept")), reader.language)
            return reader.text(named, trade=trade) if trade else reader.text(unnamed)
        case "near":
            return reader.text("%(km)s km", km=reader.number(facts["km"]))
        case "same-region":
            region = str(facts["region"])
            return name_of(region, reader.language) or say.region(region)
        case "remote":
            return reader.text("at a distance")
        case "free":
            return _free(reader, facts.get("begins"), facts.get("ends"))
        case "speaks":
            names = say.in_languages(tuple(facts["languages"]))
            return reader.text("speaks %(languages)s", languages=names)
        case "pay":
            return reader.text(_PAYS[str(facts["pay"])]) if facts["pay"] in _PAYS else ""
        case "words":
            return reader.text("similar words")
    return ""


def _free(reader: Reader, begins: str | None, ends: str | None) -> str:
    first = date.fromisoformat(begins) if begins else None
    last = date.fromisoformat(ends) if ends else None
    if first and last and (first.year, first.month) == (last.year, last.month):
        return reader.text("free in %(month)s", month=format_skeleton("MMMM", first, locale=reader.catalogue.locale))
    if first:
        return reader.text("free from %(day)s", day=reader.bare_day(first))
    return reader.text("free until %(day)s", day=reader.bare_day(last)) if last else ""


def _trade(iri: str, language: str) -> str | None:
    concept = scheme().get(iri)
    return None if concept is None else concept.labels.get(language) or concept.labels.get("en")
