"""Members in the index of the search: who agreed to be found, by what every member may see of them.

What only those see who share a group with somebody is found in the directory, which knows who asks.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, select

from actors.people.profile.fields import ALL, MEMBERS, level_of
from actors.people.tables import Member
from actors.search.keeping import Entry, drop
from actors.search.rebuilding import Family
from actors.search.tables import MEMBERS as FOR_MEMBERS
from actors.statements import sole_table


def entry_of(member: Any) -> Entry | None:
    """The member (or their row) as they are to be found; None for who did not agree."""
    gone = member.deleted_at is not None or member.suspended_at is not None or member.leaving_at is not None
    if not member.discoverable or member.state != "active" or gone or not _is_open(member, "name"):
        return None
    texts = [("\n".join(member.trades), member.language)] if _is_open(member, "trades") else []
    texts += [(getattr(member, each), member.language) for each in ("about", "seeking") if _is_open(member, each)]
    return Entry(
        family="person",
        item_id=member.id,
        kind="person",
        at=member.created_at,
        titles=[(member.name, None)],
        texts=texts,
        audience=FOR_MEMBERS,
        region=member.region if _is_open(member, "region") else None,
        languages=tuple(member.speaks) if _is_open(member, "speaks") else (),
    )


def _entry_for(_connection: Connection, member: Any) -> Entry | None:
    return entry_of(member)


FINDABLE = Family("person", select(sole_table(Member)), sole_table(Member).c.id, _entry_for)


def _is_open(member: Any, field: str) -> bool:
    return level_of(member.shown, field) in (ALL, MEMBERS)


@event.listens_for(Member, "after_insert")
@event.listens_for(Member, "after_update")
def _written(_mapper: object, connection: Connection, member: Member) -> None:
    FINDABLE.index(connection, member)


@event.listens_for(Member, "after_delete")
def _deleted(_mapper: object, connection: Connection, member: Member) -> None:
    drop(connection, FINDABLE.name, member.id)
