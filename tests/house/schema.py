"""The schema as the models have it, and the next migration drafted from the difference.

    python -m tests.house.schema "add the colour of a group"

writes `actors/migrations/versions/NNNN_add_the_colour_of_a_group.py`; read it before you keep it. It stands with the
tests because it knows all floors, which a migration may not.
"""

import re
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import JSON, BigInteger, Connection, MetaData, create_engine
from sqlalchemy.dialects.postgresql import JSONB

from actors.database import Base, Moment
from actors.migrations import run

ROOT = Path(__file__).parents[2]
FLOORS = ("fediverse", "actors", "outbox", "inbox", "web")

HEAD = '''"""{subject}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {before}
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
'''


def every_model() -> MetaData:
    """The tables of all floors, imported from wherever a class of `Base` is written."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "(Base):" in path.read_text(encoding="utf-8"):
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return Base.metadata


def differences(connection: Connection) -> list[Any]:
    """What stands in the models and not in the database, or the other way round."""
    return list(compare_metadata(_context(connection), every_model()))


def draft(subject: str, *, first: bool = False) -> Path:
    """Write the next step; `first` writes the very first one again, which is allowed until the first release."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        if not first:
            run.upgrade(url)
        engine = create_engine(url)
        with engine.connect() as connection:
            context = _context(connection)
            steps = produce_migrations(context, every_model()).upgrade_ops
            body = render_python_code(steps, render_as_batch=not first, migration_context=context, render_item=_render)
        engine.dispose()
    before = None if first else run.head()
    revision = "0001" if first else f"{int(run.head()) + 1:04}"
    name = "_".join(re.findall(r"[a-z0-9]+", subject.lower()))[:60]
    target = run.FOLDER / "versions" / f"{revision}_{name}.py"
    lines = [line for line in body.splitlines() if not line.lstrip().startswith("#")]
    head = HEAD.format(subject=subject[0].upper() + subject[1:], revision=revision, before=before and f'"{before}"')
    target.write_text(head + "\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return target


def _context(connection: Connection) -> MigrationContext:
    # The index of the search has what no model can say: a table of words in SQLite, an index of words in PostgreSQL.
    def is_modelled(_item: Any, name: str | None, *_rest: Any) -> bool:
        return not (name or "").startswith(("search_index", "ix_search_text_words"))

    options = {
        "target_metadata": Base.metadata,
        "compare_type": True,
        "render_item": _render,
        "user_module_prefix": None,
        "include_object": is_modelled,
    }
    return MigrationContext.configure(connection, opts=options)


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    if kind == "type":
        if isinstance(item, Moment):
            return "sa.DateTime(timezone=True)"
        variants = getattr(item, "_variant_mapping", {})
        if isinstance(item, BigInteger) and variants:
            return "BIG_ID"
        if isinstance(item, JSON | JSONB) and variants:
            return "JSON"
    return False


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--first"]
    print(draft(" ".join(words), first="--first" in sys.argv))
