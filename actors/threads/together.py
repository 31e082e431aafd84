"""New posts of others, written many at a time, which costs half of writing them one by one.

Inside `together` a post that is only kept is put off; whoever may look for it writes what was put off first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from actors.statements import Prepared, sole_table
from actors.tags import tag_new
from actors.threads.tables import Post

_PUT_OFF = "threads: new posts that are not written yet"
_TABLE = sole_table(Post)
_NEW = Prepared(
    insert(_TABLE).returning(_TABLE.c.iri, _TABLE.c.id), [column.name for column in _TABLE.c if column.name != "id"]
)


@contextlib.contextmanager
def together(session: Session) -> Iterator[None]:
    """Put off writing new posts until `write_put_off`, or the end of the block at the latest."""
    session.info[_PUT_OFF] = []
    try:
        yield
        write_put_off(session)
    finally:
        del session.info[_PUT_OFF]


def put_off(session: Session, values: dict[str, Any], tags: Sequence[str]) -> bool:
    """Whether the new row `values`, which carries `tags`, will be written later; False outside of `together`."""
    waiting: list[tuple[dict[str, Any], Sequence[str]]] | None = session.info.get(_PUT_OFF)
    if waiting is None:
        return False
    waiting.append((values, tags))
    return True


def write_put_off(session: Session) -> None:
    """Write what was put off; nothing outside of `together`."""
    waiting: list[tuple[dict[str, Any], Sequence[str]]] | None = session.info.get(_PUT_OFF)
    if not waiting:
        return
    ids: dict[str, int] = dict(_NEW.insert_many(session, [values for values, _ in waiting]))
    tag_new(session, "post", [(ids[row["iri"]], tags, row["published_at"]) for row, tags in waiting if tags])
    waiting.clear()
