"""The declared types of the fediverse's vocabulary. `BY_TYPE` is the table from wire name to class."""

from typing import Any

from fediverse.types.activities import ACTIVITY_TYPES, Activity, Collection
from fediverse.types.actors import ACTOR_TYPES, RFC9421, Actor, Multikey, PemKey
from fediverse.types.events import Event, Place, PostalAddress, Series, VirtualLocation
from fediverse.types.objects import (
    PUBLIC,
    Document,
    Emoji,
    Hashtag,
    LangMap,
    Link,
    Mention,
    Object,
    PropertyValue,
    Ref,
    Tombstone,
    Unknown,
    Verbatim,
)
from fediverse.types.posts import Agreement, Article, Commitment, Intent, Measure, Note, Proposal, Question
from fediverse.types.terms import terms_of

BY_TYPE: dict[str, type[Object] | type[Link]] = {
    **dict.fromkeys(ACTOR_TYPES, Actor),
    **dict.fromkeys(ACTIVITY_TYPES, Activity),
    **dict.fromkeys(("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"), Collection),
    **dict.fromkeys(("Article", "Page"), Article),
    **dict.fromkeys(("Document", "Image", "Video", "Audio"), Document),
    **dict.fromkeys(("Key", "CryptographicKey"), PemKey),
    "Agreement": Agreement,
    "Commitment": Commitment,
    "Emoji": Emoji,
    "Event": Event,
    "Hashtag": Hashtag,
    "Intent": Intent,
    "Link": Link,
    "Measure": Measure,
    "Mention": Mention,
    "Multikey": Multikey,
    "Note": Note,
    "Place": Place,
    "PostalAddress": PostalAddress,
    "PropertyValue": PropertyValue,
    "Proposal": Proposal,
    "Question": Question,
    "Tombstone": Tombstone,
    "VirtualLocation": VirtualLocation,
}


def _every_class() -> frozenset[type[Any]]:
    found: set[type[Any]] = {Object, Link, Unknown, Verbatim}
    waiting: list[type[Any]] = [*BY_TYPE.values(), *found]
    while waiting:
        cls = waiting.pop()
        found.add(cls)
        inner = {term.of() for term in terms_of(cls).values() if term.of is not None}
        waiting.extend(inner - found)
    return frozenset(found)


CLASSES = _every_class()
"""All classes, those too that only stand in a certain place and have no `type` of their own."""

__all__ = [
    "ACTIVITY_TYPES",
    "ACTOR_TYPES",
    "BY_TYPE",
    "CLASSES",
    "PUBLIC",
    "RFC9421",
    "Activity",
    "Actor",
    "Agreement",
    "Article",
    "Collection",
    "Commitment",
    "Document",
    "Emoji",
    "Event",
    "Hashtag",
    "Intent",
    "LangMap",
    "Link",
    "Measure",
    "Mention",
    "Multikey",
    "Note",
    "Object",
    "PemKey",
    "Place",
    "PostalAddress",
    "PropertyValue",
    "Proposal",
    "Question",
    "Ref",
    "Series",
    "Tombstone",
    "Unknown",
    "Verbatim",
    "VirtualLocation",
]
