"""What people say in one language, as an index that a text can be held against.

Words stand in it as they are and by their stems, phrases by the stems of their words. Dutch and German join words
(«badkamerrenovatie», «Taufefotograf»): a word that is unknown whole is tried in two parts, the last of which must be
known, since it says what the thing is. Near spellings are tried last, and only for words that begin alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz.distance import OSA

from actors.stemming import fold, stem
from actors.trades.concepts import Concept

COMPOUNDING = ("nl", "de")
FUNCTION_WORDS = {
    "nl": "de het een van voor in op met en te aan bij uit of om naar onze ons mijn je jouw zoek zoekt gezocht",
    "fr": "le la les un une des de du en et a au aux pour avec sur dans ou notre nos votre vos mes par"
    " cherche cherchons",
    "en": "a an the of for in on with and to at or our my your by from need needed seeking wanted",
    "de": "der die das den dem des ein eine einen einem einer fur in im auf mit und zu zum zur am an bei aus oder von"
    " vom unser unsere unseren unserer suche sucht gesucht",
}
"""What may stand between the words of a phrase without being counted, folded."""
PREFIXES = frozenset(
    (
        *("be", "ge", "ver", "ont", "her", "er", "ent", "zer", "miss", "auf", "aus", "an", "ein", "um", "uber", "ab"),
        *("mit", "vor", "nach", "unter", "wider", "wieder", "voor", "na", "af", "in", "op", "uit", "aan", "bij"),
        *("door", "over", "onder", "tegen"),
    )
)
"""What makes another word of a word rather than a compound: «Verband» is no band."""
EVERYDAY_WORDS = frozenset(("cast", "zimmer"))
"""What has the stem of a trade's word and nothing to do with it («Zimmer», «Zimmerer»), folded."""
LINKS = ("", "s", "n", "e", "en", "er", "es")
STEMMED_FROM, SPLIT_FROM, PART_FROM, KNOWN_HEAD_FROM, NEAR_FROM = 4, 8, 3, 5, 6
"""How many letters a word must have to be stemmed, to be split, to be a first part, a last one, to be read as
misspelt."""
NEAR_BY_TWO_FROM = 11
GAP = 2
"""How many other words may stand within a phrase."""

_TOKEN = re.compile(r"([^\W_]+(?:\+\+|#|['’]s\b)?)|([!?;\n•|]|[.:](?=\s|$))")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.IGNORECASE)

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as written, folded («foto’s» is «fotos»), its place and the number of its sentence."""

    written: str
    folded: str
    at: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Entry:
    """That a word or phrase means a concept, or may mean it."""

    concept: Concept
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text that speaks of concepts."""

    entries: tuple[Entry, ...]
    words: tuple[Word, ...]
    certainty: float
    """How well it was met, 0 to 1: exactly, in parts, nearly."""

    @property
    def places(self) -> frozenset[int]:
        return frozenset(word.at for word in self.words)


def read(text: str, start: int = 0, sentence: int = 0) -> list[Word]:
    """The words of `text` in their order, the first at place `start` in the sentence of that number."""
    found: list[Word] = []
    for match in _TOKEN.finditer(_ELISION.sub("", unicodedata.normalize("NFC", text))):
        if match[1] is None:
            sentence += 1
        else:
            found.append(Word(match[1], _folded(match[1]), start + len(found), sentence))
    return found


