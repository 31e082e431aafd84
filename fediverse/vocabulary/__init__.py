"""Activity Streams in and out: `read` a parsed document into types, `write` types as a document.

We read plain JSON by its compact names, as nearly everybody does, tolerant of one-or-many and of
id-or-object. A document that spells the names differently goes through `fediverse.jsonld` first.
"""

from fediverse.types import PUBLIC, Link, Object, Ref
from fediverse.vocabulary.reading import read
from fediverse.vocabulary.writing import write

__all__ = ["PUBLIC", "id_of", "is_public", "read", "write"]


def id_of(ref: Ref | None) -> str | None:
    """The id that `ref` is or has; for a link, where it points."""
    if ref is None or isinstance(ref, str):
        return ref
    return ref.href if isinstance(ref, Link) else ref.id


def is_public(thing: Object) -> bool:
    """Whether everybody is addressed, in `to` (public) or in `cc` (unlisted)."""
    return PUBLIC in thing.to or PUBLIC in thing.cc
