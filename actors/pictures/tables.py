"""Pictures that we keep: one row each, and as many files as its use has sizes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id


class Picture(Base):
    """A picture that somebody gave us, drawn anew by us. Its files are called `{name}-{width}.{suffix}`."""

    __tablename__ = "picture"
    __table_args__ = (Index("ix_picture_owner", "owner_kind", "owner_id", "use"),)

    id: Mapped[int] = row_id()
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; says nothing about whose it is or what it was called."""
    suffix: Mapped[str] = mapped_column(String(8))
    """jpg or png."""
    use: Mapped[str] = mapped_column(String(16))
    """avatar or banner."""
    owner_kind: Mapped[str] = mapped_column(String(16))
    """member or group."""
    owner_id: Mapped[int] = mapped_column(BigInteger)
    alt: Mapped[str] = mapped_column(Text, default="")
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """Replaced or taken away; its files go with the next round."""
