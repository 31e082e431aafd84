"""Every template declares on its first line what it needs, uses nothing else, and is given just that by its page."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from tests.house.source import ROOT, modules

FOLDER = ROOT / "web" / "templates"
TEMPLATES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".xml", ".txt", ".svg"})
SIGN = re.compile(r"\A\{#-?\s+(?P<path>\S+)(?P<context>.*?)-?#\}", re.DOTALL)
NOT_CONTEXT = {"status"}  # an argument of `render` itself


def declared(sign: str) -> set[str]:
    """The names that a sign declares: «{# events/page.html   event: EventPage   may_edit: bool #}»."""
    match = SIGN.match(sign)
    return set(re.findall(r"(?:^|\s)([a-z_]\w*):\s", match["context"])) if match else set()


class Anything(dict[str, object]):
    """Filters and tests of any name: what they do is no matter here."""

    def get(self, key: str, default: object = None) -> object:
        return super().get(key, default) or str

    def __contains__(self, key: object) -> bool:
        return True


@cache
def parse(text: str) -> nodes.Template:
    environment = Environment(autoescape=True)
    environment.filters, environment.tests = Anything(environment.filters), Anything(environment.tests)
    return environment.parse(text)


def used(text: str) -> set[str]:
    """The names that a template takes from outside and cannot do without."""
    tree = parse(text)
    named = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    return (set(meta.find_undeclared_variables(tree)) & named) - set_at_top(tree) - optional(tree)


def lent(path: str) -> set[str]:
    """What a template may use because every template that includes it has set it at its top."""
    trees = [parse(template.read_text(encoding="utf-8")) for template in TEMPLATES]
    including = [tree for tree in trees if any(_is_const(n.template, path) for n in tree.find_all(nodes.Include))]
    return set.intersection(*map(set_at_top, including)) if including else set()


def _is_const(node: nodes.Node, value: str) -> bool:
    return isinstance(node, nodes.Const) and node.value == value


@cache
def set_at_top(tree: nodes.Template) -> set[str]:
    """The names that a template sets or imports outside its blocks, and those of the template it extends."""
    names = set()
    for node in tree.body:
        if isinstance(node, nodes.Import):
            names.add(node.target)
        elif isinstance(node, nodes.FromImport):
            names |= {name if isinstance(name, str) else name[1] for name in node.names}
        elif isinstance(node, nodes.Assign | nodes.AssignBlock) and isinstance(node.target, nodes.Name):
            names.add(node.target.name)
        elif isinstance(node, nodes.Macro):
            names.add(node.name)
        elif isinstance(node, nodes.Extends) and isinstance(node.template, nodes.Const):
            names |= set_at_top(parse((FOLDER / node.template.value).read_text(encoding="utf-8")))
    return names


def optional(tree: nodes.Template) -> set[str]:
    """The names that a template asks for with `|default(…)` or `is defined`, wherever it asks for them."""
    guarded = [node.node for node in tree.find_all(nodes.Filter) if node.name in {"default", "d"}]
    guarded += [node.node for node in tree.find_all(nodes.Test) if node.name in {"defined", "undefined"}]
    free = [n.name for n in tree.find_all(nodes.Name) if n.ctx == "load" and not any(n is other for other in guarded)]
    return {node.name for node in guarded if isinstance(node, nodes.Name)} - set(free)


@cache
def common() -> set[str]:
    """What every template may use without being given it: the dict of `Pages._common` and the environment's globals."""
    names = set(DEFAULT_NAMESPACE)
    for module in modules():
        if not module.name.startswith("web.pages"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and node.name == "_common":
                dicts = [inner for inner in ast.walk(node) if isinstance(inner, ast.Return)]
                names |= {name for inner in dicts for name in _keys(inner)}
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".globals.update"):
                names |= {keyword.arg for keyword in node.keywords if keyword.arg}
    return names


def given() -> Iterator[tuple[str, str, set[str]]]:
    """Where a page renders a template: the place, the template, and the names it hands over."""
    for module in modules():
        if module.floor != "web":
            continue
        for node in ast.walk(module.tree):
            called = node.func if isinstance(node, ast.Call) else None
            if (getattr(called, "attr", None) or getattr(called, "id", None)) not in {"render", "feed"}:
                continue
            template = next(
                (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)), None
            )
            if template and all(keyword.arg for keyword in node.keywords):
                names = {keyword.arg for keyword in node.keywords if keyword.arg} - NOT_CONTEXT
                yield f"{module.place}:{node.lineno}", template, names


def _keys(node: ast.AST) -> set[str]:
    dicts = [inner for inner in ast.walk(node) if isinstance(inner, ast.Dict)]
    return {
        key.value
        for inner in dicts
        for key in inner.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def by_path(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=by_path)
def test_the_first_line_of_a_template_is_its_sign(template):
    match = SIGN.match(template.read_text(encoding="utf-8"))
    assert match is not None, "begin with {# path   name: type … #}"
    assert match["path"] == by_path(template)


@pytest.mark.parametrize("template", TEMPLATES, ids=by_path)
def test_a_template_uses_what_it_declares_and_nothing_else(template):
    text = template.read_text(encoding="utf-8")
    assert sorted(used(text) - declared(text) - common() - lent(by_path(template))) == []


def test_every_page_gives_its_template_what_the_sign_declares():
    wrong = []
    for place, template, names in given():
        path = FOLDER / template
        if not path.exists():
            wrong.append(f"{place} renders {template}, which does not exist")
            continue
        signed = declared(path.read_text(encoding="utf-8"))
        wrong += [f"{place} does not give {name} to {template}" for name in sorted(signed - names)]
        wrong += [f"{place} gives {name} to {template}, which does not declare it" for name in sorted(names - signed)]
    assert wrong == []


def test_a_sign_is_read_with_its_types():
    sign = "{# events/page.html   event: EventPage   lines: list[Line]   seats: dict[str, int] #}\n{{ event.name }}"
    assert declared(sign) == {"event", "lines", "seats"}
    assert declared("<h1>") == set()


def test_a_name_from_outside_is_found_and_one_of_its_own_is_not():
    text = "{% for line in lines %}{{ line.name }}{{ _('x') }}{% endfor %}{% macro m(a) %}{{ a }}{% endmacro %}"
    assert used(text) == {"lines", "_"}


def test_what_a_template_imports_or_asks_for_politely_need_not_be_given():
    text = "{% import 'macros.html' as m %}{% set door = 'events' %}{% block main %}{{ m.x(door) }}{% endblock %}"
    assert used(text) == set()
    assert used("{{ door|default('') }}{% if note is defined %}{{ note|nice }}{% endif %}") == {"note"}
