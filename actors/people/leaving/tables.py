"""Copies of everything that members asked for: the table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id


class Export(Base):
    """A member asked for a copy of everything; the file is beside the database until it is fetched or a week old."""

    __tablename__ = "export"

    id: Mapped[int] = row_id()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    ready_at: Mapped[datetime | None] = mapped_column(Moment)
    file: Mapped[str | None] = mapped_column(String(64))
    """Its name: random."""
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Of the secret in its one-time link."""
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
