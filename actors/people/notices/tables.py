"""Notifications of members, and what each member chose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now


class Notification(Base):
    """One line in a member's list."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("uq_notification_member_key", "member_id", "key", unique=True),
        Index("ix_notification_member", "member_id", "id"),
        Index(
            "ix_notification_unread",
            "member_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notification_waiting",
            "member_id",
            sqlite_where=text("mail_waits OR direct_waits"),
            postgresql_where=text("mail_waits OR direct_waits"),
        ),
        Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[int] = row_id()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    who_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Another member whose name is among the facts: the line goes when they go."""
    key: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    about_iri: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    on_site: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether it stands in the list on the site."""
    mail_waits: Mapped[bool] = mapped_column(Boolean, default=False)
    """For the next digest by mail."""
    direct_waits: Mapped[bool] = mapped_column(Boolean, default=False)
    """For the next digest by direct message."""
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class NoticeChoice(Base):
    """What a member chose for one kind; without a row the defaults hold."""

    __tablename__ = "notice_choice"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    site: Mapped[bool] = mapped_column(Boolean, default=True)
    mail: Mapped[str] = mapped_column(String(8))
    direct: Mapped[str] = mapped_column(String(8), default="none")
