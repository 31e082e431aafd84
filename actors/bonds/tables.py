"""Follows, their reach, and memberships: the tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now


class Follow(Base):
    """One actor hears another. Active only once the followed one has accepted."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("follower_id", "followed_id"),
        Index("ix_follow_followed_state", "followed_id", "state", "id"),
        Index("ix_follow_follower_state", "follower_id", "state"),
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, index=True)
    """The id of the latest Follow activity."""
    follower_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    followed_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    state: Mapped[str] = mapped_column(String(16))
    """requested, accepted, rejected, or severed (by a block of the host; an unblock restores it)."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    backfilled_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the followed group's outbox was read (follows of ours only)."""


class Reach(Base):
    """How many accepted followers of `actor_id` are heard at `inbox_id`; 0 = heard once."""

    __tablename__ = "reach"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True, index=True)
    followers: Mapped[int] = mapped_column(Integer, default=0)


class Membership(Base):
    """A person takes part in a group: a member of ours, or an actor from elsewhere."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("group_id", "actor_id"), UniqueConstraint("group_id", "member_id"))

    id: Mapped[int] = row_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    role: Mapped[str] = mapped_column(String(16), default="member")
    """organiser, moderator or member; how it ended, where it did: «left», «refused» or «removed»."""
    state: Mapped[str] = mapped_column(String(16))
    """requested, active or ended."""
    join_iri: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """What was asked and answered: `question` and `answer`, in the language of the one who asked."""
    language: Mapped[str | None] = mapped_column(String(16))
    """In which whoever asked on our pages reads, to tell somebody of another server what became of it."""
    word: Mapped[str] = mapped_column(Text, default="")
    """What an organiser said with the answer."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
