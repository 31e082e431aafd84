"""Events and attendances: the tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now
from actors.lists import listed_index

LISTED = "event.deleted_at IS NULL AND event.shown AND event.visibility = 'public'"
"""Everybody may see it (unless its host is blocked, which no index knows)."""
INSIDE = "event.deleted_at IS NULL AND event.shown AND event.visibility = 'group'"
"""Those who take part in its group may see it."""
OWN = f"{LISTED} AND event.local"


class Event(Base):
    """A meeting at a time, ours or a partner's (FEP-8a8e, with what Mobilizon and Gancio add)."""

    __tablename__ = "event"
    __table_args__ = (
        listed_index("ix_event_coming", "over_at", where=LISTED),
        listed_index("ix_event_coming_group", "group_id", "over_at", where=LISTED),
        listed_index("ix_event_inside", "group_id", "over_at", where=INSIDE),
        listed_index("ix_event_feed", "updated_at", where=OWN),
        Index("ix_event_url", "url"),
        listed_index("ix_event_feed_group", "group_id", "updated_at", where=OWN),
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    uuid: Mapped[str | None] = mapped_column(String(64))
    url: Mapped[str | None] = mapped_column(Text)
    local: Mapped[bool] = mapped_column(Boolean)
    shown: Mapped[bool] = mapped_column(Boolean, default=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    """`attributedTo`: the group, project, or remote organiser."""
    organiser_iri: Mapped[str | None] = mapped_column(Text)
    """Mobilizon's `actor`, where it differs."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    contacts: Mapped[list[str]] = mapped_column(Json, default=list)

    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(16))
    name_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    text_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    category: Mapped[str | None] = mapped_column(String(64))
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    over_at: Mapped[datetime] = mapped_column(Moment)
    """When it has ended: `ends_at`, or `starts_at` where nobody said; what «coming» asks."""
    end_shown: Mapped[bool] = mapped_column(Boolean, default=True)
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Brussels")
    place_name: Mapped[str | None] = mapped_column(Text)
    place: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The Place with its address, as on the wire."""
    region: Mapped[str | None] = mapped_column(String(64))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    online: Mapped[bool] = mapped_column(Boolean, default=False)
    online_url: Mapped[str | None] = mapped_column(Text)

    status: Mapped[str] = mapped_column(String(16), default="CONFIRMED")
    """TENTATIVE, CONFIRMED or CANCELLED (iCalendar)."""
    join_mode: Mapped[str] = mapped_column(String(16), default="free")
    """free, restricted, invite, external or none."""
    external_url: Mapped[str | None] = mapped_column(Text)
    capacity: Mapped[int | None] = mapped_column(Integer)
    attending: Mapped[int] = mapped_column(Integer, default=0)
    """`participantCount`; for ours the count of accepted attendances."""
    comments: Mapped[str] = mapped_column(String(16), default="allow_all")
    series_iri: Mapped[str | None] = mapped_column(Text)
    series: Mapped[dict[str, Any] | None] = mapped_column(Json)
    visibility: Mapped[str] = mapped_column(String(16), default="public")

    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    """Equal to `published_at` until it is changed."""
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Attendance(Base):
    """Somebody's answer to an event."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("event_id", "actor_id"),)

    id: Mapped[int] = row_id()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    join_iri: Mapped[str | None] = mapped_column(Text, index=True)
    state: Mapped[str] = mapped_column(String(16))
    """requested, accepted, rejected or left."""
    message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
