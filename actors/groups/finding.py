"""Groups and projects in the index of the search: ours that want to be listed, and those elsewhere that ours follow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, event, exists, select
from sqlalchemy.orm import aliased

from actors.bonds.tables import Follow
from actors.groups.tables import Group
from actors.people.tables import Actor
from actors.search.keeping import Entry
from actors.search.rebuilding import Family
from actors.statements import sole_table
from fediverse.html import text_of

TYPES = ("Group", "Organization")

_ACTORS, _RULES = sole_table(Actor), sole_table(Group)
_FOLLOWER = aliased(_ACTORS)
_IS_FOLLOWED = exists().where(
    Follow.followed_id == _ACTORS.c.id,
    Follow.state == "accepted",
    _FOLLOWER.c.id == Follow.follower_id,
    _FOLLOWER.c.local,
)
_FOUND = (
    select(
        *(_ACTORS.c[name] for name in ("id", "local", "kind", "username", "host", "name", "summary", "name_map")),
        *(_ACTORS.c[name] for name in ("summary_map", "language", "discoverable", "indexable", "published_at")),
        *(_ACTORS.c[name] for name in ("created_at", "suspended_at", "deleted_at", "document")),
        _RULES.c.theme,
        _RULES.c.region,
        _RULES.c.actor_id.is_not(None).label("is_ours"),
        _IS_FOLLOWED.label("is_followed"),
    )
    .select_from(_ACTORS.outerjoin(_RULES, _RULES.c.actor_id == _ACTORS.c.id))
    .where(_ACTORS.c.type.in_(TYPES))
)
_ONE = _FOUND.where(_ACTORS.c.id == bindparam("an_id"))


def entry_of(group: Any) -> Entry | None:
    """The group as it is to be found; None for one that nobody may find."""
    wants = group.discoverable and group.is_ours if group.local else group.is_followed and _agrees(group.document)
    if not wants or group.deleted_at is not None:
        return None
    return Entry(
        family="group",
        item_id=group.id,
        kind="project" if group.kind == "project" else "group",
        at=group.published_at or group.created_at,
        titles=[
            (group.name or group.username, group.language),
            *((name, code) for code, name in group.name_map.items()),
        ],
        texts=[
            (text_of(group.summary), group.language),
            *((text_of(html), code) for code, html in group.summary_map.items() if code != group.language),
            (f"{group.theme or ''} {group.username}", None),
        ],
        author_id=group.id,
        host=None if group.local else group.host,
        in_sight=group.suspended_at is None,
        region=group.region,
        languages=(group.language or "", *group.name_map),
    )


def _entry_for(_connection: Connection, group: Any) -> Entry | None:
    return entry_of(group)


FINDABLE = Family("group", _FOUND, _ACTORS.c.id, _entry_for)


def index_one(connection: Connection, actor_id: int) -> None:
    """Let the group with this actor be found as it is now; anything else is left alone."""
    row = connection.execute(_ONE, {"an_id": actor_id}).first()
    if row is not None:
        FINDABLE.index(connection, row)


def _agrees(document: Any) -> bool:
    return not isinstance(document, dict) or document.get("indexable") is not False


@event.listens_for(Group, "after_insert")
@event.listens_for(Group, "after_update")
def _rules_written(_mapper: object, connection: Connection, rules: Group) -> None:
    index_one(connection, rules.actor_id)


@event.listens_for(Actor, "after_update")
def _actor_written(_mapper: object, connection: Connection, actor: Actor) -> None:
    if actor.type in TYPES:
        index_one(connection, actor.id)
