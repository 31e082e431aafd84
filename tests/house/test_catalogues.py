"""Every sentence that people read stands in all four catalogues."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

WEB = Path(__file__).parents[2] / "web"
LANGUAGES = ("nl", "fr", "en", "de")
ONE = {"_", "text", "gettext", "said"}
MANY = {"ngettext", "texts"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@cache
def used() -> dict[str | tuple[str, str], str]:
    """The message ids that pages and code use, with a place where each stands."""
    found: dict[str | tuple[str, str], str] = {}
    templates = (WEB / "templates").rglob("*")
    for path in sorted(path for path in templates if path.suffix in {".html", ".xml", ".txt"}):
        found |= dict.fromkeys(_in_template(path), str(path.relative_to(WEB)))
    for path in sorted(WEB.rglob("*.py")):
        found |= dict.fromkeys(_in_code(path), str(path.relative_to(WEB)))
    return found


def _in_template(path: Path) -> Iterator[str | tuple[str, str]]:
    for call in Environment().parse(path.read_text()).find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else None
        texts = [arg.value for arg in call.args if isinstance(arg, nodes.Const)]
        if name in ONE and texts:
            yield texts[0]
        elif name in MANY:
            yield texts[0], texts[1]


def _in_code(path: Path) -> Iterator[str | tuple[str, str]]:
    for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in ONE and texts:
            yield texts[0]
        elif name in MANY and len(texts) > 1:
            yield texts[0], texts[1]


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (WEB / "locale" / f"{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def _strings(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    missing = []
    for message_id, place in used().items():
        message = catalogue.get(message_id)
        if message is None or message.fuzzy or not all(_strings(message.string)):
            missing.append(f"{place}: {message_id}")
    assert missing == []


def test_no_catalogue_keeps_a_sentence_that_nobody_says(catalogue: Catalog) -> None:
    keys = {_strings(message_id)[0] for message_id in used()}
    left_over = [message.id for message in catalogue if message.id and _strings(message.id)[0] not in keys]
    assert left_over == []
    assert not catalogue.obsolete


def test_a_translation_has_the_places_of_its_sentence(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in _strings(message.id)))
        for text in _strings(message.string):
            loose = "%" in PLACEHOLDER.sub("", text)
            if message.id and (set(PLACEHOLDER.findall(text)) - wanted or loose):
                wrong.append(text)
            if message.id and isinstance(message.id, str) and set(PLACEHOLDER.findall(text)) != wanted:
                wrong.append(text)
    assert wrong == []


def test_a_translation_of_a_number_has_all_the_forms_of_its_language(catalogue: Catalog) -> None:
    plurals = [message for message in catalogue if message.pluralizable]
    assert plurals
    assert all(len(message.string) == catalogue.num_plurals for message in plurals)


def test_no_translation_carries_markup(catalogue: Catalog) -> None:
    texts = [text for message in catalogue if message.id for text in _strings(message.string)]
    assert [text for text in texts if re.search(r"[<>&]", text)] == []


def test_no_template_says_something_outside_the_catalogues() -> None:
    """Text between tags is a fact of the page, a call, or a name; never a sentence in one language."""
    loose = []
    for path in sorted((WEB / "templates").rglob("*.html")):
        shown = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>", "", path.read_text(), flags=re.DOTALL)
        words = re.findall(r"[^\W\d_]{3,}", re.sub(r"<[^>]*>", " ", shown))
        loose += [f"{path.relative_to(WEB)}: {word}" for word in words]
    assert loose == []
