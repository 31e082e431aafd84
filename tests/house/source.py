"""The program as text: its modules, what each imports, and the documents that speak of it.

Nothing here imports the program: a house test must be able to judge a tree that doesn't even start.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("fediverse", "actors", "outbox", "inbox", "web")  # lowest first
DOORS = ("people", "groups", "offers", "events", "threads", "matches", "moderation")


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the program."""

    path: Path
    tree: ast.Module

    @property
    def place(self) -> str:
        """The path as people write it: «actors/events.py»."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """The name as Python knows it: «actors.events»."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def floor(self) -> str:
        return self.name.partition(".")[0]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the five floors."""
    paths = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    return tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def imports(module: Module) -> Iterator[str]:
    """What `module` imports, at its top or inside a function, as full dotted names.

    `from actors import events` gives «actors.events»; `from actors.events import Event` gives «actors.events.Event»,
    since only who knows all modules can tell the two apart.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = module.name.split(".")
                is_package = module.path.name == "__init__.py"
                above = package[: len(package) - node.level + is_package]
                origin = ".".join([*above, *([origin] if origin else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def imported_modules(module: Module, known: frozenset[str]) -> Iterator[str]:
    """The modules among `known` that `module` imports: the longest known beginning of each name."""
    for name in imports(module):
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            if (candidate := ".".join(parts[:length])) in known:
                yield candidate
                break


def door(name: str) -> str | None:
    """The door of a module by its dotted name, None for machinery: «events» for «actors.wire.events» and for
    «web.events.calendar», None for «actors.database» and for «fediverse.types.events» (the lowest floor has no doors).
    """
    parts = name.split(".")
    inside = parts[2:] if parts[1:2] == ["wire"] else parts[1:]
    return inside[0] if inside and parts[0] != "fediverse" and inside[0] in DOORS else None


def documents() -> list[Path]:
    """The documents that walk a reader through the code."""
    return [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.exists()]
