"""Who comes to an event of ours. The seats that are taken are counted under the event's row lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors.events.tables import Attendance, Event
from actors.people import Actor
from actors.refusals import Refused

MESSAGE_CHARS = 2_000


def request_attendance(
    session: Session, event: Event, actor: Actor, join_iri: str | None, message: str, *, now: datetime
) -> Attendance:
    """Note that `actor` wants to come. The state that comes back is the answer: accepted, requested or rejected.

    `free` accepts at once, `restricted` waits for an organiser, `invite` rejects whoever is not invited. Asking again
    while the answer stands changes only `join_iri` and the message, so a repeated Join gets the same answer again.

    Raises:
        Refused: "event-full" (capacity), "event-over", "event-cancelled", "joins-not-handled", "gone", "not-ours".
    """
    _must_take_answers(event, now)
    _lock(session, event)
    attendance = attendance_of(session, event.id, actor.id)
    if attendance is None:
        attendance = Attendance(event_id=event.id, actor_id=actor.id, state="left", message="", created_at=now)
        new = True
    else:
        new = False
    if attendance.state == "left":
        state = {"free": "accepted", "restricted": "requested"}.get(event.join_mode, "rejected")
        if state != "rejected":
            _must_have_room(session, event)
        attendance.state = state
        attendance.decided_at = None if state == "requested" else now
    attendance.join_iri = join_iri
    attendance.message = message[:MESSAGE_CHARS]
    if new:
        session.add(attendance)
    session.flush()
    _count(session, event)
    return attendance


def withdraw_attendance(session: Session, event: Event, actor: Actor, *, now: datetime) -> Attendance | None:
    """Note that `actor` does not come (any more); None when there was nothing to withdraw. The seat is free again."""
    _lock(session, event)
    attendance = attendance_of(session, event.id, actor.id)
    if attendance is None or attendance.state in ("left", "rejected"):
        return None
    attendance.state, attendance.decided_at = "left", now
    session.flush()
    _count(session, event)
    return attendance


def decide_attendance(session: Session, attendance: Attendance, *, accepted: bool, now: datetime) -> Attendance:
    """An organiser's answer; may also turn an earlier one round. Raises Refused "event-full", "attendance-left"."""
    if attendance.state == "left":
        raise Refused("attendance-left")
    event = session.get_one(Event, attendance.event_id)
    _lock(session, event)
    state = "accepted" if accepted else "rejected"
    if attendance.state == state:
        return attendance
    if accepted:
        _must_have_room(session, event)
    attendance.state, attendance.decided_at = state, now
    session.flush()
    _count(session, event)
    return attendance


def attendance_of(session: Session, event_id: int, actor_id: int) -> Attendance | None:
    """What `actor` answered to the event, if anything."""
    return session.scalar(select(Attendance).where(Attendance.event_id == event_id, Attendance.actor_id == actor_id))


def find_attendance(session: Session, join_iri: str) -> Attendance | None:
    """The attendance that was asked for with this Join (the latest, should two say the same)."""
    rows = select(Attendance).where(Attendance.join_iri == join_iri).order_by(Attendance.id.desc()).limit(1)
    return session.scalar(rows)


def _must_take_answers(event: Event, now: datetime) -> None:
    if not event.local:
        raise Refused("not-ours", iri=event.iri)
    if event.deleted_at is not None or not event.shown:
        raise Refused("gone", iri=event.iri)
    if event.status == "CANCELLED":
        raise Refused("event-cancelled")
    if event.over_at <= now:
        raise Refused("event-over", over=event.over_at.isoformat())
    if event.join_mode in ("external", "none"):
        raise Refused("joins-not-handled", url=event.external_url)


def _must_have_room(session: Session, event: Event) -> None:
    if event.capacity is not None and _taken(session, event) >= event.capacity:
        raise Refused("event-full", capacity=event.capacity)


def _taken(session: Session, event: Event) -> int:
    rows = select(func.count()).where(Attendance.event_id == event.id, Attendance.state == "accepted")
    return session.scalar(rows) or 0


def _lock(session: Session, event: Event) -> None:
    """Two answers at the same time must not take the last seat twice (SQLite has one writer anyway)."""
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update())


def _count(session: Session, event: Event) -> None:
    event.attending = _taken(session, event)
    session.flush()
