"""An actor's document read as columns: what is believed of it, and what is left out.

Pure: no table is touched. A collection on another origin than the actor's own is not believed, an address that no
browser may be sent to is dropped, HTML is cleaned.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from actors.refusals import Refused
from fediverse import vocabulary
from fediverse.errors import Malformed
from fediverse.hosts import Iri, origin_of, parse_iri
from fediverse.html import clean, shown_name
from fediverse.keys import PublicKey, read_key
from fediverse.limits import Limits
from fediverse.types import ACTOR_TYPES, Link, Multikey, Object, PemKey, PropertyValue, Ref
from fediverse.types import Actor as ActorDocument

KEYS_OF_ONE = 10
"""How many keys of one actor are kept."""
FIELDS = 8
"""How many lines of a profile are kept."""
KINDS = frozenset({"sector", "theme", "project"})

_USERNAME_CHARS = 64
_LIMITS = Limits()
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._~/@:+,=-]*")


class ListedKey(NamedTuple):
    """A key of a document: as it is kept, and ready for use."""

    text: str
    """PEM or Multikey."""
    public: PublicKey


def places_of(document: ActorDocument) -> tuple[Iri, str]:
    """The actor's IRI, and its inbox of the same origin.

    Raises:
        Refused: "actor-malformed" (`why`: type, id, inbox or origin).
    """
    if document.type not in ACTOR_TYPES:
        raise Refused("actor-malformed", why="type", iri=document.id)
    try:
        iri = parse_iri(document.id or "")
        inbox = parse_iri(document.inbox or "")
    except Malformed as error:
        raise Refused("actor-malformed", why="id or inbox", iri=document.id) from error
    if iri.fragment is not None:
        raise Refused("actor-malformed", why="id", iri=document.id)
    if inbox.origin != iri.origin:
        raise Refused("actor-malformed", why="origin", iri=document.id, inbox=document.inbox)
    return iri, inbox.text


def keys_of(document: ActorDocument, origin: str) -> dict[str, ListedKey]:
    """The keys in the document that can be used, by their IRI.

    Raises:
        Refused: "key-not-theirs" (of another owner or origin, K2).
    """
    found: dict[str, ListedKey] = {}
    listed: tuple[PemKey | Multikey, ...] = (*document.public_keys, *document.assertion_methods)
    for each in listed[:KEYS_OF_ONE]:
        try:
            key = read_key(each)
            place = origin_of(key.key_iri)
        except Malformed:
            continue
        if key.owner_iri != document.id or place != origin:
            raise Refused("key-not-theirs", key=key.key_iri, owner=key.owner_iri, iri=document.id)
        text = each.public_key_multibase if isinstance(each, Multikey) else each.public_key_pem
        if isinstance(text, str):
            found[key.key_iri] = ListedKey(text.strip(), key)
    return found


def columns_of(document: ActorDocument, iri: Iri, raw: dict[str, Any] | None) -> dict[str, Any]:
    """What the document says, as columns; no inboxes and no times of ours."""
    origin = iri.origin
    names = {language: shown_name(name, _LIMITS) for language, name in (document.name_map or {}).items() if name}
    username = document.preferred_username or iri.host
    return {
        "iri": iri.text,
        "type": document.type,
        "kind": document.kind if document.type == "Group" and document.kind in KINDS else None,
        "username": username[:_USERNAME_CHARS],
        "authority": iri.authority,
        "host": iri.host,
        "name": shown_name(document.name or "", _LIMITS) or next(iter(names.values()), ""),
        "summary": _clean(document.summary),
        "name_map": names,
        "summary_map": {language: _clean(html) for language, html in (document.summary_map or {}).items()},
        "language": next(iter(names), None) or next(iter(document.summary_map or {}), None),
        "url": own(document.url, origin),
        "icon_url": _picture(document.icon),
        "image_url": _picture(document.image),
        "outbox_iri": own(document.outbox, origin),
        "followers_iri": own(document.followers, origin),
        "following_iri": own(document.following, origin),
        "featured_iri": own(document.featured, origin),
        "moderators_iri": own(document.moderators, origin),
        "members_iri": own(document.members, origin),
        "upcoming_events_iri": own(document.upcoming_events, origin),
        "manually_approves": bool(document.manually_approves_followers),
        "discoverable": bool(document.discoverable),
        "indexable": bool(document.indexable),
        "also_known_as": list(document.also_known_as),
        "moved_to_iri": _http(document.moved_to),
        "implements": _implements(document),
        "fields": _fields(document.attachment) if document.attachment else [],
        "document": raw if raw is not None else vocabulary.write(document),
        "published_at": document.published,
        "updated_at": document.updated,
    }


def _implements(document: ActorDocument) -> list[str]:
    software = document.generator
    listed = document.implements + (software.implements if isinstance(software, ActorDocument) else ())
    return sorted({link.href for link in listed if link.href})


def own(iri: str | None, origin: str) -> str | None:
    """`iri` if it is on `origin`: nobody speaks for another server's collections."""
    if iri and iri.startswith(origin) and len(iri) <= _LIMITS.url_chars and _PLAIN_PATH.fullmatch(iri, len(origin)):
        return iri  # As nearly all are; there are eight of them in a document, and reading one whole takes longer.
    try:
        return iri if iri and origin_of(iri) == origin else None
    except Malformed:
        return None


def _http(iri: str | None) -> str | None:
    """`iri` if a browser may be sent there."""
    try:
        return parse_iri(iri).text if iri else None
    except Malformed:
        return None


def _picture(refs: tuple[Ref, ...]) -> str | None:
    for ref in refs:
        if isinstance(ref, str):
            return _http(ref)
        if isinstance(ref, Link):
            return _http(ref.href)
        if isinstance(ref, Object):
            return _http(ref.url or next((link.href for link in ref.links if link.href), None))
    return None


def _fields(listed: tuple[Ref, ...]) -> list[dict[str, str]]:
    """The lines of a profile (Mastodon's `PropertyValue`), each a name and clean HTML."""
    lines = [each for each in listed if isinstance(each, PropertyValue) and each.name and each.value]
    return [{"name": shown_name(line.name or "", _LIMITS), "value": _clean(line.value)} for line in lines[:FIELDS]]


def _clean(html: str | None) -> str:
    return clean(html, _LIMITS) if html else ""
