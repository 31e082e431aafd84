"""The hashtags of offers, events and posts, so that a list by tag costs what its page shows.

Tags are kept folded (lower case, no «#»). A row says when its thing was published, since lists by tag are newest first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, String, delete, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, BigId, Moment
from actors.statements import Prepared, sole_table

TAG_CHARS = 100


class Tagged(Base):
    """One thing carries one tag. `kind` is offer, event or post; `item_id` the id in that table."""

    __tablename__ = "tagged"
    __table_args__ = (Index("ix_tagged_kind_tag_at", "kind", "tag", "at"),)

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tag: Mapped[str] = mapped_column(String(TAG_CHARS), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


_NEW = Prepared(insert(sole_table(Tagged)), [column.name for column in sole_table(Tagged).c])


def fold(tag: str) -> str:
    """How a tag is compared: without «#», composed, lower case, cut at `TAG_CHARS`."""
    return unicodedata.normalize("NFKC", tag).removeprefix("#").casefold()[:TAG_CHARS]


def retag(session: Session, kind: str, item_id: int, tags: Iterable[str], at: datetime, *, new: bool = False) -> None:
    """Make `tags` the tags of this thing; `new` says that it has none yet."""
    if not new:
        session.execute(delete(Tagged).where(Tagged.kind == kind, Tagged.item_id == item_id))
    tag_new(session, kind, [(item_id, tags, at)])


def tag_new(session: Session, kind: str, things: Iterable[tuple[int, Iterable[str], datetime]]) -> None:
    """Tag things of one kind that have no tags yet: the id of each, its tags, and when it was published."""
    rows = [
        {"kind": kind, "item_id": item_id, "tag": tag, "at": at}
        for item_id, tags, at in things
        for tag in {fold(each) for each in tags}
        if tag
    ]
    if rows:
        _NEW.insert_many(session, rows)
