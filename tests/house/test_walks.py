"""What the documents say about the code is true: every `path.py:function` and every `path.py` in them exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, documents

PLACE = re.compile(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|toml|md|yaml|html|css|mjs))(?::([A-Za-z_][\w.]*))?(?:\(\))?`")
WALK_STOPS = 10


def places(text: str) -> list[tuple[str, str]]:
    """The places that `text` names in backticks, as path and name; the name is empty when a whole file is meant."""
    return [(path, name) for path, name in PLACE.findall(text) if path.partition("/")[0] in {*FLOORS, "tests", "docs"}]


def holds(tree: ast.AST, name: str) -> bool:
    """Whether a module, class or function defines `name`; «Courier.serve» is the function inside the class."""
    first, _, rest = name.partition(".")
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == first:
                return not rest or holds(node, rest)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == first for target in targets):
                return not rest
        elif isinstance(node, ast.If | ast.Try) and holds(node, name):
            return True
    return False


def missing(path: str, name: str, root: Path = ROOT) -> str | None:
    """What is wrong with a place that a document names; None when it is there."""
    file = root / path
    if not file.exists():
        return f"{path} does not exist"
    if name and not holds(ast.parse(file.read_text(encoding="utf-8")), name):
        return f"{path} has no {name}"
    return None


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_place_that_a_document_names_exists(document):
    wrong = [missing(*place) for place in places(document.read_text(encoding="utf-8"))]
    assert [line for line in wrong if line] == []


def test_the_documents_walk_a_reader_through_the_code():
    # Until there is a README there is nobody to lead.
    named = {place for document in documents() for place in places(document.read_text(encoding="utf-8")) if place[1]}
    assert len(named) >= WALK_STOPS or not (ROOT / "README.md").exists()


def test_a_place_that_is_gone_is_named(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "events.py").write_text("class Seat:\n    async def take(self): ...\nHANDLERS = {}\n")
    assert places("see `inbox/events.py:Seat.take()`, `inbox/events.py`, `x/y.py:z`") == [
        ("inbox/events.py", "Seat.take"),
        ("inbox/events.py", ""),
    ]
    assert missing("inbox/events.py", "Seat.take", tmp_path) is None
    assert missing("inbox/events.py", "HANDLERS", tmp_path) is None
    assert missing("inbox/events.py", "Seat.leave", tmp_path) == "inbox/events.py has no Seat.leave"
    assert missing("inbox/gone.py", "", tmp_path) == "inbox/gone.py does not exist"
