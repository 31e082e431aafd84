"""What the page of the search says: facets, values, counts, and what could be left out."""

from __future__ import annotations

from typing import Final

from actors.search import HERE
from actors.trades import scheme
from actors.views import PayKind
from web.i18n import Reader
from web.search.asking import Search
from web.sentences import said
from web.wording import Wording

_FACETS: Final = {
    "kind": said("What"),
    "trade": said("Trade"),
    "region": said("Region"),
    "mode": said("Way of working"),
    "pay": said("Terms"),
    "language": said("Language of the text"),
    "origin": said("Where it comes from"),
}
_KINDS: Final = {
    "offer": said("Offers"),
    "need": said("Needs"),
    "event": said("Meetings"),
    "group": said("Groups"),
    "project": said("Projects"),
    "person": said("Members"),
}
_MODES: Final = {"onsite": said("on the spot"), "remote": said("from a distance")}
_PAYS: Final = {
    PayKind.PAID: said("paid"),
    PayKind.BARTER: said("in exchange"),
    PayKind.VOLUNTEER: said("as a volunteer"),
    PayKind.DISCUSS: said("terms to be agreed"),
}
_LESS: Final = {
    "words": said("without the words «%(value)s»"),
    "kind": said("in everything, not only «%(value)s»"),
    "trade": said("in every trade"),
    "region": said("in every region"),
    "near": said("at any distance"),
    "dates": said("at any time"),
    "mode": said("whatever the way of working"),
    "pay": said("on any terms"),
    "language": said("in any language"),
    "origin": said("wherever it comes from"),
}
_PROBLEMS: Final = {
    "unknown-place": said("We do not know this place. Try a larger town nearby, or choose a region."),
    "date-malformed": said("This day does not exist."),
}


class Says:
    """The search in one reader's words."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._say = reader, Wording(reader)

    def facet(self, name: str) -> str:
        """What a facet is called."""
        return self._reader.text(_FACETS[name])

    def kind(self, kind: str) -> str:
        """What things of a kind are called."""
        return self._reader.text(_KINDS[kind])

    def value(self, facet: str, value: str) -> str:
        """What a value of a facet is called; one that nobody knows stays as it is."""
        match facet:
            case "kind":
                return self.kind(value)
            case "mode":
                return self._reader.text(_MODES[value])
            case "pay":
                return self._reader.text(_PAYS[PayKind(value)])
            case "region":
                return self._say.region(value)
            case "language":
                return self._reader.language_name(value)
            case "origin" if value == HERE:
                return self._reader.text("this instance")
            case "trade" if (concept := scheme().get(value)) is not None:
                return concept.label(self._reader.language)
            case "trade":
                return value.rpartition(":")[2].rpartition("/")[2].replace("-", " ")
            case _:
                return value

    def count(self, number: int, *, more: bool) -> str:
        """How many things: «12 results», «more than 5,000 results»."""
        if more:
            return self._reader.text("more than %(n)s results", n=self._reader.number(number))
        return self._reader.texts("%(n)s result", "%(n)s results", number)

    def number(self, number: int, *, more: bool) -> str:
        """A count beside a value, with a «+» where not everything was counted."""
        return self._reader.number(number) + ("+" if more else "")

    def less(self, name: str, search: Search) -> str:
        """What the same search would be without one filter."""
        value = search.values.get("q", "") if name == "words" else ""
        if name == "kind":
            value = self.kind(search.asked.kind)
        return self._reader.text(_LESS[name], value=value)

    def problem(self, code: str) -> str:
        """Why a field was left out."""
        return self._reader.text(_PROBLEMS[code])

    def title(self, search: Search) -> str:
        """A search in a few words: what was typed, and the filters."""
        asked = search.asked
        values = [asked.words] if asked.words else []
        values += [self.value(each, getattr(asked, each)) for each in _FACETS if getattr(asked, each)]
        values += [search.values["near"]] if "near" in search.values else []
        return " · ".join(values) or self._reader.text("Everything")
