"""What a text is roughly about, where no expression of the vocabulary stands in it.

«Rendre notre assemblée accessible aux sourds» names no trade, but «sourds» stands among the words of one in French, and
of few others. So every word points to the concepts among whose words it stands, the more the fewer those are. It is a
guess, and counts less than an expression; but it crosses languages, which words alone do not.

Source: the idea is that of explicit semantic analysis (Gabrilovich and Markovitch, 2007), with trades for articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import exp, log

from actors.filler import FILLER
from actors.stemming import LANGUAGES, stem, words
from actors.trades import Concept, scheme

IN_TITLE = 1.5
OF_COMPOUND = 0.7
LEAST_PART = 4
COMPOUNDING = ("nl", "de")
LEAST_RARE = 0.45
"""Words that stand among those of more concepts than this say nothing (1: of one alone, 0: of all)."""
AMBIGUOUS = 0.6
MOST = 6
LEAST = 0.3


def gist(title: str, text: str, language: str | None) -> dict[str, float]:
    """The concepts that the words of a text point to, at most `MOST`: IRI -> 0 to 1."""
    short = (language or "").partition("-")[0].lower()
    if short not in LANGUAGES:
        return {}
    known = _pointers(short)
    told: dict[str, float] = {}
    for said, counts in _counted(title, text):
        for pointed, share in _looked_up(said, short, known):
            for iri, weight in pointed.items():
                told[iri] = told.get(iri, 0.0) + weight * counts * share
    sure = {iri: 1 - exp(-value) for iri, value in told.items()}
    best = sorted(sure, key=lambda iri: (-sure[iri], iri))[:MOST]
    return {iri: sure[iri] for iri in best if sure[iri] >= LEAST}


def _counted(title: str, text: str) -> Iterator[tuple[str, float]]:
    """Each word once."""
    told = dict.fromkeys(words(text), 1.0) | dict.fromkeys(words(title), IN_TITLE)
    return ((word, counts) for word, counts in told.items() if len(word) > 2 and word not in FILLER)


def _looked_up(
    word: str, language: str, known: Mapping[str, Mapping[str, float]]
) -> Iterable[tuple[Mapping[str, float], float]]:
    if (found := known.get(stem(word, language))) is not None:
        return [(found, 1.0)]
    if language not in COMPOUNDING:
        return []
    for at in range(LEAST_PART, len(word) - LEAST_PART + 1):
        if (found := known.get(stem(word[at:], language))) is not None:
            first = known.get(stem(word[:at], language))
            return [(found, OF_COMPOUND), *([(first, OF_COMPOUND)] if first else [])]
    for at in range(len(word) - 2, LEAST_PART, -1):
        if (found := known.get(stem(word[:at], language))) is not None:
            return [(found, OF_COMPOUND)]
    return []


@cache
def _pointers(language: str) -> Mapping[str, Mapping[str, float]]:
    """Stem -> the concepts among whose words it stands, and how much it says of each."""
    found: dict[str, dict[str, float]] = {}
    concepts = list(_concepts())
    for concept in concepts:
        for said, counts in _said(concept, language):
            parts = {stem(word, language) for word in words(said) if len(word) > 2 and word not in FILLER}
            for part in parts:
                pointed = found.setdefault(part, {})
                pointed[concept.iri] = max(pointed.get(concept.iri, 0.0), counts / len(parts) ** 0.5)
    whole = log(len(concepts) + 1)
    weighed = {part: 1 - log(len(pointed)) / whole for part, pointed in found.items()}
    return {
        part: {iri: weight * weighed[part] ** 2 for iri, weight in pointed.items()}
        for part, pointed in found.items()
        if weighed[part] >= LEAST_RARE
    }


def _concepts() -> Iterator[Concept]:
    return (concept for concept in scheme().concepts if concept.broader)


def _said(concept: Concept, language: str) -> Iterator[tuple[str, float]]:
    if language in concept.labels:
        yield concept.labels[language], 1.0
    yield from ((said, 1.0) for said in concept.synonyms.get(language, ()))
    yield from ((said, AMBIGUOUS) for said in concept.ambiguous.get(language, ()))
