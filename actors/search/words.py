"""What somebody typed into the search field, and how it is said to either database.

Words must all be there, each as any stem that it may have in one of the four languages; «-word» must not be there;
"several words" stand next to one another. Little words («voor», «pour», «the») count only where nothing else was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from actors.stemming import LANGUAGES, stem, stems_in_any, words

TYPED_CHARS = 200
TERMS = 10
PREFIX_CHARS = 3
"""Shorter beginnings of a word fit too many."""

_PARTS = re.compile(r'(-?)"([^"]*)"?|(?:(?<=\s)|(?<=^))(-)(?=\w)(\S+)|(\S+)')
LITTLE = frozenset(
    [
        "aan",
        "als",
        "bij",
        "dat",
        "de",
        "die",
        "dit",
        "een",
        "en",
        "er",
        "het",
        "hun",
        "ik",
        "in",
        "is",
        "je",
        "maar",
        "met",
        "mijn",
        "naar",
        "niet",
        "of",
        "om",
        "ons",
        "onze",
        "op",
        "te",
        "tot",
        "uit",
        "van",
        "voor",
        "we",
        "wij",
        "wie",
        "zijn",
        "zoek",
        "zoekt",
        "gezocht",
        "a",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cherche",
        "dans",
        "des",
        "du",
        "elle",
        "en",
        "et",
        "il",
        "ils",
        "je",
        "la",
        "le",
        "les",
        "leur",
        "ma",
        "mes",
        "mon",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "que",
        "qui",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "am",
        "an",
        "and",
        "are",
        "at",
        "be",
        "by",
        "for",
        "from",
        "have",
        "i",
        "it",
        "its",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "their",
        "this",
        "to",
        "we",
        "with",
        "you",
        "your",
        "aber",
        "als",
        "am",
        "auf",
        "aus",
        "bei",
        "bin",
        "das",
        "dem",
        "den",
        "der",
        "die",
        "ein",
        "eine",
        "einen",
        "einer",
        "es",
        "fur",
        "ich",
        "ihr",
        "im",
        "in",
        "ist",
        "mein",
        "mit",
        "nicht",
        "nach",
        "oder",
        "sie",
        "sind",
        "so",
        "suche",
        "und",
        "uns",
        "unser",
        "vom",
        "von",
        "wir",
        "zu",
        "zum",
        "zur",
    ]
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed: alternatives, each a row of tokens next to one another.

    Attributes:
        beginning: the single word, not finished yet; anything that begins so fits too.
        absent: it must not be there.
    """

    ways: tuple[tuple[str, ...], ...]
    beginning: str | None = None
    absent: bool = False


def read(typed: str, *, unfinished: bool = False) -> tuple[Term, ...]:
    """The terms of what was typed, at most `TERMS`.

    Args:
        unfinished: the reader is still typing the last word.
    """
    terms: list[Term] = []
    little: list[Term] = []
    text = typed[:TYPED_CHARS]
    for found in _PARTS.finditer(text):
        absent = bool(found[1] or found[3])
        inner = words(found[2] if found[2] is not None else found[4] or found[5])
        if not inner:
            continue
        if found[2] is None and not absent and len(inner) == 1 and inner[0] in LITTLE:
            little.append(Term(_ways(inner)))
        elif found[2] is not None or absent:
            terms.append(Term(_ways(inner), absent=absent))
        else:
            terms += [Term(_ways([word])) for word in inner]  # «front-end» is front and end
    if not any(not term.absent for term in terms):
        terms = [*little, *terms]
    terms = terms[:TERMS]
    last = words(text)[-1:] if unfinished and text[-1:].strip() and not text.rstrip().endswith('"') else []
    if last and len(last[0]) >= PREFIX_CHARS and terms and not terms[-1].absent and last in map(list, terms[-1].ways):
        terms[-1] = replace(terms[-1], beginning=last[0])
    return tuple(terms)


def _ways(inner: list[str]) -> tuple[tuple[str, ...], ...]:
    if len(inner) == 1:
        return tuple((way,) for way in stems_in_any(inner[0]))
    ways = (*(tuple(stem(word, language) for word in inner) for language in LANGUAGES), tuple(inner))
    return tuple(dict.fromkeys(ways))


@dataclass(frozen=True, slots=True)
class Match:
    """What the index is asked for: terms, and marks (`actors.search.tokens`), of each group one.

    Attributes:
        in_title: the words must all stand in the title.
        not_in_title: they must not all stand there.
    """

    terms: tuple[Term, ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    in_title: bool = False
    not_in_title: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is anything that an index of words can answer; something absent alone is not."""
        return bool(self.marks) or any(not term.absent for term in self.terms)

    def fts5(self) -> str:
        """As SQLite's FTS5 reads it."""
        present = [_fts5(term) for term in self.terms if not term.absent]
        groups = [" OR ".join(map(_quoted, group)) for group in self.marks]
        asked = [f"({each})" for each in groups]
        if present:
            everywhere = " AND ".join(f"({each})" for each in present)
            asked.append(f"(heads : ({everywhere}))" if self.in_title else f"({everywhere})")
            if self.not_in_title:
                asked = [f"({' AND '.join(asked)}) NOT (heads : ({everywhere}))"]
        found = " AND ".join(asked)
        for term in self.terms:
            if term.absent:
                found = f"({found}) NOT ({_fts5(term)})"
        return found

    def tsquery(self) -> str:
        """As PostgreSQL reads it."""
        present = [term for term in self.terms if not term.absent]
        asked = [f"({' | '.join(_lexemes(group, ''))})" for group in self.marks]
        asked += [f"({_tsquery(term, weight='A' if self.in_title else '')})" for term in present]
        if self.not_in_title:
            everywhere = " & ".join(f"({_tsquery(term, weight='A')})" for term in present)
            asked.append(f"!({everywhere})")
        asked += [f"!({_tsquery(term)})" for term in self.terms if term.absent]
        return " & ".join(asked)


def _fts5(term: Term) -> str:
    said = [_quoted(" ".join(way)) for way in term.ways]
    if term.beginning:
        said.append(f"{_quoted(term.beginning)} *")
    return " OR ".join(said)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _tsquery(term: Term, weight: str = "") -> str:
    suffix = f":{weight}" if weight else ""
    said = [f"({' <-> '.join(_lexemes(way, suffix))})" for way in term.ways]
    if term.beginning:
        said.append(f"'{term.beginning}':*{weight}")
    return " | ".join(said)


def _lexemes(way: Iterable[str], suffix: str) -> list[str]:
    return [f"'{word}'{suffix}" for word in way]
