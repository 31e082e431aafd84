"""What a member has agreed to, and the words by which a member is found: the tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy import text as clause
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id


class Consent(Base):
    """A member said yes or no to something optional; rows are added, never changed (GDPR art. 7)."""

    __tablename__ = "consent"

    id: Mapped[int] = row_id()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(32))
    """byline, discoverable, indexable or public."""
    given: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(default=1)
    """Of the sentence that was agreed to."""
    at: Mapped[datetime] = mapped_column(Moment)


class Findable(Base):
    """One field of a member who agreed to be found, in the form that is searched; hidden fields have no row."""

    __tablename__ = "findable"
    __table_args__ = (
        # All that the list of members by name asks, without a look at the rows. Only names: other texts are too long
        # for an index.
        Index(
            "ix_findable_name",
            "text",
            "member_id",
            "level",
            sqlite_where=clause("field = 'name'"),
            postgresql_where=clause("field = 'name'"),
        ),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    """all, members or groups."""
    text: Mapped[str] = mapped_column(Text)
    """Folded: no capitals, no accents."""
