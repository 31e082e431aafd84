"""What matching keeps: a card for every open offer and need, its terms as an index, and the pairs that were found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, BigId, Json, Moment, row_id

TERM_CHARS = 200


class MatchCard(Base):
    """What is compared of one open offer or need, worked out once, when it is written."""

    __tablename__ = "match_card"

    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int] = mapped_column(BigId)
    """The group, or the actor elsewhere, that published it."""
    writer: Mapped[str | None] = mapped_column(String(24))
    """Who wrote it here: m7 is a member, a7 an account elsewhere."""
    concepts: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    """IRI -> weight; those that a person confirmed weigh more than those that were read from the words."""
    stems: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str | None] = mapped_column(String(64))
    """The smallest one known, a town's code or ISO 3166."""
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    mode: Mapped[str] = mapped_column(String(8))
    wide: Mapped[bool] = mapped_column(Boolean, default=False)
    """It is offered to the whole country."""
    begins_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    pay: Mapped[str] = mapped_column(String(16))
    languages: Mapped[str] = mapped_column(String(64), default="")


class MatchTerm(Base):
    """One open offer or need has one term: the IRI of a concept, or the stem of a word of its title."""

    __tablename__ = "match_term"
    __table_args__ = (
        Index("ix_match_term_area", "term", "purpose", "area", "offer_id"),
        Index("ix_match_term_offer", "offer_id"),
    )

    term: Mapped[str] = mapped_column(String(TERM_CHARS), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8), primary_key=True)
    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    area: Mapped[str | None] = mapped_column(String(64))
    """The province, the capital or the country that it is in: candidates from nearby are looked for first."""
    weight: Mapped[float] = mapped_column(Float)


class Match(Base):
    """A need and an offer that fit, with the reasons."""

    __tablename__ = "match"
    __table_args__ = (
        Index("uq_match_pair", "need_id", "offer_id", unique=True),
        Index("ix_match_offer", "offer_id"),
        Index(
            "ix_match_untold",
            "id",
            sqlite_where=text("untold"),
            postgresql_where=text("untold"),
        ),
    )

    id: Mapped[int] = row_id()
    need_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    score: Mapped[float] = mapped_column(Float)
    """0 to 1."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """`actors.matches.reasons`, most telling first."""
    found_at: Mapped[datetime] = mapped_column(Moment)
    untold: Mapped[bool] = mapped_column(Boolean, default=False)
    """Good enough to be told, and at least one side has still to be told."""
    need_told_at: Mapped[datetime | None] = mapped_column(Moment)
    offer_told_at: Mapped[datetime | None] = mapped_column(Moment)


class MatchUnfit(Base):
    """One person said that a match is not relevant: it leaves that person's list, and teaches it."""

    __tablename__ = "match_unfit"
    __table_args__ = (UniqueConstraint("match_id", "member_id"), UniqueConstraint("match_id", "actor_id"))

    id: Mapped[int] = row_id()
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), index=True)
    """Who has an account elsewhere and is no member."""
    concept: Mapped[str | None] = mapped_column(String(TERM_CHARS))
    """What the other side was about: that person sees less of it."""
    at: Mapped[datetime] = mapped_column(Moment)


class MatchPlea(Base):
    """An item whose author wants it offered further when nobody answers; what was done, and when more is due."""

    __tablename__ = "match_plea"
    __table_args__ = (Index("ix_match_plea_due", "due_at"),)

    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(Integer, default=0)
    """0: nothing yet; 1: the wider region; 2: all sectors; 3: partners."""
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    """None: there is nothing further."""
