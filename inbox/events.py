"""Events of others, and who comes to ours.

Source: FEP-8a8e; Mobilizon's Join and Leave (interop.md §1.5, §7.9).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from actors import events
from actors.events import Attendance, Event
from actors.people import Actor
from actors.refusals import Refused
from actors.wire import events as wire_events
from fediverse import types as wire
from inbox import relation
from inbox.authority import Told, check_retraction, needs_own_object, needs_proof_of_absence, object_iri, told
from inbox.heard import Heard, Wanted
from outbox.events import answer_join

_NO_SEAT = frozenset({"event-full", "event-over", "event-cancelled", "not-invited"})


def needs(session: Session, heard: Heard) -> Iterable[Wanted]:
    """The event itself, and its group where a person acts for one."""
    return needs_own_object(session, heard)


def create(session: Session, heard: Heard) -> str | None:
    """Somebody else's event: shown when its author is welcome, kept for a moderator when it names a group of ours."""
    return _take_in(session, heard, told(session, heard), revised=False)


def update(session: Session, heard: Heard) -> str | None:
    """It changed, or we never heard of it before."""
    return _take_in(session, heard, told(session, heard), revised=True)


def delete(session: Session, heard: Heard) -> str | None:
    """Its author takes it away."""
    event = events.find(session, check_retraction(heard))
    if event is None or event.deleted_at is not None:
        return "not-known"
    events.delete_remote(session, event, _who_may(session, heard, event), now=heard.now)
    return None


def needs_absence(session: Session, heard: Heard) -> Iterable[Wanted]:
    """What `delete` needs."""
    return needs_proof_of_absence(session, heard)


def announced(session: Session, heard: Heard, thing: Told) -> str | None:
    """An actor that ours follow passes on somebody's event."""
    shown = relation.is_vouched_for(session, heard.sender, thing.author)
    draft = wire_events.from_wire(_event(thing), heard.limits, thing.document)
    events.record_remote(session, thing.author, draft, shown=shown, now=heard.now)
    return None


def join(session: Session, heard: Heard) -> str | None:
    """Somebody wants to come. Answered at once, unless an organiser has to decide."""
    event = _ours(session, heard)
    join_iri, message = heard.activity.id or "", heard.activity.participation_message or ""
    try:
        attendance = events.request_attendance(session, event, heard.sender, join_iri, message, now=heard.now)
    except Refused as refusal:
        if refusal.code == "joins-not-handled":
            answer_join(session, event, heard.sender, join_iri, "Ignore", now=heard.now)
        elif refusal.code in _NO_SEAT:
            answer_join(session, event, heard.sender, join_iri, "Reject", now=heard.now)
        else:
            raise
        return None
    if attendance.state == "accepted":
        answer_join(session, event, heard.sender, join_iri, "Accept", now=heard.now)
    elif attendance.state == "rejected":
        answer_join(session, event, heard.sender, join_iri, "Reject", now=heard.now)
    return None


def leave(session: Session, heard: Heard) -> str | None:
    """Somebody does not come after all."""
    gone = events.withdraw_attendance(session, _ours(session, heard), heard.sender, now=heard.now)
    return None if gone is not None else "not-known"


def undo_join(session: Session, heard: Heard) -> str | None:
    """The same, said in another way."""
    attendance = events.find_attendance(session, object_iri(heard))
    if attendance is None or attendance.actor_id != heard.sender.id:
        return "not-known"
    event = session.get_one(Event, attendance.event_id)
    events.withdraw_attendance(session, event, heard.sender, now=heard.now)
    return None


def attendance_accepted(session: Session, heard: Heard) -> str | None:
    """The organiser of an event elsewhere expects one of ours."""
    return _answered(session, heard, accepted=True)


def attendance_rejected(session: Session, heard: Heard) -> str | None:
    """The organiser of an event elsewhere has no place for one of ours."""
    return _answered(session, heard, accepted=False)


def _take_in(session: Session, heard: Heard, thing: Told, *, revised: bool) -> str | None:
    draft = wire_events.from_wire(_event(thing), heard.limits, thing.document)
    shown = relation.is_welcome(session, thing.author)
    if not shown and events.find(session, thing.iri) is None and not _concerns_us(session, heard, thing):
        return "not-related"
    events.record_remote(session, thing.author, draft, shown=shown, now=heard.now, revised=revised)
    return None


def _event(thing: Told) -> wire.Event:
    if not isinstance(thing.object, wire.Event):
        raise Refused("kind-changed", iri=thing.iri)  # its origin says now that it is something else
    return thing.object


def _concerns_us(session: Session, heard: Heard, thing: Told) -> bool:
    return relation.concerns_us(session, thing.author) or any(
        relation.is_group(session, each) for each in relation.named_ours(session, heard, thing.object)
    )


def _ours(session: Session, heard: Heard) -> Event:
    iri = object_iri(heard)
    event = events.find(session, iri) if heard.is_ours(iri) else None
    if event is None or not event.local or event.deleted_at is not None:
        raise Refused("unknown-object", iri=iri)
    return event


def _answered(session: Session, heard: Heard, *, accepted: bool) -> str | None:
    attendance: Attendance | None = events.find_attendance(session, object_iri(heard))
    if attendance is None:
        raise Refused("no-such-join", iri=object_iri(heard))
    event = session.get_one(Event, attendance.event_id)
    if event.local or (heard.sender.id != event.group_id and heard.sender.iri != event.organiser_iri):
        raise Refused("not-theirs", iri=event.iri)
    events.decide_attendance(session, attendance, accepted=accepted, now=heard.now)
    return None


def _who_may(session: Session, heard: Heard, event: Event) -> Actor:
    """Whom the rule is to judge: the author, if its organising person speaks for it; else the sender itself."""
    if event.organiser_iri == heard.sender.iri:
        return session.get_one(Actor, event.group_id)
    return heard.sender
