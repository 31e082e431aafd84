"""Imports go down only, doors don't lead into one another, and nothing goes in a circle."""

import ast
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, Module, door, imported_modules, modules

KNOWN = frozenset(module.name for module in modules())

# Within a floor a door may open onto these other doors; everywhere else they lead to the machinery alone.
DOORS_THAT_OPEN = {
    "actors": {
        "matches": {"people", "moderation", "offers"},
        "events": {"people", "moderation", "groups"},
        "offers": {"people", "moderation", "groups"},
        "threads": {"people", "moderation", "groups"},
        "groups": {"people", "moderation"},
        "people": {"moderation"},
        "moderation": {"people"},
    }
}

# On the wire a group is an actor like a person, so one room knows both.
ROOMS_THAT_OPEN = {"actors.wire.people": {"groups"}}

# How servers speak is said in few places on the floors that are about something else. What every floor may name: what
# can go wrong, how a host is written, how much is too much, a JSON document, and the cleaning of HTML.
WORDS_FOR_ALL = {f"fediverse.{word}" for word in ("errors", "hosts", "limits", "documents", "html")}
SPEAKERS = {
    "actors": ("actors.wire", "actors.people", "actors.items"),
    "web": ("web.documents", "web.people", "web.app", "web.house", "web.lookup", "web.cli.doctor"),
}


def upward(module: Module, known: frozenset[str]) -> list[str]:
    at = FLOORS.index(module.floor)
    floors = {name.partition(".")[0] for name in imported_modules(module, known)}
    return [f"{module.place} imports {floor}" for floor in sorted(floors) if FLOORS.index(floor) > at]


def through_doors(module: Module, known: frozenset[str]) -> list[str]:
    own = door(module.name)
    if own is None:
        return []
    allowed = DOORS_THAT_OPEN.get(module.floor, {}).get(own, set()) | ROOMS_THAT_OPEN.get(module.name, set()) | {own}
    neighbours = {name for name in imported_modules(module, known) if name.startswith(f"{module.floor}.")}
    return [f"{module.place} imports {name}" for name in sorted(neighbours) if (door(name) or own) not in allowed]


def speaks_protocol(module: Module, known: frozenset[str]) -> list[str]:
    speakers = SPEAKERS.get(module.floor)
    if speakers is None or any(module.name == room or module.name.startswith(f"{room}.") for room in speakers):
        return []
    spoken = {name for name in imported_modules(module, known) if name.startswith("fediverse.")} - WORDS_FOR_ALL
    return [f"{module.place} imports {name}" for name in sorted(spoken)]


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_go_down_only(floor):
    assert [line for module in modules() if module.floor == floor for line in upward(module, KNOWN)] == []


@pytest.mark.parametrize("floor", FLOORS[1:])
def test_doors_do_not_import_one_another(floor):
    assert [line for module in modules() if module.floor == floor for line in through_doors(module, KNOWN)] == []


@pytest.mark.parametrize("floor", sorted(SPEAKERS))
def test_the_protocol_is_spoken_in_few_rooms(floor):
    assert [line for module in modules() if module.floor == floor for line in speaks_protocol(module, KNOWN)] == []


def test_no_imports_go_in_a_circle():
    graph = {module.name: sorted(set(imported_modules(module, KNOWN)) - {module.name}) for module in modules()}
    assert circles(graph) == []


def test_the_program_imports_nothing_from_the_tests():
    guilty = [m.place for m in modules() if any(name == "tests" for name in imported_modules(m, frozenset({"tests"})))]
    assert guilty == []


def circles(graph: dict[str, list[str]]) -> list[str]:
    """The circles in `graph`, each as «a > b > a»."""
    found: list[str] = []
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        if name in path:
            found.append(" > ".join([*path[path.index(name) :], name]))
            return
        if name in done:
            return
        for following in graph[name]:
            walk(following, [*path, name])
        done.add(name)

    for name in graph:
        walk(name, [])
    return found


# The rules themselves, on a tree that breaks them.


def _module(place: str, text: str) -> Module:
    return Module(ROOT / Path(place), ast.parse(text))


def test_an_upward_import_inside_a_function_is_named():
    module = _module("actors/events.py", "def f():\n    from outbox import log\n")
    assert upward(module, frozenset({"outbox", "outbox.log"})) == ["actors/events.py imports outbox"]


def test_a_relative_import_is_followed_to_where_it_leads():
    module = _module("outbox/delivery/lanes.py", "from ..events import publish\nfrom . import lane\n")
    known = frozenset({"outbox.events", "outbox.delivery.lane"})
    assert sorted(imported_modules(module, known)) == ["outbox.delivery.lane", "outbox.events"]


def test_a_door_may_import_machinery_its_own_rooms_and_what_is_named():
    known = frozenset(
        {"actors.database", "actors.people", "actors.groups", "actors.events.rsvps", "actors.wire.events"}
    )
    text = "import actors.database\nfrom actors import people, groups\nfrom actors.events import rsvps\n"
    assert through_doors(_module("actors/events/page.py", text), known) == []


def test_a_door_that_imports_another_is_named():
    known = frozenset({"outbox.groups", "actors.offers"})
    wrong = "from outbox.groups import accept_follow\nfrom actors import offers\n"
    assert through_doors(_module("outbox/events.py", wrong), known) == ["outbox/events.py imports outbox.groups"]
    known = frozenset({"actors.events"})
    assert through_doors(_module("actors/wire/offers.py", "import actors.events"), known) == [
        "actors/wire/offers.py imports actors.events"
    ]


def test_a_circle_is_named_with_every_stop():
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == ["a > b > c > a"]


def test_a_rule_that_speaks_protocol_is_named():
    known = frozenset({"fediverse.types", "fediverse.hosts"})
    text = "from fediverse import types\nfrom fediverse.hosts import origin_of\n"
    assert speaks_protocol(_module("actors/events/rsvps.py", text), known) == [
        "actors/events/rsvps.py imports fediverse.types"
    ]
    assert speaks_protocol(_module("actors/wire/events.py", text), known) == []
    assert speaks_protocol(_module("inbox/events.py", text), known) == []
