"""By what an activity is recognised, and what it is about."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.hosts import Iri
from fediverse.vocabulary import id_of

Document: TypeAlias = dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Said:
    """An activity and who stands behind it."""

    activity: wire.Activity
    document: Document
    iri: str
    actor: Iri


def digest(actor_iri: str, activity_iri: str, brought_by: str = "") -> bytes:
    """What an activity is recognised by for ever.

    Args:
        actor_iri: whose.
        activity_iri: which.
        brought_by: of an activity that its actor did not prove, who brought it: a forgery must not make us
            take the genuine one for a repeat (O14).
    """
    return hashlib.sha256(f"{actor_iri}\n{activity_iri}\n{brought_by}".encode()).digest()


def touched(activity: wire.Activity) -> str | None:
    """The id of what the activity is about: of an Undo, Accept or Announce of an activity, that one's object."""
    if not activity.objects:
        return None
    thing = activity.objects[0]
    while isinstance(thing, wire.Activity) and thing.objects:
        thing = thing.objects[0]
    return id_of(thing)


def deletes_itself(activity: wire.Activity) -> bool:
    """Whether its actor says that it is gone itself."""
    return activity.type == "Delete" and len(activity.objects) == 1 and id_of(activity.objects[0]) == activity.actor
