"""Every refusal that a command can meet has a sentence, which says only what the refusal knows."""

import ast
import string

import pytest

from actors.refusals import Refused
from fediverse.errors import Declined, Malformed
from tests.house.source import modules
from web.cli.words import REFUSALS, word_failure, word_refusal

BELOW = ("actors", "outbox")
"""The floors whose rules a command asks; what `inbox/` refuses is said to other servers."""


def refusals() -> dict[str, list[tuple[str, set[str]]]]:
    """Code -> where it is raised, with the names of the facts that are given there."""
    found: dict[str, list[tuple[str, set[str]]]] = {}
    for module in modules():
        if module.floor not in BELOW:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    place = f"{module.place}:{node.lineno}"
                    found.setdefault(str(code.value), []).append((place, {each.arg or "" for each in node.keywords}))
    return found


@pytest.mark.parametrize("code", sorted(refusals()))
def test_a_refusal_has_a_sentence_whose_facts_are_known_wherever_it_is_raised(code: str) -> None:
    assert code in REFUSALS, f"web/cli/words.py has no sentence for «{code}» ({refusals()[code][0][0]})"
    needed = {name for _, name, _, _ in string.Formatter().parse(REFUSALS[code]) if name}
    missing = [f"{place} does not say {needed - facts}" for place, facts in refusals()[code] if needed - facts]
    assert missing == []


def test_a_refusal_is_one_sentence_with_its_facts() -> None:
    assert word_refusal(Refused("event-full", capacity=12)) == "All 12 seats are taken."


def test_an_unknown_refusal_still_says_what_it_knows() -> None:
    assert word_refusal(Refused("never-heard", iri="x")) == "Refused: never-heard (iri x)."


def test_what_goes_wrong_elsewhere_is_a_sentence() -> None:
    assert word_failure(Malformed("bad-handle", handle="x")) == "That is no handle. Write @name@server."
    assert word_failure(Declined("declined", status=418, iri="x")).startswith("The other server said no (")
