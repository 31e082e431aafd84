"""`trades`: the vocabulary that needs and offers are found by. No database is opened."""

from __future__ import annotations

from collections.abc import Iterator

import click

from actors.stemming import LANGUAGES
from actors.trades import NAMESPACE, Concept, Scheme, scheme
from actors.trades import suggest as suggested
from web.cli.terminal import LANGUAGE, REFUSED, command, fail, say, table


@click.group()
def trades() -> None:
    """The vocabulary of trades: list, show, suggest."""


@trades.command("list")
@click.option("--sector", default="", metavar="SLUG", help="This sector alone.")
@click.option("--language", type=LANGUAGE, default="en", help="Of the labels.")
@command
def show_all(sector: str, language: str, as_json: bool) -> None:
    """All trades, each under what it is a kind of."""
    known = scheme()
    tops = [_named(known, sector, as_json)] if sector else list(known.sectors)
    lines = [line for top in tops for line in _tree(known, top, 0)]
    document = [{"slug": each.slug, "iri": each.iri, "label": each.label(language), "depth": n} for n, each in lines]
    say(as_json, document, [f"{'  ' * depth}{each.label(language)}  ({each.slug})" for depth, each in lines])


@trades.command("show")
@click.argument("slug")
@command
def show(slug: str, as_json: bool) -> None:
    """What one trade is called, and what is near it."""
    known = scheme()
    concept = _named(known, slug, as_json)
    near = {
        "broader": concept.broader,
        "narrower": known.narrower(concept.iri),
        "related": known.related(concept.iri),
    }
    slugs = {kind: [each.slug for iri in iris if (each := known.get(iri))] for kind, iris in near.items()}
    document = {
        "slug": concept.slug,
        "iri": concept.iri,
        "labels": dict(concept.labels),
        "synonyms": {language: list(terms) for language, terms in concept.synonyms.items()},
        "ambiguous": {language: list(terms) for language, terms in concept.ambiguous.items()},
        **slugs,
    }
    words = [concept.iri]
    for language in LANGUAGES:
        doubtful = [f"~{term}" for term in concept.ambiguous.get(language, ())]
        others = ", ".join([*concept.synonyms.get(language, ()), *doubtful])
        words.append(f"{language}  {concept.label(language)}{f': {others}' if others else ''}")
    words += [f"{kind}: {', '.join(found)}" for kind, found in slugs.items() if found]
    say(as_json, document, words)


@trades.command("suggest")
@click.argument("title")
@click.option("--text", default="", help="What is said further.")
@click.option("--language", type=LANGUAGE, default=None, help="In which it is written; otherwise the likeliest.")
@command
def suggest(title: str, text: str, language: str | None, as_json: bool) -> None:
    """Which trades a text speaks of, and which words say so."""
    known = scheme()
    found = [(known.get(each.iri), each) for each in suggested(title, text, language)]
    document = [
        {"slug": concept.slug, "iri": each.iri, "weight": each.weight, "words": list(each.words)}
        for concept, each in found
        if concept
    ]
    rows = [
        (f"{each.weight:.2f}", concept.slug, concept.label(language), " · ".join(each.words))
        for concept, each in found
        if concept
    ]
    say(as_json, document, table(("WEIGHT", "TRADE", "LABEL", "WORDS"), rows, empty="No trade speaks from this."))


def _named(known: Scheme, slug: str, as_json: bool) -> Concept:
    concept = known.by_slug(slug.removeprefix(NAMESPACE))
    if concept is None:
        fail(REFUSED, f"There is no trade «{slug}». All of them: knooppunt trades list", machine=as_json)
    return concept


def _tree(known: Scheme, top: Concept, depth: int) -> Iterator[tuple[int, Concept]]:
    yield depth, top
    for iri in known.narrower(top.iri):
        if below := known.get(iri):
            yield from _tree(known, below, depth + 1)


COMMANDS = [trades]
