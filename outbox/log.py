"""The outgoing log: everything our actors have said, once and in order.

`append()` writes one row in the caller's transaction, so a change and its announcement are saved
together or not at all. Who hears it is not stored per follower: `delivery` asks, lane by lane, which
inboxes there follow the actor. Rows are never changed; a retraction is a new row.

Ids grow in commit order: on PostgreSQL an advisory lock is held from just before the insert until the
commit, since a cursor over a plain sequence would step over a lower id that commits later.

The body is kept without its FEP-8b32 proof. The proof is made when the row is first sent or served;
Ed25519 is deterministic and `created` is the row's, so it is the same proof every time, and no
private key is needed inside a transaction.

Source: one log and one cursor per host is Lemmy's idea (crates/apub/send).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now


class OutgoingActivity(Base):
    """One activity of one of our actors."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_actor_kind", "actor_id", "type", "id"),
        Index("ix_outgoing_object", "object_iri", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    type: Mapped[str] = mapped_column(String(32))
    object_iri: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    audience: Mapped[str] = mapped_column(String(16))
    """followers, ever (every inbox that ever heard the actor; for Delete), or none."""
    public: Mapped[bool] = mapped_column(Boolean)
    """Anyone may GET it."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Addressed(Base):
    """An inbox that a log row goes to besides its audience (a mention, an answer, a request)."""

    __tablename__ = "addressed"

    log_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(String(260))

    __table_args__ = (Index("ix_addressed_authority", "authority", "log_id"),)
