"""How well a way of matching does on the labelled set.

For every need a way gives offers, best first. Over the needs that have a relevant offer, at k:

* recall is how many of the relevant offers are among the first k;
* precision is how many of the first k are relevant, of as many as there can be: min(k, relevant). Most needs have one
  or two relevant offers, so that a plain precision at 3 could not reach 1 with a perfect order.

That precision forgives what stands beside the right offers. So it is also said how many of the pairs that would be
told to people are right, and for how many of the needs without any relevant offer nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups, matches, offers
from actors.groups import GroupDraft
from actors.matches import Match
from actors.matches.cards import Card, card_of
from actors.matches.scoring import trades_in_common
from actors.people import Vault
from actors.stemming import stems
from tests.bench.matching.labelled import TODAY, Item, labelled
from tests.bench.program import SECRET

CUTS = (1, 3, 10)
Ranked = Mapping[str, Sequence[str]]
"""By need, the names of offers, best first."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision and recall at each of `CUTS`."""

    precision: Mapping[int, float]
    recall: Mapping[int, float]

    def __str__(self) -> str:
        said = (f"{self.precision[cut]:.2f}/{self.recall[cut]:.2f}" for cut in CUTS)
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Measured:
    """All three ways, and what would be told."""

    ours: Quality
    words: Quality
    concepts: Quality
    told: int
    told_right: int
    silent: int
    unanswerable: int
    missed: Sequence[str]
    """Needs of which a relevant offer is not among the first three, with what is there instead."""


def measured(session: Session, origin: str) -> Measured:
    """Publish the whole set, match it, and measure."""
    items = labelled()
    relevant = {need: names for need, names in items.relevant.items() if names}
    ranked, told = _matched(session, origin)
    cards = _cards(session, origin)
    pairs = [(need, name) for need, names in told.items() for name in names]
    nothing = [need for need, names in items.relevant.items() if not names]
    return Measured(
        ours=quality(ranked, relevant),
        words=quality(by_words(items.needs, items.offers), relevant),
        concepts=quality(by_concepts(items.needs, items.offers, cards), relevant),
        told=len(pairs),
        told_right=sum(name in items.relevant[need] for need, name in pairs),
        silent=sum(not told[need] for need in nothing),
        unanswerable=len(nothing),
        missed=[
            f"{need}: wants {', '.join(sorted(names))}; has {', '.join(ranked[need][:3]) or 'nothing'}"
            for need, names in relevant.items()
            if len(names & set(ranked[need][:3])) < min(3, len(names))
        ],
    )


def quality(ranked: Ranked, relevant: Mapping[str, frozenset[str]]) -> Quality:
    """Means over the needs that have a relevant offer."""
    precision, recall = {}, {}
    for cut in CUTS:
        hits = {need: len(names & set(ranked[need][:cut])) for need, names in relevant.items()}
        precision[cut] = sum(hits[need] / min(cut, len(names)) for need, names in relevant.items()) / len(relevant)
        recall[cut] = sum(hits[need] / len(names) for need, names in relevant.items()) / len(relevant)
    return Quality(precision, recall)


def by_words(needs: Mapping[str, Item], given: Mapping[str, Item]) -> Ranked:
    """Words only: BM25 over the stems of title and text, with its usual constants (k1 1.2, b 0.75)."""
    texts = {name: _stems(item) for name, item in given.items()}
    mean = sum(map(len, texts.values())) / len(texts)
    holding: dict[str, int] = {}
    for text in texts.values():
        for stem in set(text):
            holding[stem] = holding.get(stem, 0) + 1

    def fits(asked: set[str], text: list[str]) -> float:
        value = 0.0
        for stem in asked:
            if times := text.count(stem):
                rare = log(1 + (len(texts) - holding[stem] + 0.5) / (holding[stem] + 0.5))
                value += rare * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(text) / mean))
        return value

    def best_for(item: Item) -> list[str]:
        asked = set(_stems(item))
        return _best(texts, lambda name: fits(asked, texts[name]))

    return {need: best_for(item) for need, item in needs.items()}


def by_concepts(needs: Mapping[str, Item], given: Mapping[str, Item], cards: Mapping[str, Card]) -> Ranked:
    """Concepts only: what the dictionary reads from both, by the same kinship as ours."""

    def best_for(need: str) -> list[str]:
        return _best(given, lambda name: trades_in_common(cards[need].concepts, cards[name].concepts)[0])

    return {need: best_for(need) for need in needs}


def _best(names: Mapping[str, object], fits: Callable[[str], float]) -> list[str]:
    values = {name: fits(name) for name in names}
    return sorted((name for name in values if values[name] > 0), key=lambda name: (-values[name], name))


def _stems(item: Item) -> list[str]:
    return stems(f"{item.draft.title} {item.draft.text}", item.draft.language)


def _cards(session: Session, origin: str) -> dict[str, Card]:
    items = labelled()
    group = next(group for group in groups.local_groups(session) if group.username == "askers")
    return {
        name: card_of(offers.sketch(session, group, item.draft, now=TODAY))
        for name, item in (*items.needs.items(), *items.offers.items())
    }


def _matched(session: Session, origin: str) -> tuple[Ranked, Ranked]:
    """What the program finds, best first, and what it would tell: it sees the offers first, then need after need."""
    items, vault = labelled(), Vault(SECRET)
    names: dict[int, str] = {}
    ids: dict[str, int] = {}
    for username, side in (("givers", items.offers), ("askers", items.needs)):
        group = groups.found(session, vault, GroupDraft(username=username, name=username, kind="sector"), origin=origin)
        for name, item in side.items():
            offer = offers.post(session, group, item.draft, now=TODAY)
            matches.look(session, offer, now=TODAY)
            names[offer.id], ids[name] = name, offer.id
    ranked: dict[str, list[str]] = {}
    told: dict[str, list[str]] = {}
    for need in items.needs:
        query = select(Match).where(Match.need_id == ids[need], Match.score >= matches.LISTED)
        rows = session.scalars(query.order_by(Match.score.desc(), Match.id.desc())).all()
        ranked[need] = [names[row.offer_id] for row in rows]
        told[need] = [names[row.offer_id] for row in rows if row.untold]
    return ranked, told
