"""Who may say what about what: the origin of an id decides, and nothing else.

An activity is its sender's word. About an object it counts only if the object lies on the sender's origin and
names the sender as its author; a copy that somebody else shows us is only its id, to be fetched from where it
belongs.

Source: rules 3 and 4 and rows O1–O9 of the security contract (CVE-2024-23832, CVE-2024-52591).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors import moderation
from actors.people import Actor, find_actor
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import Gone, Malformed
from fediverse.hosts import origin_of
from fediverse.vocabulary import id_of
from inbox.heard import Heard, Later, Wanted

_SHORTEST_ORIGIN = len("http://")


@dataclass(frozen=True, slots=True)
class Told:
    """An object that may be believed, and the actor that is its author."""

    object: wire.Object
    iri: str
    author: Actor
    document: Mapping[str, JSON] | None = None
    """Its JSON as it came, to be kept."""


def object_iri(heard: Heard) -> str:
    """The id of the one object that the activity is about.

    Raises:
        Refused: "no-object", "several-objects", "no-id".
    """
    if not heard.activity.objects:
        raise Refused("no-object")
    if len(heard.activity.objects) > 1:
        raise Refused("several-objects")
    iri = id_of(heard.activity.objects[0])
    if not iri:
        raise Refused("no-id")
    return iri


def author_iri(thing: wire.Object) -> str | None:
    """Whose it says it is: the first of `attributedTo`."""
    return id_of(thing.attributed_to[0]) if thing.attributed_to else None


def own_object_iri(heard: Heard) -> str:
    """The id of the object, which lies where the sender lives, and not with us.

    Raises:
        Refused: "ours" (O6), "foreign-object" (O4, O8), and as `object_iri`.
    """
    iri = object_iri(heard)
    if heard.is_ours(iri):
        raise Refused("ours", iri=iri)
    if not same_origin(iri, heard.sender.iri):
        raise Refused("foreign-object", iri=iri)
    return iri


def needs_own_object(session: Session, heard: Heard) -> Iterable[Wanted]:
    """The `needs` of a Create or an Update: the object, unless its sender stands behind the copy that came along."""
    iri = own_object_iri(heard)
    thing = _thing(heard, iri)
    if thing is None:
        return [Wanted(iri)]
    author = author_iri(thing)
    if author is not None and author != heard.sender.iri and _speaks_for(heard, thing, author):
        return [] if find_actor(session, author) else [Wanted(author, "actor", 2)]
    return []


def told(session: Session, heard: Heard) -> Told:
    """The object of a Create or an Update, if the sender may say it.

    Raises:
        Refused: "not-the-author" (O7), "gone", as `own_object_iri`, and as `admit`.
        Later: it cannot be fetched now.
    """
    iri = own_object_iri(heard)
    thing = _thing(heard, iri)
    if thing is None:
        raise missing(heard, iri)
    if isinstance(thing, wire.Tombstone):
        raise Refused("gone", iri=iri)
    author = author_iri(thing)
    if author == heard.sender.iri:
        return Told(thing, iri, heard.sender, document_of(heard, iri))
    if author is None or not _speaks_for(heard, thing, author):
        raise Refused("not-the-author", iri=iri, author=author)
    return Told(thing, iri, admit(session, heard, author), document_of(heard, iri))


def document_of(heard: Heard, iri: str) -> Mapping[str, JSON] | None:
    """The JSON of the object `iri` as it was fetched, or as it came along."""
    fetched = heard.found.documents.get(iri)
    if fetched is not None:
        return fetched
    embedded = heard.document.get("object")
    if isinstance(embedded, list) and len(embedded) == 1:
        embedded = embedded[0]
    return embedded if isinstance(embedded, dict) and embedded.get("id") == iri else None


def admit(session: Session, heard: Heard, iri: str) -> Actor:
    """The actor `iri`, known (or fetched just now), and neither suspended, deleted nor of a blocked host (O13).

    Raises:
        Refused: "unknown-actor", "actor-gone", "suspended", "blocked".
        Later: it cannot be fetched now.
    """
    actor = find_actor(session, iri)
    if actor is None:
        raise missing(heard, iri, "unknown-actor")
    if actor.deleted_at is not None:
        raise Refused("actor-gone", iri=iri)
    if actor.suspended_at is not None:
        raise Refused("suspended", iri=iri)
    if not actor.local and moderation.is_blocked(session, actor.host):
        raise Refused("blocked", host=actor.host)
    return actor


def missing(heard: Heard, iri: str, code: str = "not-found") -> Exception:
    """Why `iri`, which was needed, is not there: to be raised."""
    failure = heard.found.failed.get(iri)
    if failure is None:
        return Refused(code, iri=iri)
    if failure.waiting_helps:
        return Later(failure.code)
    return Refused(failure.code, iri=iri)


def is_gone(heard: Heard, iri: str) -> bool:
    """Whether the origin of `iri` has just said that it was there and is no more: 410, or a Tombstone.

    404 is no such word: many servers say it of what they would show to others.
    """
    thing, failure = heard.found.objects.get(iri), heard.found.failed.get(iri)
    return isinstance(thing, wire.Tombstone) or isinstance(failure, Gone)


def needs_proof_of_absence(_session: Session, heard: Heard) -> Iterable[Wanted]:
    """The `needs` of a Delete: that somebody else brought it must be confirmed by its origin."""
    return [Wanted(own_object_iri(heard))] if heard.trust == "origin" else []


def check_retraction(heard: Heard) -> str:
    """The id of what may be taken away now.

    Raises:
        Refused: "still-there" (O5), and as `own_object_iri`.
        Later: its origin cannot be asked now.
    """
    iri = own_object_iri(heard)
    if heard.trust == "origin" and not is_gone(heard, iri):
        raise not_gone(heard, iri)
    return iri


def not_gone(heard: Heard, iri: str) -> Exception:
    """Why a retraction that needed its origin's word is not believed: to be raised."""
    failure = heard.found.failed.get(iri)
    if failure is not None and failure.waiting_helps:
        return Later(failure.code)
    return Refused("still-there", iri=iri)


def _thing(heard: Heard, iri: str) -> wire.Object | None:
    fetched = heard.found.objects.get(iri)
    if fetched is not None:
        return fetched
    embedded = heard.activity.objects[0]
    if heard.trust != "origin" and isinstance(embedded, wire.Object) and embedded.id == iri:
        # An object with nothing but an id and a type is a reference, whatever it looks like.
        return embedded if embedded.attributed_to or isinstance(embedded, wire.Tombstone) else None
    return None


def _speaks_for(heard: Heard, thing: wire.Object, author: str) -> bool:
    """Whether the sender may speak for another author: Mobilizon's person who acts for a group of the same server."""
    return (
        isinstance(thing, wire.Event)
        and thing.actor in (None, heard.sender.iri)
        and not heard.is_ours(author)
        and same_origin(author, heard.sender.iri)
    )


def same_origin(a: str, b: str) -> bool:
    """Whether whoever answers for `a` may speak for `b`; what is no IRI has no origin."""
    # Word for word the same up to the path, they need not be read: nearly always, and this is asked often.
    start = a[: a.find("/", 8) + 1]
    if len(start) > _SHORTEST_ORIGIN and start.startswith("http") and b.startswith(start):
        return True
    try:
        return origin_of(a) == origin_of(b)
    except Malformed:
        return False
