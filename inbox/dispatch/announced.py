"""Announces: of an object's id, and of a whole activity (FEP-1b12).

Whoever announces something says only «look at this», or «this is in my group». What the thing says, and
that its author said it, is confirmed with the author: by a proof of theirs, or by asking its origin. A copy
inside an Announce is believed for no more than its id.

Source: FEP-1b12; interop.md §1.3; rows O5, O8 and O13 of the security contract (a signed Announce has
authorised foreign Deletes in more than one program).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors import items, threads
from actors.people import find_key
from actors.refusals import Refused
from fediverse import types as wire
from fediverse.documents import JSON
from fediverse.errors import FediverseError
from fediverse.proofs import verification_method_of, verify_proof
from fediverse.vocabulary import id_of, is_public
from inbox import relation
from inbox.authority import Told, admit, author_iri, is_gone, missing, not_gone, object_iri, same_origin
from inbox.dispatch.kinds import kind_of_object
from inbox.heard import Handler, Heard, Wanted

Taker = Callable[[Session, Heard, Told], str | None]
Remover = Callable[[Session, Heard], str | None]

SHOWING = frozenset({"Create", "Update"})


@dataclass(frozen=True, slots=True)
class Doors:
    """Who takes in what is announced, by the kind of the thing; "*" for all others."""

    takers: Mapping[str, Taker]
    removers: Mapping[str, Remover]


def announce(doors: Doors) -> Handler:
    """The handler of every Announce."""

    def apply(session: Session, heard: Heard) -> str | None:
        return _apply(session, heard, doors)

    return Handler(apply, _needs)


def _needs(session: Session, heard: Heard) -> Iterable[Wanted]:
    inner, iri = _inner(heard)
    if iri is None or heard.is_ours(iri) or not relation.is_followed(session, heard.sender):
        return []
    if inner is not None and inner.type not in (*SHOWING, "Delete"):
        return []
    if inner is not None and inner.type == "Delete":
        return [] if items.find_object(session, iri) is None or heard.found.tried(iri) else [Wanted(iri)]
    thing = heard.found.objects.get(iri)
    if thing is None:
        known = items.find_object(session, iri)
        if known is not None and inner is None:
            return []
        return [] if heard.found.tried(iri) else [Wanted(iri)]
    author = author_iri(thing)
    if author is None or not relation.is_unknown(session, author) or heard.found.tried(author):
        return []
    return [Wanted(author, "actor", 2)]


def _apply(session: Session, heard: Heard, doors: Doors) -> str | None:
    inner, iri = _inner(heard)
    if iri is None:
        raise Refused("no-id")
    if inner is None:
        return _share(session, heard, iri, doors)
    if heard.is_ours(iri):
        return "ours-in-their-group"  # What people say about our things they tell us themselves.
    if not relation.is_followed(session, heard.sender):
        return "not-related"
    if inner.type in SHOWING:
        return _take_in(session, heard, iri, doors)
    if inner.type == "Delete":
        return _remove(session, heard, iri, inner, doors)
    return "not-kept-from-groups"


def _share(session: Session, heard: Heard, iri: str, doors: Doors) -> str | None:
    """An Announce of an id: a boost."""
    known = items.find_object(session, iri)
    if heard.is_ours(iri):
        if known is None or known.deleted_at is not None:
            raise Refused("unknown-object", iri=iri)
    elif not relation.is_followed(session, heard.sender):
        return "not-related"
    elif known is None:
        code = _take_in(session, heard, iri, doors)
        if code is not None:
            return code
    elif known.deleted_at is not None:
        raise Refused("gone", iri=iri)
    threads.add_share(session, heard.sender, iri, heard.activity.id or "", now=heard.now)
    return None


def _take_in(session: Session, heard: Heard, iri: str, doors: Doors) -> str | None:
    """Keep what was fetched from its origin; nothing that came inside the Announce is used."""
    thing = heard.found.objects.get(iri)
    if thing is None:
        raise missing(heard, iri)
    if isinstance(thing, wire.Tombstone):
        raise Refused("gone", iri=iri)
    if isinstance(thing, wire.Actor | wire.Activity | wire.Collection):
        return "not-an-object"
    author = author_iri(thing)
    if author is None or not same_origin(author, iri):
        raise Refused("not-the-author", iri=iri, author=author)
    if not is_public(thing):
        return "not-public"
    told = Told(thing, iri, admit(session, heard, author), heard.found.documents.get(iri))
    taker = doors.takers.get(kind_of_object(thing), doors.takers["*"])
    return taker(session, heard, told)


def _remove(session: Session, heard: Heard, iri: str, inner: wire.Activity, doors: Doors) -> str | None:
    """Somebody's Delete, brought by a group: believed if it is proven, or if the thing is really gone (O5)."""
    known = items.find_object(session, iri)
    if known is None or known.deleted_at is not None:
        return "not-known"
    if inner.actor is None or not same_origin(inner.actor, iri):
        raise Refused("not-the-author", iri=iri)
    if not is_gone(heard, iri) and not _is_proven(session, heard, inner):
        raise not_gone(heard, iri)
    kind = {"offer": "Proposal", "event": "Event"}.get(known.__tablename__, "*")
    author = admit(session, heard, inner.actor)
    told = Heard(
        activity=inner,
        document=_inner_document(heard),
        sender=author,
        trust="proof",
        origin=heard.origin,
        limits=heard.limits,
        now=heard.now,
        found=heard.found,
    )
    return doors.removers.get(kind, doors.removers["*"])(session, told)


def _is_proven(session: Session, heard: Heard, inner: wire.Activity) -> bool:
    """Whether the activity inside carries a proof by its own actor, with a key that we know."""
    document = _inner_document(heard)
    try:
        method = verification_method_of(document)
        key = find_key(session, method) if method is not None else None
        if key is None or key.suspended or key.actor_iri != inner.actor:
            return False
        verify_proof(document, key.public, now=heard.now)
    except FediverseError:
        return False
    return True


def _inner(heard: Heard) -> tuple[wire.Activity | None, str | None]:
    """The announced activity, if it is one, and the id of the thing that it is about."""
    iri = object_iri(heard)
    thing = heard.activity.objects[0]
    if not isinstance(thing, wire.Activity):
        return None, iri
    return thing, id_of(thing.objects[0]) if len(thing.objects) == 1 else None


def _inner_document(heard: Heard) -> dict[str, JSON]:
    inner = heard.document.get("object")
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    return inner if isinstance(inner, dict) else {}
