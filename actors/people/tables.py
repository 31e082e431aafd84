"""Every actor we know, local or remote; members, their sign-in tokens and sessions; keys.

An `Actor` row is what the wire knows (a person, a group, a project, an instance). A `Member` is a
person who belongs here; most members have no actor of their own, since becoming a public actor is a
choice. Private keys are sealed with a secret that is not in the database (`Vault`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, BigId, Json, Moment, row_id, utc_now
from actors.pictures.tables import Picture


class Inbox(Base):
    """An address that takes our deliveries: a shared inbox, or one actor's own."""

    __tablename__ = "inbox"

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    authority: Mapped[str] = mapped_column(String(260), index=True)
    """host[:port]: the lane that serves it."""
    host: Mapped[str] = mapped_column(String(255), index=True)


class Actor(Base):
    """A person, group, project or instance, ours or another server's."""

    __tablename__ = "actor"
    __table_args__ = (
        Index(
            "uq_actor_local_username",
            "username",
            unique=True,
            sqlite_where=text("local"),
            postgresql_where=text("local"),
        ),
        Index("ix_actor_authority_username", "authority", "username"),
        Index("ix_actor_local_kind", "local", "kind"),
        Index("ix_actor_url", "url"),
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    local: Mapped[bool] = mapped_column(Boolean, default=False)
    type: Mapped[str] = mapped_column(String(64))
    """Person, Group, Application, Service or Organization."""
    kind: Mapped[str | None] = mapped_column(String(16))
    """sector, theme or project for groups; instance for applications; None where unknown."""
    username: Mapped[str] = mapped_column(String(64))
    authority: Mapped[str] = mapped_column(String(260))
    host: Mapped[str] = mapped_column(String(255), index=True)

    name: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    """Clean HTML."""
    name_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    summary_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    language: Mapped[str | None] = mapped_column(String(16))
    url: Mapped[str | None] = mapped_column(Text)
    icon_url: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    fields: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Lines of a profile of ours: `name`, and `value` as clean HTML (a remote actor's are in its `document`)."""

    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    """The actor's own inbox (None for local actors)."""
    delivery_inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    """Where public posts go: the shared inbox if there is one, else the own one."""
    inbox_iri: Mapped[str] = mapped_column(Text)
    shared_inbox_iri: Mapped[str | None] = mapped_column(Text)
    outbox_iri: Mapped[str | None] = mapped_column(Text)
    followers_iri: Mapped[str | None] = mapped_column(Text, index=True)
    following_iri: Mapped[str | None] = mapped_column(Text)
    featured_iri: Mapped[str | None] = mapped_column(Text)
    moderators_iri: Mapped[str | None] = mapped_column(Text)
    members_iri: Mapped[str | None] = mapped_column(Text)
    upcoming_events_iri: Mapped[str | None] = mapped_column(Text)

    manually_approves: Mapped[bool] = mapped_column(Boolean, default=False)
    discoverable: Mapped[bool] = mapped_column(Boolean, default=False)
    indexable: Mapped[bool] = mapped_column(Boolean, default=False)
    also_known_as: Mapped[list[str]] = mapped_column(Json, default=list)
    moved_to_iri: Mapped[str | None] = mapped_column(Text)
    implements: Mapped[list[str]] = mapped_column(Json, default=list)
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """A remote actor's document as received, so that no field of theirs is lost."""

    published_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class KeyPair(Base):
    """A local actor's private keys, sealed, and their public halves. Never changed in an actor's life."""

    __tablename__ = "key_pair"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    rsa_private: Mapped[bytes] = mapped_column(LargeBinary)
    rsa_public_pem: Mapped[str] = mapped_column(Text)
    ed25519_private: Mapped[bytes] = mapped_column(LargeBinary)
    ed25519_multikey: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class RemoteKey(Base):
    """A public key that a remote actor lists as its own."""

    __tablename__ = "remote_key"

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    public: Mapped[str] = mapped_column(Text)
    """SPKI PEM, or a Multikey (`z6Mk…`)."""
    fetched_at: Mapped[datetime] = mapped_column(Moment)


class Member(Base):
    """A person who belongs to this instance."""

    __tablename__ = "member"

    id: Mapped[int] = row_id()
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"), unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    language: Mapped[str] = mapped_column(String(16), default="en")
    role: Mapped[str] = mapped_column(String(16), default="member")
    """member, moderator or admin."""
    time_zone: Mapped[str | None] = mapped_column(String(64))
    """An IANA name; None: the instance's."""
    state: Mapped[str] = mapped_column(String(16), default="active")
    """waiting (asked to join, nobody decided yet), active or refused."""
    answers: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """What was asked at registration and answered: `question` as it stood then, `answer`."""
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    password_hash: Mapped[str | None] = mapped_column(Text)
    """Argon2id in its own notation; None: signs in by link only."""
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    """Sessions that were opened in an older epoch are over."""
    about: Mapped[str] = mapped_column(Text, default="")
    """Plain text, as all of the profile (`actors.people.profile`)."""
    seeking: Mapped[str] = mapped_column(Text, default="")
    trades: Mapped[list[str]] = mapped_column(Json, default=list)
    region: Mapped[str | None] = mapped_column(String(64))
    """ISO 3166 code."""
    speaks: Mapped[list[str]] = mapped_column(Json, default=list)
    """Language codes, in the member's order."""
    links: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """`url`, and `confirmed` (a time) once that page was seen to link back."""
    shown: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """field -> all, members, groups or nobody; what is missing has its default."""
    picture_id: Mapped[int | None] = mapped_column(ForeignKey(Picture.id, ondelete="SET NULL"))
    byline: Mapped[bool] = mapped_column(Boolean, default=False)
    """Consents to be named under what a group publishes for the member."""
    discoverable: Mapped[bool] = mapped_column(Boolean, default=False)
    """Consents to be found in the directory, and as a public actor to be recommended."""
    indexable: Mapped[bool] = mapped_column(Boolean, default=False)
    """Consents to search engines (FEP-5feb)."""
    leaving_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When everything about the member is deleted, unless they sign in before."""
    leaving_keeps: Mapped[bool] = mapped_column(Boolean, default=False)
    """What they wrote in groups stays, without their name."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeToken(Base):
    """A token with one purpose, one use and an end; only its hash is kept."""

    __tablename__ = "one_time_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """What it was issued for: where the reader goes on, the new address, …"""
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInSession(Base):
    """A browser that is signed in; the cookie holds a random id, this row its hash.

    It is a member's, or that of somebody who came with an account elsewhere and has none here: one of both ids.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = row_id()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    device: Mapped[str] = mapped_column(Text, default="")
    network: Mapped[str | None] = mapped_column(String(64))
    """Where it came from, cut to the network (/24, /48); forgotten after some days."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Tombstone(Base):
    """An IRI of ours whose thing is gone (answered 410), or a remote one that must not come back."""

    __tablename__ = "tombstone"

    iri: Mapped[str] = mapped_column(Text, primary_key=True)
    former_type: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[int | None] = mapped_column(BigId)
    deleted_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
