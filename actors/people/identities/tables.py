"""Identities elsewhere, and what signing in with one of them leaves with us: the tables.

No access token is ever kept. A client secret and a PKCE verifier are sealed with the `Vault`, a state is kept as its
digest, so a copy of the database opens nothing (L7).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now


class Identity(Base):
    """Somebody as another server knows them: bound to who says so and what they are called there, never to a mail."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = row_id()
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Whose way of signing in it is; None: somebody without an account here, who acts as `actor_id`."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"), index=True)
    """The actor that it is, for kind «fediverse»."""
    kind: Mapped[str] = mapped_column(String(16))
    """fediverse or oidc."""
    issuer: Mapped[str] = mapped_column(Text)
    """The origin of the actor's server; the issuer of OpenID Connect."""
    subject: Mapped[str] = mapped_column(Text)
    """The actor's IRI; the `sub` of OpenID Connect."""
    handle: Mapped[str] = mapped_column(Text)
    """What people call it, such as «leila@mastodon.example»; shown, never compared."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class OidcArrival(Base):
    """Somebody whom the issuer of OpenID Connect knows and nobody here does yet; kept for a day."""

    __tablename__ = "oidc_arrival"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of a secret in a cookie of their browser."""
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    """One that the issuer has verified, or nothing."""
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class OAuthApp(Base):
    """What we are called at a server that signs people in for us; asked for once."""

    __tablename__ = "oauth_app"

    origin: Mapped[str] = mapped_column(Text, primary_key=True)
    client_id: Mapped[str] = mapped_column(Text)
    client_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed."""
    scope: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class OAuthAttempt(Base):
    """Somebody was sent to their own server and has not come back yet. Used once, within minutes."""

    __tablename__ = "oauth_attempt"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of the state, which also lies in a cookie of the browser that was sent."""
    kind: Mapped[str] = mapped_column(String(16))
    """fediverse or oidc."""
    origin: Mapped[str] = mapped_column(Text)
    """The server, or the issuer, that they were sent to."""
    verifier: Mapped[bytes] = mapped_column(LargeBinary)
    """Of PKCE; sealed."""
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The digest of the nonce that an ID token has to carry."""
    next: Mapped[str] = mapped_column(Text, default="/")
    """The path of ours where they go on."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """Who links the identity; None: somebody who signs in."""
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
