"""What the index has to know of who published a thing: where they live, and whether they want it found."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from actors.people.tables import Actor
from actors.search.tables import MEMBERS, PUBLIC
from actors.statements import sole_table

_ACTORS = sole_table(Actor).c
_COLUMNS = (
    _ACTORS.id,
    _ACTORS.local,
    _ACTORS.type,
    _ACTORS.host,
    _ACTORS.indexable,
    _ACTORS.document,
    _ACTORS.suspended_at,
    _ACTORS.deleted_at,
)
_AUTHOR = select(*_COLUMNS).where(_ACTORS.id == bindparam("an_id"))


@dataclass(frozen=True, slots=True)
class Author:
    """An actor as the index knows it.

    Attributes:
        host: None for one of ours.
        in_sight: neither suspended nor gone.
        audience: who may find what it says to all: everybody, members of this instance, or (None) nobody.
    """

    id: int
    host: str | None
    in_sight: bool
    audience: str | None

    def found_by(self, visibility: str) -> str | None:
        """Who may find a thing with this visibility; None: nobody."""
        return self.audience if visibility == PUBLIC else visibility


def author_of(connection: Connection, actor_id: int) -> Author:
    """The actor with this id, as the index knows it.

    Of our own groups those that say no to `indexable` (FEP-5feb) are found by members alone. Of other servers' people
    only those are found who say yes, since nobody asked them; of groups and other publishers all that do not say no.
    """
    row = connection.execute(_AUTHOR, {"an_id": actor_id}).one()
    if row.local:
        audience: str | None = PUBLIC if row.indexable else MEMBERS
    elif row.type == "Person":
        audience = PUBLIC if row.indexable else None
    else:
        audience = None if (row.document or {}).get("indexable") is False else PUBLIC
    in_sight = row.suspended_at is None and row.deleted_at is None
    return Author(row.id, None if row.local else row.host, in_sight, audience)
