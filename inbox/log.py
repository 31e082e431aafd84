"""The incoming log: what other servers sent, saved before they are answered, applied once.

A row is the raw activity after its signature was verified. `digest` is unique, so a repeat is
answered and forgotten; when rows are pruned their digests stay in `seen` for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, Moment, row_id, utc_now

BODY_KEPT = timedelta(days=30)
"""How long the raw body of what was dealt with is kept."""
ROW_KEPT = timedelta(days=90)
"""How long the row is kept after that; its digest stays in `seen`."""
PRUNED_TOGETHER = 1_000


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
        Index(
            "ix_incoming_waiting",
            "host",
            sqlite_where=text("state = 'new' AND next_attempt_at IS NOT NULL"),
            postgresql_where=text("state = 'new' AND next_attempt_at IS NOT NULL"),
        ),
        Index(
            "ix_incoming_moves",
            "actor_iri",
            sqlite_where=text("type = 'Move'"),
            postgresql_where=text("type = 'Move'"),
        ),
        Index(
            "ix_incoming_quarantined",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
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


def moved_since(session: Session, actor_iri: str, since: datetime) -> bool:
    """Whether a Move of this actor was applied after `since`."""
    moved = select(IncomingActivity.id).where(
        IncomingActivity.actor_iri == actor_iri,
        IncomingActivity.type == literal_column("'Move'"),
        IncomingActivity.state == "applied",
        IncomingActivity.applied_at > since,
    )
    return session.scalar(moved.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Load:
    """How much came in that is still to be applied, and how much could not be."""

    waiting: int
    quarantined: int


def load(session: Session) -> Load:
    """The incoming log in numbers, for the operator."""
    # The words themselves, not parameters: only then are the partial indexes used.
    counts = {
        state: session.scalar(
            select(func.count())
            .select_from(IncomingActivity)
            .where(IncomingActivity.state == literal_column(f"'{state}'"))
        )
        or 0
        for state in ("new", "quarantined")
    }
    return Load(counts["new"], counts["quarantined"])


def prune(session: Session, now: datetime) -> int:
    """Let go of old bodies and rows that are dealt with; their digests stay, so that no repeat is ever applied.

    Takes a bounded number of rows at a time; returns how many rows went, so that a caller may go on while it is full.
    """
    dealt_with = IncomingActivity.state.in_(("applied", "refused", "quarantined"))
    session.execute(
        update(IncomingActivity)
        .where(IncomingActivity.received_at < now - BODY_KEPT, dealt_with, IncomingActivity.body.is_not(None))
        .values(body=None),
        execution_options={"synchronize_session": False},
    )
    old = session.execute(
        select(IncomingActivity.id, IncomingActivity.digest)
        .where(IncomingActivity.received_at < now - ROW_KEPT, dealt_with)
        .limit(PRUNED_TOGETHER)
    ).all()
    if old:
        session.execute(insert(Seen), [{"digest": digest} for _, digest in old])
        session.execute(
            delete(IncomingActivity).where(IncomingActivity.id.in_([row_id for row_id, _ in old])),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        delete(InboundLane).where(InboundLane.lease_until < now - timedelta(days=1)),
        execution_options={"synchronize_session": False},
    )
    return len(old)
