"""Rooms stay small, and are named for what is in them."""

from pathlib import PurePosixPath

import pytest

from tests.house.source import FLOORS, ROOT, modules

LONGEST_ROOM = 300
NAMES_THAT_SAY_NOTHING = {
    *("util", "utils", "helper", "helpers", "misc", "common", "tools"),
    *("manager", "managers", "service", "services", "base"),
}


def too_long(place: str, lines: int) -> list[str]:
    if lines <= LONGEST_ROOM:
        return []
    folder = PurePosixPath(place).with_suffix("")
    return [
        f"{place} has {lines} lines, {lines - LONGEST_ROOM} too many: make it the folder {folder}/ with rooms inside"
    ]


def says_nothing(place: str) -> list[str]:
    parts = PurePosixPath(place).with_suffix("").parts
    return [f"{place}: «{part}» does not say what is in it" for part in parts if part in NAMES_THAT_SAY_NOTHING]


def test_no_room_is_longer_than_a_reader_can_hold():
    # A migration is written once and read in order, like a deed.
    rooms = [module for module in modules() if "versions" not in module.path.parts]
    lengths = {room.place: len(room.path.read_text(encoding="utf-8").splitlines()) for room in rooms}
    assert [line for place, lines in lengths.items() for line in too_long(place, lines)] == []


def test_every_name_says_what_is_inside():
    assert [line for module in modules() for line in says_nothing(module.place)] == []


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_is_there_and_every_folder_with_modules_is_a_package(floor):
    assert (ROOT / floor / "__init__.py").exists()
    folders = {m.path.parent for m in modules() if m.floor == floor and "versions" not in m.path.parts}
    assert sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()) == []


def test_a_room_of_301_lines_is_named_with_its_length():
    assert too_long("web/events.py", 300) == []
    assert too_long("web/events.py", 301) == [
        "web/events.py has 301 lines, 1 too many: make it the folder web/events/ with rooms inside"
    ]


def test_a_room_for_odds_and_ends_is_named():
    assert says_nothing("web/utils/dates.py") == ["web/utils/dates.py: «utils» does not say what is in it"]
    assert says_nothing("web/guard.py") == []
