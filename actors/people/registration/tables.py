"""Who asked to come in, by which invitation, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now


class SiteInvitation(Base):
    """A link that lets somebody join this instance.

    The token stands here in clear, since its link and QR code are shown again; all that it opens is a form.
    """

    __tablename__ = "site_invitation"

    id: Mapped[int] = row_id()
    token: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    """Who made it; None: the operator."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For those who keep the list: whom it is for."""
    uses: Mapped[int | None] = mapped_column(Integer)
    """How many may come by it; None: any number."""
    used: Mapped[int] = mapped_column(Integer, default=0)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Registration(Base):
    """Somebody filled in the form and was sent a link; nobody is a member before that link was opened."""

    __tablename__ = "registration"

    id: Mapped[int] = row_id()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    answers: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("site_invitation.id", ondelete="SET NULL"))
    group_invitation_id: Mapped[int | None] = mapped_column(ForeignKey("group_invitation.id", ondelete="SET NULL"))
    """The invitation into a group by which they came."""
    terms_version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Agreement(Base):
    """A member agreed to the terms of this instance: in which version, when (E9)."""

    __tablename__ = "agreement"

    id: Mapped[int] = row_id()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    agreed_at: Mapped[datetime] = mapped_column(Moment)


class Asked(Base):
    """Somebody asked for a mail to an address; kept for a day, to count them."""

    __tablename__ = "asked"
    __table_args__ = (Index("ix_asked_digest_asked_at", "digest", "asked_at"),)

    id: Mapped[int] = row_id()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of what is counted: an address, or a network."""
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
