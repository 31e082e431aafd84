"""The vocabulary of trades: what people of the cooperative do, in four languages, as a tree with cross-references.

Concepts are written by hand in `data/`, a file per sector (docs/trades.md says how). Their IRIs are URNs of the
project, so that «plasterer» is the same concept on every instance; `Offer.concept_iris` holds them.

Source: labels, synonyms, broader and related are those of SKOS (w3.org/TR/skos-reference).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import orjson

from actors.stemming import LANGUAGES

NAMESPACE = "urn:knooppunt:trade:"
AMBIGUOUS = "~"
"""What stands before a word that has another meaning elsewhere: it counts only beside other words of its sector."""

_TABLE = re.compile(r"\[([a-z0-9-]+)\]")
_LINE = re.compile(r"([a-z]+) = (.+)")


@dataclass(frozen=True, slots=True)
class Concept:
    """One trade. `sector`, `broader` and `related` are IRIs; a sector is its own sector and has nothing broader."""

    iri: str
    slug: str
    sector: str
    labels: Mapping[str, str]
    """What it is called, by language."""
    synonyms: Mapping[str, tuple[str, ...]]
    """What else people say and mean just this, by language."""
    ambiguous: Mapping[str, tuple[str, ...]]
    """What people say and may mean this, by language."""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def label(self, language: str | None) -> str:
        """What it is called in `language` (`nl` or `nl-BE`), or else in the first language that it has a label in."""
        short = (language or "").partition("-")[0].lower()
        return self.labels.get(short) or next(iter(self.labels.values()))


class Scheme:
    """Concepts and how they lie to each other. References to what is not among them are left out."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._by_iri = {concept.iri: concept for concept in concepts}
        self._narrower: dict[str, list[str]] = {}
        self._related: dict[str, dict[str, None]] = {}
        for concept in self._by_iri.values():
            for iri in concept.broader:
                self._narrower.setdefault(iri, []).append(concept.iri)
            for iri in concept.related:
                if iri in self._by_iri:  # said on one side, true on both
                    self._related.setdefault(concept.iri, {})[iri] = None
                    self._related.setdefault(iri, {})[concept.iri] = None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """All of them, sector by sector in the order of the files, the sector itself first."""
        return tuple(self._by_iri.values())

    @property
    def sectors(self) -> tuple[Concept, ...]:
        """Those at the top."""
        return tuple(concept for concept in self._by_iri.values() if concept.sector == concept.iri)

    def get(self, iri: str) -> Concept | None:
        """The concept of that IRI, if it is one of ours."""
        return self._by_iri.get(iri)

    def by_slug(self, slug: str) -> Concept | None:
        """The concept that came with the program under that slug."""
        return self._by_iri.get(NAMESPACE + slug)

    def broader_closure(self, iri: str) -> tuple[str, ...]:
        """`iri` and everything broader, the nearest first; an unknown one is alone."""
        return tuple(self._walk(iri, lambda at: known.broader if (known := self._by_iri.get(at)) else ()))

    def narrower_closure(self, iri: str) -> frozenset[str]:
        """`iri` and everything narrower; an unknown one is alone."""
        return frozenset(self._walk(iri, self.narrower))

    def narrower(self, iri: str) -> tuple[str, ...]:
        """What stands just below `iri`, in the order of the files."""
        return tuple(self._narrower.get(iri, ()))

    def related(self, iri: str) -> tuple[str, ...]:
        """What is near to `iri` without being broader or narrower; whoever of the two says so."""
        return tuple(self._related.get(iri, ()))

    def _walk(self, start: str, onward: Callable[[str], Iterable[str]]) -> Iterator[str]:
        seen, row = {start}, [start]
        while row:
            yield from row
            nxt = dict.fromkeys(iri for at in row for iri in onward(at) if iri not in seen and iri in self._by_iri)
            seen.update(nxt)
            row = list(nxt)


@cache
def scheme() -> Scheme:
    """The vocabulary that comes with the program, read once."""
    return Scheme(concept for text in sorted(texts().items()) for concept in read_sector(text[1]))


def texts() -> dict[str, str]:
    """The data files as they are, by name."""
    folder = files("actors.trades").joinpath("data")
    return {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}


def read_sector(text: str) -> list[Concept]:
    """The concepts of one data file; the first table is the sector.

    Raises:
        ValueError: a line is not of the shape that docs/trades.md gives.
    """
    tables = read_tables(text)
    sector = NAMESPACE + next(iter(tables), "")
    return [_concept(slug, said, sector) for slug, said in tables.items()]


def read_tables(text: str) -> dict[str, dict[str, Any]]:
    """The tables of a data file: TOML with each value on its one line, a string or a list of strings.

    The library's reader goes letter by letter, in Python, and took 0.6 s for what this reads in 0.02 s; that
    both read the same is tested.

    Raises:
        ValueError: a line is something else.
    """
    tables: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        if (found := _TABLE.fullmatch(line)) and found[1] not in tables:
            tables[found[1]] = {}
        elif (found := _LINE.fullmatch(line)) and tables:
            tables[next(reversed(tables))][found[1]] = _value(found[2], number)
        else:
            raise ValueError(f"line {number}: «{line}» is no table and no value")
    return tables


def _value(written: str, number: int) -> Any:
    try:
        return orjson.loads(written)  # strings and lists of them are written alike in JSON
    except orjson.JSONDecodeError as error:
        raise ValueError(f"line {number}: «{written}» is neither a string nor a list of strings") from error


def _concept(slug: str, said: Mapping[str, Any], sector: str) -> Concept:
    iri = NAMESPACE + slug
    terms = {language: _terms(said[language]) for language in LANGUAGES if language in said}
    broader = () if iri == sector else _iris(said.get("broader")) or (sector,)
    return Concept(
        iri=iri,
        slug=slug,
        sector=sector,
        labels=MappingProxyType({language: named[0].removeprefix(AMBIGUOUS) for language, named in terms.items()}),
        synonyms=MappingProxyType(
            {
                language: tuple(term for term in named[1:] if not term.startswith(AMBIGUOUS))
                for language, named in terms.items()
            }
        ),
        ambiguous=MappingProxyType(
            {
                language: tuple(term[1:].strip() for term in named if term.startswith(AMBIGUOUS))
                for language, named in terms.items()
            }
        ),
        broader=broader,
        related=_iris(said.get("related")),
    )


def _terms(line: str) -> list[str]:
    return [term for part in line.split(",") if (term := part.strip())]


def _iris(slugs: str | list[str] | None) -> tuple[str, ...]:
    return tuple(NAMESPACE + slug for slug in ([slugs] if isinstance(slugs, str) else slugs or ()))
