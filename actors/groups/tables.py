"""What only we know of our groups: the tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, BigId, Json, Moment, row_id, utc_now


class Group(Base):
    """What only we know of a group of ours: its rules and its place in the cooperative."""

    __tablename__ = "group_rules"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    theme: Mapped[str | None] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(64))
    """An ISO 3166 code such as BE-BRU, BE, or EU; None where it is not bound to a place."""
    level: Mapped[str] = mapped_column(String(16), default="local")
    """local, regional, federal or european."""
    posting: Mapped[str] = mapped_column(String(16), default="members")
    """Whose mention is announced: members, anyone, or approval (all wait for a moderator)."""
    joining: Mapped[str] = mapped_column(String(16), default="approval")
    """open, approval, invitation or closed."""
    followers_shown: Mapped[bool] = mapped_column(Boolean, default=False)
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    """What is published in it is for its members alone, here and elsewhere."""
    members_shown: Mapped[str] = mapped_column(String(16), default="members")
    """Who sees who takes part: all, members or organisers."""
    colour: Mapped[str | None] = mapped_column(String(7))
    """Such as #2b6a4d; dark enough to be read on paper."""
    picture_id: Mapped[int | None] = mapped_column(BigId)
    closing_at: Mapped[datetime | None] = mapped_column(Moment)
    """An organiser closed it: it ends at this time unless somebody takes that back."""
    founded_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)


class PartOf(Base):
    """A project's sector groups, or a group's parent group, by IRI since they may live on other instances."""

    __tablename__ = "part_of"

    project_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True)
    group_iri: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class JoinQuestion(Base):
    """What a group asks whoever wants to take part."""

    __tablename__ = "join_question"

    id: Mapped[int] = row_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    text_map: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Language -> the question."""
    required: Mapped[bool] = mapped_column(Boolean, default=True)


class GroupInvitation(Base):
    """A link that lets people into a group; only the hash of its token is kept."""

    __tablename__ = "group_invitation"

    id: Mapped[int] = row_id()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    """For the organisers, such as «the fair of March»."""
    uses: Mapped[int] = mapped_column(Integer, default=0)
    most_uses: Mapped[int | None] = mapped_column(Integer)
    """None: as many as come before it ends."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class PersonalInvitation(Base):
    """A member of ours is invited into a group by name; asked once, however often they are invited."""

    __tablename__ = "personal_invitation"
    __table_args__ = (UniqueConstraint("group_id", "member_id"),)

    id: Mapped[int] = row_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the member said yes or no, or it was taken back."""


class LanguageAccount(Base):
    """An actor that says what a group says with one language first (`interior.fr` of `interior`)."""

    __tablename__ = "language_account"
    __table_args__ = (UniqueConstraint("group_id", "language"),)

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


def is_private(session: Session, group_id: int) -> bool:
    """Whether what the group publishes is for its members alone."""
    return bool(session.scalar(select(Group.private).where(Group.actor_id == group_id)))
