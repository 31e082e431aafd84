"""How well a need and an offer fit, and why: pure functions of two cards.

The trade decides: without a common concept only words are left, which are a weak signal, since they cross no language
and mean different things. What else is known lowers the score where it does not fit, and ends it where it cannot:
nobody helps in May who is free from June.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from actors.matches.cards import Card
from actors.matches.reasons import Reason
from actors.towns import broader, distance_km
from actors.trades import scheme

SAME, NARROWER, BROADER, RELATED = "same-trade", "narrower-trade", "broader-trade", "related-trade"
KIN = {SAME: 1.0, NARROWER: 0.85, BROADER: 0.7, RELATED: 0.5}
"""What a concept of the offer is to one of the need, and how much of it counts."""
WHOLE_SECTOR = {NARROWER: 0.6, BROADER: 0.4}
"""What is left of it where one of both is a whole sector: who asks for so much may get any part of it."""
FURTHER_STEP = 0.8
"""Each further step up or down the tree."""
MOST_STEPS = 2
TOGETHER = 0.5
"""How much a second concept in common adds, of what is missing."""
WORDS_ALONE = 0.5
"""The most that words without a common concept can say."""
WORDS_BESIDE = 0.15
"""What words add to a common concept, of what is missing."""
NEARBY_KM, FAR_KM, TOO_FAR_KM = 30.0, 75.0, 130.0
FAR_AWAY = 0.7
"""What any distance within the country counts at least for what is offered to all of it."""
UNKNOWN_PLACE = 0.85
WRONG_WAY_OF_WORKING = 0.35
NO_COMMON_LANGUAGE = 0.35
OTHER_PAY = 0.6


@dataclass(frozen=True, slots=True)
class Scored:
    """0 to 1, and the reasons, the most telling first."""

    value: float
    reasons: tuple[Reason, ...]


def score(need: Card, offer: Card, rarity: Mapping[str, float] | None = None) -> Scored:
    """How well `offer` answers `need`; 0 when it cannot.

    Args:
        need: with purpose request.
        offer: with purpose offer.
        rarity: stem -> how much it tells, 0 to 1 (`rarities`); without it all tell as much.
    """
    trade, why = trades_in_common(need.concepts, offer.concepts)
    alike, common = _words(need, offer, rarity)
    likeness = trade + (1 - trade) * WORDS_BESIDE * alike if trade else WORDS_ALONE * alike
    reasons = [why] if why else []
    if not likeness:
        return Scored(0.0, ())
    for fits, reason in (_place(need, offer), _dates(need, offer), _languages(need, offer), _pay(need, offer)):
        likeness *= fits
        if reason is not None and fits > WRONG_WAY_OF_WORKING:
            reasons.append(reason)
    if common and not trade:
        reasons.append(Reason("words", {"words": list(common)}))
    return Scored(likeness, tuple(reasons))


def trades_in_common(need: Mapping[str, float], offer: Mapping[str, float]) -> tuple[float, Reason | None]:
    """How much the concepts of both have in common, and the strongest pair as a reason."""
    pairs = []
    for asked, weight in need.items():
        near = kin(asked)
        for given, other in offer.items():
            if (found := near.get(given)) is not None:
                pairs.append((weight * other * found[1], found[0], asked, given))
    if not pairs:
        return 0.0, None
    best = max(pairs)
    value, used = best[0], {best[2], best[3]}
    for more, _, asked, given in sorted(pairs, reverse=True):
        if asked not in used and given not in used:
            value += (1 - value) * TOGETHER * more
            used |= {asked, given}
    _, kind, asked, given = best
    facts = {"concept": asked} if kind == SAME else {"concept": asked, "other": given}
    return min(value, 1.0), Reason(kind, facts)


@lru_cache(maxsize=4096)
def kin(iri: str) -> Mapping[str, tuple[str, float]]:
    """The concepts that answer a need for `iri`: what each is to it, and how much of it counts.

    Concepts that we do not know (a partner's own) answer only themselves.
    """
    trades = scheme()
    found = {iri: (SAME, 1.0)}
    if trades.get(iri) is None:
        return found
    for kind, step in ((NARROWER, trades.narrower), (BROADER, _broader)):
        level, counts = [iri], KIN[kind]
        for _ in range(MOST_STEPS):
            level = [each for at in level for each in step(at)]
            for each in level:
                found.setdefault(
                    each, (kind, counts * (WHOLE_SECTOR[kind] if _is_sector(each) or _is_sector(iri) else 1.0))
                )
            counts *= FURTHER_STEP
    for each in trades.related(iri):
        found.setdefault(each, (RELATED, KIN[RELATED]))
    return found


def _broader(iri: str) -> tuple[str, ...]:
    concept = scheme().get(iri)
    return concept.broader if concept else ()


def _is_sector(iri: str) -> bool:
    """Whether it is as wide as a sector: then it says little."""
    concept = scheme().get(iri)
    return concept is not None and not concept.broader


def rarities(stems: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much each stem tells among these texts: 1 for one that stands once, towards 0 for one in all of them."""
    counts: dict[str, int] = {}
    for each in stems:
        for stem in each:
            counts[stem] = counts.get(stem, 0) + 1
    whole = log(1 + len(stems)) or 1.0
    return {stem: log((1 + len(stems)) / count) / whole for stem, count in counts.items()}


def _words(need: Card, offer: Card, rarity: Mapping[str, float] | None) -> tuple[float, tuple[str, ...]]:
    """How alike the words are, 0 to 1, and up to three in common; those of titles count double."""
    common = need.stems & offer.stems
    if not common:
        return 0.0, ()
    told = {stem: (rarity or {}).get(stem, 1.0) * (2 if stem in need.heads | offer.heads else 1) for stem in common}
    most = sorted(told, key=lambda stem: (-told[stem], stem))[:3]
    return min(1.0, sum(told.values()) / 5), tuple(most)


def _place(need: Card, offer: Card) -> tuple[float, Reason | None]:
    if need.mode != "onsite" and offer.mode != "onsite":
        return 1.0, Reason("remote")
    near, reason = _distance(need, offer)
    if "remote" in (need.mode, offer.mode):
        # One of the two works at a distance only, the other on site only: they may still agree, but rarely.
        return near * WRONG_WAY_OF_WORKING, None
    return near, reason


def _distance(need: Card, offer: Card) -> tuple[float, Reason | None]:
    if need.region is None or offer.region is None:
        return UNKNOWN_PLACE, None
    if need.latitude is None or need.longitude is None or offer.latitude is None or offer.longitude is None:
        return _by_region(need.region, offer.region)
    km = distance_km(need.latitude, need.longitude, offer.latitude, offer.longitude)
    if km <= NEARBY_KM:
        fits = 1.0
    elif km <= FAR_KM:
        fits = 1.0 - 0.25 * (km - NEARBY_KM) / (FAR_KM - NEARBY_KM)
    else:
        fits = max(0.0, 0.75 * (TOO_FAR_KM - km) / (TOO_FAR_KM - FAR_KM))
    if (need.wide or offer.wide) and (need.area or "")[:2] == (offer.area or "")[:2]:
        fits = max(fits, FAR_AWAY)
    if need.exact and offer.exact:
        return fits, Reason("near", {"km": max(1, round(km))})
    return fits, Reason("same-region", {"region": offer.area}) if need.area == offer.area else None


def _by_region(one: str, other: str) -> tuple[float, Reason | None]:
    """Without degrees: how high up the tree both meet."""
    above = broader(other)
    meet = next((code for code in broader(one) if code in above), "EU")
    if meet in (one, other) or len(meet) > 2:
        return 0.9, Reason("same-region", {"region": meet})
    return (0.4 if meet != "EU" else 0.1), None


def _dates(need: Card, offer: Card) -> tuple[float, Reason | None]:
    begins = max((at for at in (need.begins_at, offer.begins_at) if at), default=None)
    ends = min((at for at in (need.ends_at, offer.ends_at) if at), default=None)
    if begins and ends and begins > ends:
        return 0.0, None
    if not (need.begins_at or need.ends_at) or not (offer.begins_at or offer.ends_at):
        return 1.0, None
    facts = {"begins": begins.date().isoformat() if begins else None, "ends": ends.date().isoformat() if ends else None}
    return 1.0, Reason("free", facts)


def _languages(need: Card, offer: Card) -> tuple[float, Reason | None]:
    if not need.languages or not offer.languages:
        return 0.95, None
    common = sorted(need.languages & offer.languages)
    return (1.0, Reason("speaks", {"languages": common})) if common else (NO_COMMON_LANGUAGE, None)


def _pay(need: Card, offer: Card) -> tuple[float, Reason | None]:
    if "discuss" in (need.pay, offer.pay):
        return 1.0, None
    return (1.0, Reason("pay", {"pay": need.pay})) if need.pay == offer.pay else (OTHER_PAY, None)
