"""Answers to offers and needs: the table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actors.database import Base, Moment, row_id, utc_now

KINDS = ("can", "knows", "question")
"""«I can do this», «I know someone», a question."""
REPLY = "reply"
"""The kind of what came from elsewhere as a reply: who wrote it was not asked what it is."""
OPEN, ACCEPTED, DECLINED, WITHDRAWN = "open", "accepted", "declined", "withdrawn"


class Answer(Base):
    """One answer to one item. Who gave it: a member of ours, an actor (of another server too), or both."""

    __tablename__ = "answer"
    __table_args__ = (
        Index("ix_answer_offer_id", "offer_id", "id"),
        Index("ix_answer_member_id_created_at", "member_id", "created_at"),
        Index("ix_answer_actor_id_created_at", "actor_id", "created_at"),
    )

    id: Mapped[int] = row_id()
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    kind: Mapped[str] = mapped_column(String(8))
    """can, knows, question or reply."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Markdown, as typed; empty when it came as a post, which has its own words."""
    language: Mapped[str | None] = mapped_column(String(16))
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    """Only who published the item, and who answered, read it."""
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    """open, accepted, declined or withdrawn."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), unique=True)
    """The post that it came as."""
    offered_iri: Mapped[str | None] = mapped_column(Text, unique=True)
    """The `Offer` of an agreement that it came with, or went with to a partner."""
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    """The actor of ours that said it to a partner."""
    agreement_iri: Mapped[str | None] = mapped_column(Text)
    """The agreement that was made of it."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What the author wrote back with their yes or no; plain text."""
    filled: Mapped[bool] = mapped_column(Boolean, default=False)
    """The author says that this one did it."""
    author_tells: Mapped[bool] = mapped_column(Boolean, default=False)
    answerer_tells: Mapped[bool | None] = mapped_column(Boolean)
    """Whether each agrees that everybody reads who did it; None: not answered yet."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
