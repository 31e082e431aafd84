"""The face is thin: a page reads its form, asks the floors below once, and renders. It holds no query."""

import ast

from tests.house.source import modules

DATABASE_WORDS = {"select", "insert", "update", "delete", "text", "Session", "sessionmaker", "scoped_session"}
QUERIES = {"select", "insert", "update", "delete"}


def queries(place: str, tree: ast.AST) -> list[str]:
    """Where a module of `web/` takes hold of the database instead of asking a floor below."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            found += [f"{place}:{node.lineno} imports {a.name}" for a in node.names if a.name in DATABASE_WORDS]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in QUERIES:
            found.append(f"{place}:{node.lineno} calls {node.func.id}()")
        elif (
            isinstance(node, ast.Attribute) and node.attr in {"select", "Session"} and isinstance(node.value, ast.Name)
        ):
            found.append(f"{place}:{node.lineno} uses {node.value.id}.{node.attr}")
        elif isinstance(node, ast.Name) and node.id == "Session":
            found.append(f"{place}:{node.lineno} names Session")
    return found


def test_no_page_and_no_command_holds_a_query():
    assert [line for m in modules() if m.floor == "web" for line in queries(m.place, m.tree)] == []


def test_a_query_in_a_page_is_named():
    page = "from sqlalchemy import select\nimport sqlalchemy as sa\nrows = select(Event)\nmore = sa.select(Event)\n"
    assert queries("web/events.py", ast.parse(page)) == [
        "web/events.py:1 imports select",
        "web/events.py:3 calls select()",
        "web/events.py:4 uses sa.select",
    ]
    typed = ast.parse("def page(session: Session): ...")
    assert queries("web/events.py", typed) == ["web/events.py:1 names Session"]
