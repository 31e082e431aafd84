"""What kind of thing an activity is about: the second half of a key of `HANDLERS`.

An embedded object says it itself; of an id we know it only if the thing is here already.

=============  ===================================================================
Actor          a person, group or machine
Proposal       an offer or a need (FEP-0837), whether it calls itself Note or Proposal
Event          an event
Follow, …      an activity; Attendance and Membership are Joins of an event or a group, Offer is that of an agreement
*              anything else: its type as sent, or "*" when it is only an id
=============  ===================================================================
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import answering, events, groups, items
from actors.events import Attendance
from actors.groups import Membership
from actors.people import find_actor
from actors.threads import Reaction, Share
from actors.wire.offers import is_offer
from fediverse import types as wire
from fediverse.vocabulary import id_of

ANSWERS = frozenset({"Accept", "Reject", "TentativeAccept", "TentativeReject", "Undo"})
ATTENDING = frozenset({"Join", "Leave"})


def kind_of(session: Session, activity: wire.Activity) -> str:
    """The kind of the thing that `activity` is about."""
    if not activity.objects:
        return "*"
    thing = activity.objects[0]
    iri = id_of(thing)
    if isinstance(thing, wire.Object):
        kind = kind_of_object(thing)
        if kind == "Join" and activity.type in ANSWERS:
            return _kind_of_join(session, iri, thing)
        if kind not in ("Tombstone", "", "Object"):
            return kind
    if iri is None:
        return "*"
    if activity.type in ANSWERS:
        return _kind_of_activity(session, iri)
    if iri == activity.actor:
        return "Actor"
    return _kind_of_thing(session, iri)


def kind_of_object(thing: wire.Object) -> str:
    """The kind of an object that is here in full."""
    if isinstance(thing, wire.Actor):
        return "Actor"
    return "Proposal" if is_offer(thing) else thing.type


def _kind_of_thing(session: Session, iri: str) -> str:
    item = items.find_object(session, iri)
    if item is None:
        return "*" if find_actor(session, iri) is None else "Actor"
    return {"offer": "Proposal", "event": "Event"}.get(item.__tablename__, "Note")


def _kind_of_activity(session: Session, iri: str) -> str:
    if groups.follow_by_iri(session, iri) is not None:
        return "Follow"
    if session.scalar(select(Share.id).where(Share.iri == iri)) is not None:
        return "Announce"
    if session.scalar(select(Reaction.id).where(Reaction.iri == iri)) is not None:
        return "Like"
    if answering.offered_as(session, iri) is not None:
        return "Offer"
    return _kind_of_join(session, iri, None)


def _kind_of_join(session: Session, iri: str | None, join: wire.Object | None) -> str:
    if iri is not None:
        if session.scalar(select(Attendance.id).where(Attendance.join_iri == iri)) is not None:
            return "Attendance"
        if session.scalar(select(Membership.id).where(Membership.join_iri == iri)) is not None:
            return "Membership"
    if isinstance(join, wire.Activity) and join.objects:
        target = id_of(join.objects[0])
        if target is not None and events.find(session, target) is not None:
            return "Attendance"
        return "Membership"
    return "*"
