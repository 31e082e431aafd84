"""Publish, change, cancel and delete an event; answer those who want to come.

The group is the author. Besides, the instance actor announces each event once, by its id: Mobilizon
lists a foreign event publicly only when an actor that it follows has announced it.

Source: interop.md §1.5, §3.3, §7.6, §7.9.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from actors import events, threads
from actors.events import Attendance, Event, EventDraft
from actors.people import Actor, instance_actor
from actors.wire import events as wire
from fediverse.types import Activity
from outbox.addressing import about, everybody, is_told, only, own_inbox, retract, tell
from outbox.log import Said, append, told
from outbox.sharing import unshare

_TYPE = "Event"


def publish(session: Session, group: Actor, draft: EventDraft, *, member_id: int | None = None, now: datetime) -> Said:
    """Post the event in `draft`, tell it to the group's followers, and announce it as the instance.

    Raises:
        Refused: as `actors.events.post`.
    """
    event = events.post(session, group, draft, member_id=member_id, now=now)
    session.flush()
    return announce(session, event, now=now)


def announce(session: Session, event: Event, *, now: datetime) -> Said:
    """Tell the group's followers of an event that is saved: for the first time, or as it is now."""
    group = session.get_one(Actor, event.group_id)
    known = told(session, group.id, event.iri)
    if not is_told(session, event):
        return Said(event.iri, _take_back(session, group, event.iri, now=now) if known else None)
    row = tell(session, group, "Update" if known else "Create", wire.to_wire(session, event), now=now)
    if not known:
        _share_as_instance(session, group, event.iri, now=now)
    return Said(event.iri, row.iri)


def change(session: Session, event: Event, draft: EventDraft, *, now: datetime) -> Said:
    """Change the event to what `draft` says and tell it.

    Raises:
        Refused: as `actors.events.change`.
    """
    events.change(session, event, draft, now=now)
    session.flush()
    return announce(session, event, now=now)


def cancel(session: Session, event: Event, *, now: datetime) -> Said:
    """Call the event off, and tell it as an Update with the status CANCELLED."""
    events.cancel(session, event, now=now)
    session.flush()
    return announce(session, event, now=now)


def delete(session: Session, event: Event, *, now: datetime) -> Said:
    """Delete the event here, and tell everybody who ever heard the group."""
    group = session.get_one(Actor, event.group_id)
    known = told(session, group.id, event.iri)
    events.delete(session, event, now=now)
    return Said(event.iri, _take_back(session, group, event.iri, now=now) if known else None)


def answer_join(
    session: Session,
    event: Event,
    actor: Actor,
    join_iri: str,
    answer: Literal["Accept", "Reject", "Ignore"],
    *,
    now: datetime,
) -> Said:
    """Tell `actor`, who asked to come with the Join `join_iri`, what became of it; nobody else hears it."""
    group = session.get_one(Actor, event.group_id)
    join = Activity(id=join_iri, type="Join", actor=actor.iri, object=event.iri)
    row = append(
        session,
        group,
        about(answer, join, only(actor.iri)),
        audience="none",
        to=own_inbox(session, actor),
        object_iri=join_iri,
        now=now,
    )
    return Said(event.iri, row.iri)


def decide_attendance(session: Session, attendance: Attendance, *, accepted: bool, now: datetime) -> Said:
    """Let somebody who asked come to the event, or not, and tell them.

    Raises:
        Refused: as `actors.events.decide_attendance`.
    """
    events.decide_attendance(session, attendance, accepted=accepted, now=now)
    event = session.get_one(Event, attendance.event_id)
    actor = session.get_one(Actor, attendance.actor_id)
    if attendance.join_iri is None:
        return Said(event.iri, None)
    return answer_join(session, event, actor, attendance.join_iri, "Accept" if accepted else "Reject", now=now)


def _share_as_instance(session: Session, group: Actor, iri: str, *, now: datetime) -> None:
    instance = instance_actor(session)
    if threads.share_of(session, instance.id, iri) is not None:
        return
    row = append(
        session,
        instance,
        about("Announce", iri, everybody(instance, also=(group.iri,))),
        audience="followers",
        object_iri=iri,
        now=now,
    )
    threads.add_share(session, instance, iri, row.iri, now=now)


def _take_back(session: Session, group: Actor, iri: str, *, now: datetime) -> str:
    unshare(session, instance_actor(session), iri, now=now)
    return retract(session, group, iri, _TYPE, now=now).iri
