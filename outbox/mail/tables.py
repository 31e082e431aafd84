"""The mail log: one row a mail or direct message, with facts instead of a text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, new_uuid, row_id, utc_now

NEW, SENT, FAILED, DROPPED = "new", "sent", "failed", "dropped"
"""The states: waits or is tried again; the mail server took it; refused for good or given up; never to be sent."""
MAIL, DIRECT = "mail", "direct"
"""The channels: an e-mail; a direct message to an account elsewhere, which is put into the outgoing log."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_FACTS = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Mail(Base):
    """One mail to one person."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due", "state", "next_attempt_at"),
        Index("ix_mail_recipient", "recipient", "created_at"),
        Index("ix_mail_created_at", "created_at"),
    )

    id: Mapped[int] = row_id()
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Names what is told, so that it is told once."""
    uuid: Mapped[str] = mapped_column(String(36), default=new_uuid)
    """In the Message-ID: the same at every attempt, so that a mail program shows a repeated mail once."""
    channel: Mapped[str] = mapped_column(String(8), default=MAIL)
    recipient: Mapped[str] = mapped_column(Text)
    """An address of mail, or the IRI of an account."""
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(16))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(_FACTS)
    """None once they are not needed any more."""
    state: Mapped[str] = mapped_column(String(8), default=NEW)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    good_until: Mapped[datetime] = mapped_column(Moment)
    """Not sent after this: a link has run out, or three days went by."""
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(Text, default="")
    """Why the last attempt failed: a code of ours or the server's answer."""
    owner: Mapped[str] = mapped_column(String(36), default="")
    lease_until: Mapped[datetime] = mapped_column(Moment, default=LONG_AGO)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
