"""Passkeys, and the challenges that were given out for them: the tables.

Of a passkey we hold the public half alone, so a copy of the database signs nobody in (L7).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now


class Passkey(Base):
    """One of a member's passkeys."""

    __tablename__ = "passkey"

    id: Mapped[int] = row_id()
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    """What the authenticator calls it."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """As a COSE key."""
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """How often the authenticator says that it was used; most of them always say 0."""
    synced: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whoever keeps it copies it to the member's other devices."""
    name: Mapped[str] = mapped_column(Text)
    """What the member calls it."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class PasskeyAttempt(Base):
    """A challenge that one browser was given; the row goes when it comes back, or when its time is over."""

    __tablename__ = "passkey_attempt"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of the challenge."""
    purpose: Mapped[str] = mapped_column(String(16))
    """add or sign-in."""
    browser: Mapped[bytes] = mapped_column(LargeBinary(32))
    """The digest of a secret that lies in a cookie of the browser that was given it."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Who adds a passkey; None: somebody who signs in, and has not said who they are."""
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
