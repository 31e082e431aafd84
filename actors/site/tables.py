"""The rows of the instance's choices: one of the choices themselves, one of where mail is handed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Integer, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now

OPEN, INVITATION, REQUEST = "open", "invitation", "request"


class SiteRow(Base):
    """The choices; one row."""

    __tablename__ = "site"

    id: Mapped[int] = row_id()
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    """Empty: all that the settings allow."""
    region: Mapped[str | None] = mapped_column(String(16))
    colour: Mapped[str] = mapped_column(String(7), default="")
    """`#rrggbb`; empty: the house's own."""
    registration: Mapped[str] = mapped_column(String(16), default=INVITATION)
    questions: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Each question by language."""
    terms: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """The rules that whoever joins agrees to, by language; plain text."""
    terms_version: Mapped[int] = mapped_column(Integer, default=0)
    """Goes up whenever the terms change; what a member agreed to names it."""
    founding_projects: Mapped[str] = mapped_column(String(16), default="members")
    federation_mode: Mapped[str] = mapped_column(String(16), default="open")
    wizard_step: Mapped[str] = mapped_column(String(16), default="")
    """Where the first choices were left."""
    wizard_done: Mapped[bool] = mapped_column(Boolean, default=False)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class MailRow(Base):
    """The mail server that an admin chose; one row, or none."""

    __tablename__ = "mail_server"

    id: Mapped[int] = row_id()
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(Integer)
    security: Mapped[str] = mapped_column(String(8))
    """starttls, tls or none."""
    user: Mapped[str] = mapped_column(String(254), default="")
    password: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with the vault; None: no password."""
    sender: Mapped[str] = mapped_column(String(254), default="")
    """The address that mail comes from; empty: `noreply@` and our host."""
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


def find_row(session: Session, *, lock: bool = False) -> SiteRow | None:
    """The choices, if anybody has made some."""
    query = select(SiteRow).order_by(SiteRow.id).limit(1)
    return session.scalar(query.with_for_update() if lock else query)
