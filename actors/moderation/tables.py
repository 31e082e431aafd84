"""Host policy, reports, the act log, and the filters that every list applies.

A host is one canonical name without port; its policy covers its subdomains. Nobody caches it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now


class Host(Base):
    """What we decided about a host. No row means open."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    policy: Mapped[str] = mapped_column(String(16))
    """open, partner, limited or blocked."""
    public_reason: Mapped[str] = mapped_column(Text, default="")
    private_reason: Mapped[str] = mapped_column(Text, default="")
    software: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Report(Base):
    """A Flag, from another server or from a person here."""

    __tablename__ = "report"

    id: Mapped[int] = row_id()
    iri: Mapped[str | None] = mapped_column(Text, unique=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    object_iris: Mapped[list[str]] = mapped_column(Json, default=list)
    content: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="open")
    forwarded: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Act(Base):
    """An act of moderation: who, what, why, when. Appended, never changed."""

    __tablename__ = "act"

    id: Mapped[int] = row_id()
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    verb: Mapped[str] = mapped_column(String(32))
    object: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
