"""What only we know of our groups: the tables."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base


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
    founded_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)


class PartOf(Base):
    """A project's sector groups, by IRI since they may live on other instances."""

    __tablename__ = "part_of"

    project_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True)
    group_iri: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
