"""What actors tell about themselves.

Source: ActivityPub §7.3; interop.md §5 (an actor's Update carries the whole actor).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.people import Actor
from actors.wire import people as wire
from outbox.addressing import about, everybody
from outbox.log import Said, append


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