class Lexicon:
    """What `concepts` are called in `language`."""

    def __init__(self, concepts: Iterable[Concept], language: str) -> None:
        self.language = language
        self._function_words = frozenset(FUNCTION_WORDS[language].split())
        self._exact: dict[str, dict[str, Entry]] = {}
        self._stemmed: dict[str, dict[str, Entry]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], dict[str, Entry]]]] = {}
        self._parts: dict[str, set[str]] = {}
        known: dict[tuple[str, ...], dict[str, Entry]] = {}
        for concept in concepts:
            for term, is_sure in _terms(concept, language):
                self._add(term, Entry(concept, is_sure), known)
        for phrase, entries in known.items():
            self._phrases.setdefault(phrase[0], []).append((phrase, entries))
        self._by_opening: dict[str, list[str]] = {}
        for word in self._exact:
            if len(word) >= NEAR_FROM and word.isalpha():
                self._by_opening.setdefault(word[:2], []).append(word)
        self._joined = lru_cache(maxsize=8192)(self._taken_apart)
        self._misspelt = lru_cache(maxsize=8192)(self._nearest)

    def sectors_of(self, word: str) -> frozenset[str]:
        """The sectors among whose phrases a folded word stands, to tell what a text is about."""
        return frozenset(self._parts.get(self._stem(word), ()))

    def share(self, text: list[Word]) -> float:
        """How much of `text` are function words of this language, 0 to 1."""
        return sum(word.folded in self._function_words for word in text) / len(text) if text else 0.0

    def hits(self, text: list[Word], *, near: bool) -> Iterator[Hit]:
        """Everything in `text` that may speak of a concept; many may lie on the same words.

        Args:
            text: as `read` gives it.
            near: whether words are taken for misspelt ones too.
        """
        content = self._content(text)
        stems = [self._stem(word.folded) for word in content]
        for index, word in enumerate(content):
            yield from self._phrases_at(index, content, stems)
            yield from self._single(word, stems[index], near=near)
            if self.language in COMPOUNDING and index + 1 < len(content):
                yield from self._written_apart(word, content[index + 1])

    def _phrases_at(self, index: int, content: list[Word], stems: list[str]) -> Iterator[Hit]:
        for phrase, entries in self._phrases.get(stems[index], ()):
            met, at, skipped = [content[index]], index, 0
            for wanted in phrase[1:]:
                for onward in range(at + 1, min(at + 2 + GAP - skipped, len(content))):
                    if stems[onward] == wanted and content[onward].sentence == content[at].sentence:
                        skipped += onward - at - 1
                        at = onward
                        met.append(content[onward])
                        break
                else:
                    break
            else:
                yield Hit(tuple(entries.values()), tuple(met), 1.0 - 0.1 * skipped)

    def _single(self, word: Word, stemmed: str, *, near: bool) -> Iterator[Hit]:
        if entries := self._exact.get(word.folded):
            yield Hit(tuple(entries.values()), (word,), 1.0)
        elif word.folded in EVERYDAY_WORDS:
            return
        elif entries := self._stemmed.get(stemmed):
            yield Hit(tuple(entries.values()), (word,), 0.95)
        elif apart := self._joined(word.folded):
            for part, certainty in apart:
                yield Hit(part, (word,), certainty)
        elif near and (nearest := self._misspelt(word.folded)):
            yield Hit(tuple(self._exact[nearest].values()), (word,), 0.6)

    def _written_apart(self, word: Word, following: Word) -> Iterator[Hit]:
        # «keuken renovatie» for «keukenrenovatie»
        if following.at == word.at + 1 and (entries := self._exact.get(word.folded + following.folded)):
            yield Hit(tuple(entries.values()), (word, following), 0.9)

    def _taken_apart(self, word: str) -> tuple[tuple[tuple[Entry, ...], float], ...]:
        """What the parts of a compound mean: the two as a phrase, or its last part and, less surely, its first."""
        if self.language not in COMPOUNDING or len(word) < SPLIT_FROM or not word.isalpha():
            return ()
        for cut in range(PART_FROM, len(word) - PART_FROM):  # the longest last part first
            first, last = word[:cut], self._stem(word[cut:])
            if first in PREFIXES:
                continue
            for modifier in self._without_link(first):
                for phrase, entries in self._phrases.get(self._stem(modifier), ()):
                    if phrase[1:] == (last,):
                        return ((tuple(entries.values()), 0.9),)
        for cut in range(PART_FROM, len(word) - PART_FROM):
            first, rest = word[:cut], word[cut:]
            is_known = any(self._stem(modifier) in self._parts for modifier in self._without_link(first))
            if first in PREFIXES or len(rest) < (PART_FROM + 1 if is_known else KNOWN_HEAD_FROM):
                continue
            if rest in EVERYDAY_WORDS:
                return ()
            head = self._exact.get(rest) or self._stemmed.get(self._stem(rest)) or {}
            if any(entry.is_sure for entry in head.values()):  # what is ambiguous whole is more so as a part
                return ((tuple(head.values()), 0.85), *self._modifier(first))
        return ()

    def _modifier(self, first: str) -> Iterator[tuple[tuple[Entry, ...], float]]:
        for modifier in self._without_link(first):
            if len(modifier) > PART_FROM and (entries := self._exact.get(modifier)):
                yield tuple(entries.values()), 0.4
                return

    def _without_link(self, first: str) -> Iterator[str]:
        for link in LINKS:
            if first.endswith(link) and len(first) - len(link) >= PART_FROM:
                yield first.removesuffix(link) if link else first

    def _nearest(self, word: str) -> str | None:
        if len(word) < NEAR_FROM or not word.isalpha() or word in self._function_words:
            return None
        most = 2 if len(word) >= NEAR_BY_TWO_FROM else 1
        best, closest = None, most + 1
        for known in self._by_opening.get(word[:2], ()):
            if abs(len(known) - len(word)) <= most:
                distance = OSA.distance(word, known, score_cutoff=most)
                if distance < closest:
                    best, closest = known, distance
        return best

    def _add(self, term: str, entry: Entry, known: dict[tuple[str, ...], dict[str, Entry]]) -> None:
        said = [word.folded for word in read(term)]
        content = [word for word in said if word not in self._function_words]
        if len(said) == 1:
            self._enter(self._exact, said[0], entry)
            if len(said[0]) >= STEMMED_FROM:
                self._enter(self._stemmed, self._stem(said[0]), entry)
        elif len(content) > 1:  # «à la carte» must not make «carte» mean the same
            self._enter(known, tuple(self._stem(word) for word in content), entry)
        for word in content:
            self._part(word, entry)

    def _part(self, word: str, entry: Entry) -> None:
        if len(word) >= STEMMED_FROM and entry.is_sure:
            self._parts.setdefault(self._stem(word), set()).add(entry.concept.sector)

    @staticmethod
    def _enter(index: dict[K, dict[str, Entry]], key: K, entry: Entry) -> None:
        entries = index.setdefault(key, {})
        if not ((there := entries.get(entry.concept.iri)) and there.is_sure):
            entries[entry.concept.iri] = entry

    def _content(self, text: list[Word]) -> list[Word]:
        return [word for word in text if word.folded not in self._function_words]

    def _stem(self, word: str) -> str:
        return stem(word, self.language) if len(word) >= STEMMED_FROM else word


def _terms(concept: Concept, language: str) -> Iterator[tuple[str, bool]]:
    ambiguous = concept.ambiguous.get(language, ())
    if (label := concept.labels.get(language)) and label not in ambiguous:
        yield label, True
    for term in concept.synonyms.get(language, ()):
        yield term, True
    for term in ambiguous:
        yield term, False


@lru_cache(maxsize=32_768)
def _folded(word: str) -> str:
    return fold(word).replace("'", "").replace("’", "")
