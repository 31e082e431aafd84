"""Searches that somebody saved, to be told of what is new in them: by members, and by people with an account elsewhere.

An alert keeps what is asked, and the words of its address so that its page can be opened again. What it was told last
is a moment; a few minutes before it are looked at again, since a transaction is seen only when it ends, and what was
seen then is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, Json, Moment, row_id
from actors.groups import person_of
from actors.people import Actor, Member
from actors.refusals import Refused
from actors.search import Asked
from actors.views import Viewer

AT_ONCE, WEEKLY = RHYTHMS = ("at-once", "weekly")
MOST = 20
"""Alerts of one person."""
WEEK = timedelta(days=7)
TOGETHER = 100


class Alert(Base):
    """A saved search of a member, or of an actor elsewhere."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_member_id_query", "member_id", "query", unique=True),
        Index("uq_alert_actor_id_query", "actor_id", "query", unique=True),
    )

    id: Mapped[int] = row_id()
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    query: Mapped[str] = mapped_column(String(2_000))
    """What stands behind the «?» in the address of the search."""
    title: Mapped[str] = mapped_column(Text)
    """The search in a few words."""
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    language: Mapped[str] = mapped_column(String(16))
    """In which somebody without a profile is written to."""
    rhythm: Mapped[str] = mapped_column(String(16))
    """at-once or weekly."""
    told_until: Mapped[datetime] = mapped_column(Moment)
    told: Mapped[list[int]] = mapped_column(Json, default=list)
    """Entries of the index that were told, or left out, when it was last looked at."""
    created_at: Mapped[datetime] = mapped_column(Moment)


def save(
    session: Session, viewer: Viewer, asked: Asked, *, query: str, title: str, language: str, rhythm: str, now: datetime
) -> Alert:
    """Tell whoever looks, from now on, of what is new in a search; the same search again only changes the rhythm.

    Raises:
        Refused: "unknown-choice", "asks-nothing" (a search for everything), "too-many-alerts" (`limit`).
    """
    if rhythm not in RHYTHMS:
        raise Refused("unknown-choice", field="rhythm", value=rhythm[:20])
    if not query:
        raise Refused("asks-nothing")
    by = person_of(session, viewer.member_id, viewer.actor_iri)
    mine = alerts_of(session, viewer)
    for alert in mine:
        if alert.query == query:
            alert.rhythm = rhythm
            session.flush()
            return alert
    if len(mine) >= MOST:
        raise Refused("too-many-alerts", limit=MOST)
    alert = Alert(
        member_id=by.member_id,
        actor_id=None if by.member_id else by.actor_id,
        query=query,
        title=title,
        asked=as_json(asked),
        language=language,
        rhythm=rhythm,
        told_until=now,
        told=[],
        created_at=now,
    )
    session.add(alert)
    session.flush()
    return alert


def alerts_of(session: Session, viewer: Viewer) -> list[Alert]:
    """Those of whoever looks, oldest first."""
    by = person_of(session, viewer.member_id, viewer.actor_iri)
    mine = Alert.member_id == by.member_id if by.member_id else Alert.actor_id == by.actor_id
    return list(session.scalars(select(Alert).where(mine).order_by(Alert.id)))


def remove(session: Session, viewer: Viewer, alert_id: int) -> None:
    """Tell whoever looks no more of this one.

    Raises:
        Refused: "not-found" (`what`, `name`): there is none, or it is somebody else's.
    """
    for alert in alerts_of(session, viewer):
        if alert.id == alert_id:
            session.delete(alert)
            session.flush()
            return
    raise Refused("not-found", what="alert", name=str(alert_id))


def due(session: Session, now: datetime, after_id: int) -> list[Alert]:
    """The next alerts above `after_id` that are to be looked at: at once always, weekly ones a week after the last."""
    ripe = or_(Alert.rhythm == AT_ONCE, Alert.told_until <= now - WEEK)
    return list(session.scalars(select(Alert).where(ripe, Alert.id > after_id).order_by(Alert.id).limit(TOGETHER)))


def owner_of(session: Session, alert: Alert) -> Member | Actor | None:
    """Whom it tells; None when they are gone, suspended, or about to leave."""
    owner = _person(session, alert)
    if owner is None or owner.deleted_at is not None or owner.suspended_at is not None:
        return None
    return owner


def _person(session: Session, alert: Alert) -> Member | Actor | None:
    if alert.member_id is not None:
        return session.get(Member, alert.member_id)
    return session.get(Actor, alert.actor_id)


def how_many(session: Session) -> int:
    """How many alerts there are."""
    return session.scalar(select(func.count()).select_from(Alert)) or 0


def as_json(asked: Asked) -> dict[str, Any]:
    """What is asked, as it can be kept."""
    return {name: _plain(value) for name, value in asdict(asked).items() if value}


def from_json(kept: Mapping[str, Any]) -> Asked:
    """What `as_json` kept; parts that a later version does not know are left out."""
    values = {each.name: kept[each.name] for each in fields(Asked) if each.name in kept}
    for name in ("begins", "ends"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    if "near" in values:
        north, east = values["near"]
        values["near"] = (north, east)
    return Asked(**values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value
