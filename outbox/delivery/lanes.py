"""The state of delivery: a cursor per authority, what was parked, what was dropped.

A lane is one authority (host[:port]); it sends one request at a time, in the log's order. Its cursor
is a pair: every row up to `acked_id` is done, and of the row `acked_id + 1` every inbox up to
`acked_inbox_id` (so before a row that goes to several inboxes, `acked_id` is set to just below it).
`wanted_id` is the newest row known to concern it; `distribute` moves it, so that publishing itself
costs one row, and a lane without interest in a row is never woken.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now


class Lane(Base):
    """What an authority has received, and when it is tried again."""

    __tablename__ = "lane"
    __table_args__ = (
        Index(
            "ix_lane_due",
            "next_attempt_at",
            sqlite_where=text("wanted_id > acked_id"),
            postgresql_where=text("wanted_id > acked_id"),
        ),
    )

    authority: Mapped[str] = mapped_column(String(260), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    acked_id: Mapped[int] = mapped_column(BigInteger, default=0)
    acked_inbox_id: Mapped[int] = mapped_column(BigInteger, default=0)
    wanted_id: Mapped[int] = mapped_column(BigInteger, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime] = mapped_column(Moment)
    owner: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(8), default="alive")
    """alive, away (7 days silent) or dead (30 days)."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    refusals: Mapped[int] = mapped_column(Integer, default=0)
    """How often the head row itself was refused (400, 401, 403, 413, 422) in a row."""
    slow: Mapped[bool] = mapped_column(Boolean, default=False)
    """Its last answer took so long that it must not stand among the quick ones."""
    last_error: Mapped[str | None] = mapped_column(Text)
    last_success_at: Mapped[datetime | None] = mapped_column(Moment)
    scheme: Mapped[str | None] = mapped_column(String(16))
    """The signature scheme that it last took («double knock»), until `scheme_until`."""
    scheme_until: Mapped[datetime | None] = mapped_column(Moment)


class Parked(Base):
    """An activity that an inbox refused for good; kept so that an operator can see and resend it."""

    __tablename__ = "parked"

    id: Mapped[int] = row_id()
    authority: Mapped[str] = mapped_column(String(260), index=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(Text, default="")
    parked_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    resent_at: Mapped[datetime | None] = mapped_column(Moment)


class Dropped(Base):
    """A range of the log that an authority will never get, and why. Nothing is lost without a row here."""

    __tablename__ = "dropped"

    id: Mapped[int] = row_id()
    authority: Mapped[str] = mapped_column(String(260), index=True)
    from_id: Mapped[int] = mapped_column(BigInteger)
    to_id: Mapped[int] = mapped_column(BigInteger)
    activities: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(32))
    dropped_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Distribution(Base):
    """How far `distribute` has read the log: one row, id 1."""

    __tablename__ = "distribution"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    log_id: Mapped[int] = mapped_column(BigInteger, default=0)
