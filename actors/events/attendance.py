"""Who comes to an event of ours, and what we know of the answers that our people got elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.events.tables import Attendance, Event
from actors.people import Actor


def request_attendance(
    session: Session, event: Event, actor: Actor, join_iri: str | None, message: str, *, now: datetime
) -> Attendance:
    """Note that `actor` wants to come. The state that comes back is the answer: accepted, requested or rejected.

    `free` accepts at once, `restricted` waits for an organiser, `invite` rejects whoever is not invited. Asking again
    while the answer stands changes only `join_iri` and the message, so a repeated Join gets the same answer again.

    Raises:
        Refused: "event-full" (capacity), "event-over", "event-cancelled", "joins-not-handled", "gone", "not-ours".
    """
    raise NotImplementedError


def withdraw_attendance(session: Session, event: Event, actor: Actor, *, now: datetime) -> Attendance | None:
    """Note that `actor` does not come (any more); None when there was nothing to withdraw. The seat is free again."""
    raise NotImplementedError


def decide_attendance(session: Session, attendance: Attendance, *, accepted: bool, now: datetime) -> Attendance:
    """An organiser's answer; may also turn an earlier one round. Raises Refused "event-full", "attendance-left"."""
    raise NotImplementedError


def attendance_of(session: Session, event_id: int, actor_id: int) -> Attendance | None:
    """What `actor` answered to the event, if anything."""
    raise NotImplementedError


def find_attendance(session: Session, join_iri: str) -> Attendance | None:
    """The attendance that was asked for with this Join."""
    raise NotImplementedError
