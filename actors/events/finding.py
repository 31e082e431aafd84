"""Events in the index of the search: written there whenever the row is, as `actors.offers.finding` does it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, select

from actors.events.tables import Event
from actors.people.tables import Actor
from actors.search.authors import Author, author_of
from actors.search.keeping import Entry, drop
from actors.search.rebuilding import Family
from actors.statements import sole_table
from fediverse.html import text_of


def entry_of(meeting: Any, author: Author) -> Entry | None:
    """The event (or its row) as it is to be found; None for what nobody may find."""
    audience = author.found_by(meeting.visibility)
    if meeting.deleted_at is not None or not meeting.shown or audience is None:
        return None
    texts = [(text_of(f"{meeting.summary} {meeting.content}"), meeting.language)]
    texts += [(text, language) for language, text in meeting.text_map.items() if language != meeting.language]
    texts += [(" ".join((meeting.place_name or "", *meeting.tags)), None)]
    address = (meeting.place or {}).get("address")
    town = address.get("addressLocality") if isinstance(address, dict) else None
    place = " ".join(part for part in (meeting.place_name, town) if isinstance(part, str))
    has_place = bool(meeting.place_name or town)
    return Entry(
        family="event",
        item_id=meeting.id,
        kind="event",
        at=meeting.published_at,
        titles=[(meeting.name, meeting.language), *((name, code) for code, name in meeting.name_map.items())],
        texts=texts,
        author_id=author.id,
        host=author.host,
        audience=audience,
        in_sight=author.in_sight,
        open=meeting.status != "CANCELLED",
        until=meeting.over_at,
        begins_at=meeting.starts_at,
        ends_at=meeting.over_at,
        mode="both" if meeting.online and has_place else "remote" if meeting.online else "onsite",
        place=place or None,
        region=meeting.region,
        latitude=meeting.latitude,
        longitude=meeting.longitude,
        languages=(meeting.language or "", *meeting.name_map),
    )


def _entry_for(connection: Connection, meeting: Any) -> Entry | None:
    return entry_of(meeting, author_of(connection, meeting.group_id))


_TABLE = sole_table(Event)
FINDABLE = Family("event", select(_TABLE), _TABLE.c.id, _entry_for, _TABLE.c.group_id)


@event.listens_for(Event, "after_insert")
@event.listens_for(Event, "after_update")
def _written(_mapper: object, connection: Connection, meeting: Event) -> None:
    FINDABLE.index(connection, meeting)


@event.listens_for(Event, "after_delete")
def _deleted(_mapper: object, connection: Connection, meeting: Event) -> None:
    drop(connection, FINDABLE.name, meeting.id)


@event.listens_for(Actor, "after_update")
def _author_changed(_mapper: object, connection: Connection, actor: Actor) -> None:
    FINDABLE.follow_author(connection, actor)
