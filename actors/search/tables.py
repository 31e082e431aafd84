"""The index: one narrow row for each thing that can be found, and its words beside it.

`search_entry` is what a query filters, sorts and counts by; it stays narrow, since a common word touches thousands of
its rows. Its id is the moment at which the thing was published, so the newest come first in the order of the ids, on
both engines alike and without sorting. `search_text` has the tokens that `actors.search.tokens` made.

SQLite: `search_index` is an FTS5 table over `search_text`, which it reads from there. PostgreSQL: the tokens are a
`tsvector` with the title as weight A, under a GIN index. Neither engine's own stemmer or ranking is used.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Boolean, Float, Index, String, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, BigId, Moment

KINDS = ("offer", "need", "event", "group", "project", "person")
PUBLIC, MEMBERS, GROUP = "public", "members", "group"

CREATE_FTS5 = (
    "CREATE VIRTUAL TABLE search_index USING fts5(heads, words, content='search_text', content_rowid='id',"
    " columnsize=0, tokenize=\"ascii tokenchars '+#_'\")"
)
CREATE_GIN = "CREATE INDEX ix_search_text_words ON search_text USING gin (words)"


class SearchEntry(Base):
    """One findable thing: what it is filtered, sorted and counted by."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("uq_search_entry_family_item_id", "family", "item_id", unique=True),
        Index("ix_search_entry_author_id", "author_id"),
        Index("ix_search_entry_came_at", "came_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Milliseconds since 1970 × 4096, and a number that keeps those of one millisecond apart."""
    family: Mapped[str] = mapped_column(String(8))
    """The table that `item_id` belongs to: offer, event, group or person."""
    item_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(8))
    """offer, need, event, group, project or person."""
    author_id: Mapped[int | None] = mapped_column(BigId)
    """The actor behind it."""
    host: Mapped[str | None] = mapped_column(String(255))
    """Where it was born; None: here."""
    audience: Mapped[str] = mapped_column(String(8))
    """public, members (of this instance) or group (those who take part in `author_id`)."""
    in_sight: Mapped[bool] = mapped_column(Boolean)
    """False while its author is suspended."""
    open: Mapped[bool] = mapped_column(Boolean)
    """Not filled, withdrawn, cancelled."""
    came_at: Mapped[datetime] = mapped_column(Moment)
    """When it could be found first: written here, or received."""
    until: Mapped[datetime | None] = mapped_column(Moment)
    """When it runs out or is over."""
    begins_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    mode: Mapped[str | None] = mapped_column(String(8))
    pay: Mapped[str | None] = mapped_column(String(16))
    languages: Mapped[str] = mapped_column(String(64))
    """Those of its text, between spaces: « nl fr »."""
    region: Mapped[str | None] = mapped_column(String(64))
    """The smallest one known: a town's code (`actors.towns`), or an ISO 3166 code."""
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    trade: Mapped[str | None] = mapped_column(Text)
    """The leading concept."""


class SearchText(Base):
    """The tokens of an entry: in SQLite as plain text, in PostgreSQL all of them in `words`, with positions."""

    __tablename__ = "search_text"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    heads: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


_FTS5: Any
_GIN: Any
_FTS5, _GIN = DDL(CREATE_FTS5), DDL(CREATE_GIN)  # type: ignore[no-untyped-call]
event.listen(SearchText.__table__, "after_create", _FTS5.execute_if(dialect="sqlite"))
event.listen(SearchText.__table__, "after_create", _GIN.execute_if(dialect="postgresql"))
