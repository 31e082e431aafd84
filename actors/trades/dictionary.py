"""Which trades a text speaks of: what is suggested while somebody writes, and what matching starts from.

The longest phrase wins over the words in it, the title weighs more than the text, and a word with two meanings yields
to what stands around it. Nothing is learnt and nothing is asked of anybody else: the vocabulary says it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from actors.stemming import LANGUAGES
from actors.trades.concepts import Scheme, scheme
from actors.trades.lexicon import Entry, Hit, Lexicon, Word, read

MOST = 5
READ_CHARS = 6_000
"""How much of a text is read: about two pages."""
OF_TEXT = 0.55
"""What a word in the text weighs, where one in the title weighs 1."""
BY_LENGTH = (0.0, 0.75, 0.87, 0.93)
"""How sure a phrase of one, two, three or more words makes."""
FOR = frozenset(("voor", "pour", "for", "fur"))
AFTER_FOR = 0.7
"""What stands after one of these in a title is seldom the work: «subtitles for a documentary»."""
FOR = frozenset(("voor", "pour", "for", "fur"))
AFTER_FOR = 0.7
"""What stands after one of these in a title is seldom the work itself: «subtitles for a documentary»."""
OF_SECTOR, OF_BROADER = 0.55, 0.6
"""What the name of a whole sector weighs, and what is broader than another find."""
IN_SECTOR, AMONG_ITS_WORDS, ALONE = 0.85, 0.6, 0.3
"""What an ambiguous word weighs beside a find of its sector, beside words that its sector uses, and where there is
nothing else."""
NEAR_WORDS = 15
"""How far «beside» reaches, in words."""
SHARED_BY = 60
"""What a word says about its sector, shared among the sectors that use it; less than one whole word says nothing."""
FEEBLE = 0.3
"""Where nothing weighs more, the text may well be in another language than it says."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a text speaks of."""

    iri: str
    weight: float
    """How sure, above 0 and at most 1."""
    words: tuple[str, ...]
    """What in the text says so, as written, the surest first."""


@dataclass(slots=True)
class _Found:
    """What speaks for one concept; each wording counts once in the title and once in the text."""

    doubt: float = 1.0
    told: dict[tuple[tuple[str, ...], bool], None] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)

    def add(self, hit: Hit, weight: float, *, in_title: bool) -> None:
        wording = tuple(word.folded for word in hit.words)
        if (wording, in_title) not in self.told:
            self.told[wording, in_title] = None
            self.doubt *= 1.0 - weight
        written = " ".join(word.written for word in hit.words)
        self.words[written] = max(weight, self.words.get(written, 0.0))


class _Reading:
    """A text held against one language."""

    def __init__(self, lexicon: Lexicon, told: list[Word], titled: int, *, near: bool) -> None:
        self.found: dict[str, _Found] = {}
        self._lexicon, self._told, self._titled = lexicon, told, titled
        kept = _longest(lexicon.hits(told, near=near))
        self._what_for = self._from_for(kept)
        self._sectors: list[tuple[str, int]] = []
        for hit in kept:
            for entry in (sure := [entry for entry in hit.entries if entry.is_sure]):
                self._count(hit, entry, len(sure))
                self._sectors.append((entry.concept.sector, hit.words[0].at))
        doubtful = [hit for hit in kept if not any(entry.is_sure for entry in hit.entries)]
        self._tell_apart(doubtful, is_all=not self.found)

    def _tell_apart(self, doubtful: list[Hit], *, is_all: bool) -> None:
        """Counts the words with two meanings, as far as what stands around them tells which is meant."""
        spots = {word.at for hit in doubtful for word in hit.words}
        self._using = [(word.at, used) for word in self._told if (used := self._lexicon.sectors_of(word.folded))]
        for hit in doubtful:
            at = hit.words[0].at
            about = {sector for sector, place in self._sectors if self._is_beside(at, place)}
            mostly = self._mostly_used(at, spots)
            weights = [
                IN_SECTOR if sector in about else AMONG_ITS_WORDS if sector in mostly else ALONE
                for sector in (entry.concept.sector for entry in hit.entries)
            ]
            standing = [
                (entry, weight)
                for entry, weight in zip(hit.entries, weights, strict=True)
                if weight > ALONE or (is_all and max(weights) == ALONE)
            ]
            for entry, weight in standing:
                self._count(hit, entry, len(standing), weight)

    def _mostly_used(self, at: int, spots: set[int]) -> set[str]:
        """The sectors whose words stand most around `at`; the ambiguous ones at `spots` don't tell."""
        used: Counter[str] = Counter()
        for place, sectors in self._using:
            if place not in spots and self._is_beside(at, place):
                for sector in sectors:
                    used[sector] += SHARED_BY // len(sectors)
        most = max(used.values(), default=0)
        return {sector for sector, said in used.items() if said == most >= SHARED_BY}

    def _count(self, hit: Hit, entry: Entry, shared: int, weight: float = 1.0) -> None:
        at = hit.words[0].at
        weight *= BY_LENGTH[min(len(hit.words), len(BY_LENGTH) - 1)] * hit.certainty * 2.0 / (1.0 + shared)
        if at >= self._titled:
            weight *= OF_TEXT
        elif at >= self._what_for:
            weight *= AFTER_FOR
        if not entry.concept.broader:
            weight *= OF_SECTOR
        self.found.setdefault(entry.concept.iri, _Found()).add(hit, weight, in_title=at < self._titled)

    def _from_for(self, kept: list[Hit]) -> int:
        """Where in the title is no longer said what is meant, but for what."""
        if kept:
            after = kept[0].words[-1].at
            for word in self._told[: self._titled]:
                if word.at > after and word.folded in FOR:
                    return word.at
        return self._titled

    def _is_beside(self, at: int, place: int) -> bool:
        """Whether two places are near each other; the title is near to everything."""
        return abs(place - at) <= NEAR_WORDS or min(at, place) < self._titled


