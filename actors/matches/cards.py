"""Cards: what is compared of an offer or a need, and how it is read from what its author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from actors.filler import FILLER
from actors.matches.gist import gist
from actors.offers import Offer
from actors.stemming import stem, words
from actors.towns import TOWNS, broader, inside, recognise
from actors.trades import suggest
from fediverse.html import text_of

CONFIRMED = (1.0, 0.9, 0.85)
"""Weights of the concepts that the author chose, in their order; the last one holds for all further ones."""
READ = 0.9
"""What a concept that was read from the words counts, of its weight."""
GUESSED = 0.9
"""What counts of a concept that only single words point to."""
MOST_CONCEPTS = 8
MOST_READ = 5
MOST_STEMS = 60
TITLE_STEMS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """What is compared of one open offer or need.

    Attributes:
        purpose: offer or request.
        concepts: IRI -> weight from 0 to 1.
        stems: of its words, without those that say nothing.
        heads: those of its title.
        region: the smallest one known, a town's code or ISO 3166.
        latitude, longitude: as given, or of the town that it names, or of the middle of the region.
        wide: nobody nearby has answered, so that it is offered to the whole country.
        languages: of the work, two letters.
    """

    purpose: str
    concepts: Mapping[str, float] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    mode: str = "onsite"
    wide: bool = False
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    pay: str = "discuss"
    languages: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        return self.region is None or not self.region.isupper() or self.region == "BE-BRU"

    @property
    def area(self) -> str | None:
        """The province, the capital or the country that it is in."""
        return next((code for code in broader(self.region) if code.isupper()), None) if self.region else None


def card_of(offer: Offer) -> Card:
    """The card of `offer` as it is now; pure reading of its columns."""
    text = offer.text or text_of(offer.content)
    region, north, east = _where(offer)
    heads = _stems(offer.title, offer.language, TITLE_STEMS)
    return Card(
        purpose=offer.purpose,
        concepts=_concepts(offer, text),
        stems=frozenset((*heads, *_stems(f"{text} {' '.join(offer.tags)}", offer.language, MOST_STEMS))),
        heads=frozenset(heads),
        region=region,
        latitude=north,
        longitude=east,
        mode=offer.mode,
        begins_at=offer.begins_at,
        ends_at=offer.ends_at,
        pay=offer.pay,
        languages=frozenset(short for each in offer.work_languages if (short := each.partition("-")[0].lower())),
    )


def _concepts(offer: Offer, text: str) -> dict[str, float]:
    """Those that the author confirmed; where there are none, those that the dictionary reads."""
    if offer.concept_iris:
        chosen = list(dict.fromkeys(offer.concept_iris))[:MOST_CONCEPTS]
        return {iri: CONFIRMED[min(at, len(CONFIRMED) - 1)] for at, iri in enumerate(chosen)}
    found = {each.iri: each.weight for each in suggest(offer.title, text, offer.language, most=MOST_READ)}
    # What an item is most about is what it is about, even if its words say so only in passing.
    most = max(found.values(), default=1.0)
    told = {iri: READ * weight * most**-0.5 for iri, weight in found.items()}
    for iri, weight in gist(offer.title, text, offer.language).items():
        told[iri] = max(told.get(iri, 0.0), GUESSED * weight)
    best = sorted(told, key=lambda iri: (-told[iri], iri))[:MOST_CONCEPTS]
    return {iri: round(told[iri], 4) for iri in best}


def _where(offer: Offer) -> tuple[str | None, float | None, float | None]:
    spot = recognise(offer.place_name) if offer.place_name else None
    if spot is not None and offer.region is not None and offer.region not in broader(spot.code):
        spot = None  # a town of the same name elsewhere: the author's own choice of a region counts
    region = spot.code if spot is not None else offer.region
    if offer.latitude is not None and offer.longitude is not None:
        return region, offer.latitude, offer.longitude
    return region, *(middle_of(region) if region else (None, None))


@cache
def middle_of(region: str) -> tuple[float | None, float | None]:
    """The degrees of a town, or of the middle of a region's towns; a country without towns of ours has none."""
    if (town := TOWNS.get(region)) is not None:
        return town.latitude, town.longitude
    towns = [TOWNS[code] for code in inside(region) if code in TOWNS]
    if not towns or region == "EU":
        return None, None
    return sum(town.latitude for town in towns) / len(towns), sum(town.longitude for town in towns) / len(towns)


def _stems(text: str, language: str | None, most: int) -> list[str]:
    """The first `most` different stems of the words that say something."""
    short = (language or "").partition("-")[0].lower()
    told = (word for word in words(text) if len(word) > 2 and word not in FILLER and not word.isdigit())
    return list(dict.fromkeys(stem(word, short) for word in told))[:most]
