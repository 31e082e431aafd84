"""The incoming log: what other servers sent, saved before they are answered, applied once.

A row is the raw activity after its signature was verified. `digest` is unique, so a repeat is
answered and forgotten; when rows are pruned their digests stay in `seen` for ever.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now


class IncomingActivity(Base):
    """One activity that somebody sent us."""

    __tablename__ = "incoming"
    __table_args__ = (
        Index(
            "ix_incoming_due",
            "host",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        Index("ix_incoming_received", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = row_id()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of actor and activity id."""
    iri: Mapped[str] = mapped_column(Text)
    actor_iri: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(255))
    """The signer's; the order that is kept is this host's."""
    type: Mapped[str] = mapped_column(String(64))
    object_iri: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    trust: Mapped[str] = mapped_column(String(16), default="signed")
    """signed (by its actor), proof (FEP-8b32 by its actor) or origin (to be fetched from its origin)."""
    state: Mapped[str] = mapped_column(String(16), default="new")
    """new, applied, refused or quarantined."""
    outcome: Mapped[str | None] = mapped_column(Text)
    """Why it was refused or quarantined: a code, with the traceback's hash for the latter."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)


class Seen(Base):
    """The digest of an activity whose row is gone."""

    __tablename__ = "seen"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class InboundLane(Base):
    """Which worker applies a host's activities now."""

    __tablename__ = "inbound_lane"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime] = mapped_column(Moment)
