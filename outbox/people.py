"""What actors tell about themselves.

Source: ActivityPub §7.3; interop.md §5 (an actor's Update carries the whole actor).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors.people import Actor, mark_deleted
from actors.wire import people as wire
from outbox.addressing import about, everybody
from outbox.log import OutgoingActivity, Said, append


def changed(session: Session, actor: Actor, *, now: datetime) -> Said:
    """Tell the followers of `actor`, one of ours, that its profile changed."""
    document = wire.to_wire(session, actor)
    row = append(
        session,
        actor,
        about("Update", document, everybody(actor)),
        audience="followers",
        object_iri=actor.iri,
        now=now,
    )
    return Said(actor.iri, row.iri)


def leave(session: Session, actor: Actor, *, now: datetime) -> Said:
    """End an actor of ours: everybody who ever heard it is told, and nothing that it said stays in the log."""
    recipients = everybody(actor)
    session.execute(
        update(OutgoingActivity).where(OutgoingActivity.actor_id == actor.id).values(body=b""),
        execution_options={"synchronize_session": "fetch"},
    )
    row = append(session, actor, about("Delete", actor.iri, recipients), audience="ever", object_iri=actor.iri, now=now)
    mark_deleted(session, actor, now=now)
    return Said(actor.iri, row.iri)