class Dictionary:
    """The words of a scheme, in all its languages, ready to be looked up."""

    def __init__(self, known: Scheme) -> None:
        self._scheme = known
        self._lexicons: dict[str, Lexicon] = {}

    def suggest(self, title: str, text: str, language: str | None, *, most: int = MOST) -> list[Suggestion]:
        """See the function of that name."""
        titled = read(title[:READ_CHARS])
        told = titled + read(text[:READ_CHARS], start=len(titled), sentence=READ_CHARS)
        said = (language or "").partition("-")[0].lower()
        if not told:
            return []
        found: Mapping[str, _Found] = {}
        if said in LANGUAGES:
            found = _Reading(self._lexicon(said), told, len(titled), near=True).found
        if not any(1.0 - each.doubt > FEEBLE for each in found.values()):
            found = self._in_likeliest(told, len(titled), said, found)
        return self._ranked(found)[:most]

    def _in_likeliest(
        self, told: list[Word], titled: int, said: str, before: Mapping[str, _Found]
    ) -> Mapping[str, _Found]:
        best, most = before, sum(1.0 - each.doubt for each in before.values())
        for language in LANGUAGES:
            if language != said:
                lexicon = self._lexicon(language)
                found = _Reading(lexicon, told, titled, near=said not in LANGUAGES).found
                sure = sum(1.0 - each.doubt for each in found.values()) * (1.0 + lexicon.share(told))
                if sure > most:
                    best, most = found, sure
        return best

    def _lexicon(self, language: str) -> Lexicon:
        # Each takes 0.1 s to read, and most instances hear of two languages.
        if (there := self._lexicons.get(language)) is None:
            there = self._lexicons[language] = Lexicon(self._scheme.concepts, language)
        return there

    def _ranked(self, found: Mapping[str, _Found]) -> list[Suggestion]:
        above = {iri: each.doubt for narrow, each in found.items() for iri in self._scheme.broader_closure(narrow)[1:]}
        ranked = []
        for iri, each in found.items():
            weight = (1.0 - each.doubt) * (OF_BROADER if iri in above else 1.0)
            words = sorted(each.words, key=lambda word: -each.words[word])
            ranked.append(Suggestion(iri, round(weight, 4), tuple(words)))
        return sorted(ranked, key=lambda suggestion: (-suggestion.weight, suggestion.iri))


def suggest(title: str, text: str, language: str | None, *, most: int = MOST) -> list[Suggestion]:
    """The trades that an offer or a need speaks of, the surest first, always the same for the same text.

    Args:
        title: in which a word weighs most.
        text: what is said further; Markdown does no harm.
        language: in which both are written (`nl`, `fr-BE`); where it is not one of ours, or nothing is found in it,
            the likeliest of the four is taken.
        most: how many at most.
    """
    return _dictionary().suggest(title, text, language, most=most)


@cache
def _dictionary() -> Dictionary:
    return Dictionary(scheme())


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that share words the longest, and those as long as it, in their order."""
    kept: list[Hit] = []
    taken: dict[int, int] = {}
    for hit in sorted(hits, key=lambda hit: (-len(hit.words), hit.words[0].at)):
        if all(taken.get(place, 0) <= len(hit.words) for place in hit.places):
            kept.append(hit)
            for place in hit.places:
                taken.setdefault(place, len(hit.words))
    return sorted(kept, key=lambda hit: hit.words[0].at)
