"""Offers and needs of all servers: the table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now
from actors.lists import listed_index

LISTED = "offer.deleted_at IS NULL AND offer.shown AND offer.visibility = 'public'"
"""Everybody may see it (unless its host is blocked, which no index knows)."""
OPEN = f"{LISTED} AND offer.status IN ('open', 'talks')"
OWN = f"{LISTED} AND offer.local AND offer.status <> 'draft'"
INSIDE = "offer.deleted_at IS NULL AND offer.shown AND offer.visibility = 'group'"
"""Those who take part in its group may see it."""
DUE = "offer.local AND offer.deleted_at IS NULL AND offer.status IN ('open', 'talks')"
REMIND = f"{DUE} AND offer.remind_at IS NOT NULL"
ENDINGS = ("filled", "withdrawn", "expired")


class Offer(Base):
    """An offer or a need, as FEP-0837 has it: a primary intent and what is asked or given in return."""

    __tablename__ = "offer"
    # Each index serves one list; SQLite takes a partial one only when the query repeats its condition word for word,
    # so both come from the same constants. Plans are checked in tests/actors/test_plans.py.
    __table_args__ = (
        listed_index("ix_offer_open", "purpose", "published_at", where=OPEN),
        listed_index("ix_offer_open_group", "group_id", "purpose", "published_at", where=OPEN),
        listed_index("ix_offer_feed", "updated_at", where=OWN),
        listed_index("ix_offer_feed_group", "group_id", "updated_at", where=OWN),
        listed_index("ix_offer_inside", "group_id", "published_at", where=INSIDE),
        Index("ix_offer_url", "url"),
        Index("ix_offer_member_id", "member_id"),
        Index("ix_offer_writer_id", "writer_id"),
        listed_index("ix_offer_due", "expires_at", where=DUE),
        listed_index("ix_offer_remind", "remind_at", where=REMIND),
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    url: Mapped[str | None] = mapped_column(Text)
    local: Mapped[bool] = mapped_column(Boolean)
    shown: Mapped[bool] = mapped_column(Boolean, default=True)
    """False: a partner's item that awaits a moderator, or hidden by one."""
    purpose: Mapped[str] = mapped_column(String(8))
    """offer or request (FEP-0837)."""
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    """The author on the wire: the group or project (or a remote actor)."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """Who wrote it here; never on the wire without consent."""
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    """Who wrote it here with an account elsewhere."""
    provider_iri: Mapped[str | None] = mapped_column(Text)
    """The person credited by consent: `provider` of an offer, `receiver` of a need."""

    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    """The source as written (Markdown); empty for remote ones."""
    content: Mapped[str] = mapped_column(Text, default="")
    """Clean HTML of the text without title and facts for ours, the whole content for remote ones."""
    language: Mapped[str | None] = mapped_column(String(16))
    title_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    text_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    concept_iris: Mapped[list[str]] = mapped_column(Json, default=list)
    """`resourceConformsTo`, the first one leading."""
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    place_name: Mapped[str | None] = mapped_column(Text)
    place: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The Place as on the wire (address and all)."""
    region: Mapped[str | None] = mapped_column(String(64))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    mode: Mapped[str] = mapped_column(String(8), default="onsite")
    """onsite, remote or both."""
    begins_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    action: Mapped[str] = mapped_column(String(32), default="deliverService")
    quantity: Mapped[str | None] = mapped_column(String(32))
    """`hasNumericalValue`, kept as text."""
    unit: Mapped[str | None] = mapped_column(String(64))
    available_quantity: Mapped[str | None] = mapped_column(String(32))
    minimum_quantity: Mapped[str | None] = mapped_column(String(32))
    unit_based: Mapped[bool] = mapped_column(Boolean, default=False)
    pay: Mapped[str] = mapped_column(String(16), default="discuss")
    """paid, barter, volunteer or discuss."""
    pay_amount: Mapped[str | None] = mapped_column(String(32))
    pay_amount_to: Mapped[str | None] = mapped_column(String(32))
    pay_currency: Mapped[str | None] = mapped_column(String(8))
    pay_unit: Mapped[str | None] = mapped_column(String(64))
    reciprocal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The reciprocal Intent as on the wire, when it is more than an amount."""
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    work_languages: Mapped[list[str]] = mapped_column(Json, default=list)
    contact: Mapped[str] = mapped_column(String(16), default="reply")
    contact_address: Mapped[str | None] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(String(16), default="public")
    """public, members or group."""
    status: Mapped[str] = mapped_column(String(16), default="open")
    """draft, waiting (for a moderator), open, talks, filled, withdrawn or expired."""
    finished: Mapped[bool] = mapped_column(Boolean, default=False)
    answers_closed: Mapped[bool] = mapped_column(Boolean, default=False)
    """It stands, and takes no answers for now."""

    context_iri: Mapped[str | None] = mapped_column(Text)
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    """Equal to `published_at` until it is changed."""
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its author is reminded that it will run out."""
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
