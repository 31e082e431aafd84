"""Posts, shares and reactions: the tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actors.answers import ANSWERS, LISTED_POST
from actors.database import Base, Json, Moment, row_id, utc_now
from actors.lists import listed_index

TOP = f"{LISTED_POST} AND post.in_reply_to_iri IS NULL"
INSIDE = """post.deleted_at IS NULL AND post.state = 'shown' AND post.in_reply_to_iri IS NULL AND post.local
    AND post.group_id = post.author_id"""
"""Said by a group of ours, for everybody or for its own."""
OWN = f"{LISTED_POST} AND post.local AND post.in_reply_to_iri IS NULL"


class Post(Base):
    """Something said: a note of ours, or a readable post of somebody else's."""

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_author_published", "author_id", "published_at"),
        listed_index("ix_post_top", "author_id", "published_at", where=TOP),
        listed_index("ix_post_answers", "in_reply_to_iri", "published_at", where=ANSWERS),
        listed_index("ix_post_feed", "updated_at", where=OWN),
        listed_index("ix_post_feed_author", "author_id", "updated_at", where=OWN),
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    url: Mapped[str | None] = mapped_column(Text)
    local: Mapped[bool] = mapped_column(Boolean)
    type: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    """The group of ours that it was sent to or made by."""
    state: Mapped[str] = mapped_column(String(16), default="shown")
    """shown, waiting (for approval), hidden, or kept (known, in no group of ours)."""
    in_reply_to_iri: Mapped[str | None] = mapped_column(Text)
    context_iri: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    warning: Mapped[str | None] = mapped_column(Text)
    """The content warning (`summary` of a Note), plain text."""
    text: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(16))
    content_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    sensitive: Mapped[bool] = mapped_column(Boolean, default=False)
    public: Mapped[bool] = mapped_column(Boolean, default=True)
    options: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    """A poll's choices: name and votes."""
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    """Equal to `published_at` until it is changed."""
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Share(Base):
    """An Announce of one object by one actor; ours keep their ids so that they can be undone."""

    __tablename__ = "share"
    __table_args__ = (
        UniqueConstraint("actor_id", "object_iri"),
        Index("ix_share_actor_created", "actor_id", "created_at"),
    )

    id: Mapped[int] = row_id()
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    object_iri: Mapped[str] = mapped_column(Text, index=True)
    iri: Mapped[str] = mapped_column(Text, unique=True)
    """The Announce's id."""
    activity_iri: Mapped[str | None] = mapped_column(Text)
    """The id of the accompanying Announce of the whole activity (FEP-1b12), ours only."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Reaction(Base):
    """A Like (or an emoji reaction, counted as one) of an object by an actor."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("actor_id", "object_iri"),)

    id: Mapped[int] = row_id()
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    object_iri: Mapped[str] = mapped_column(Text, index=True)
    iri: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
