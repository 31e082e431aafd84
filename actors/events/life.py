"""The life of an event of ours: announced, changed, cancelled, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from actors.database import new_uuid
from actors.events.drafts import EventDraft
from actors.events.tables import LISTED, Event
from actors.groups import is_private
from actors.people import Actor, bury
from actors.places import check_place, place_columns
from actors.refusals import Refused
from actors.rules import (
    ATTACHMENTS,
    LINE_CHARS,
    TAGS,
    TEXT_CHARS,
    TITLE_CHARS,
    check_choice,
    check_counts,
    check_languages,
    check_span,
    may_write,
    next_change,
    whole_second,
)
from actors.statements import sole_table
from actors.tags import TAG_CHARS, retag
from actors.texts import check_texts
from actors.writing import render

JOIN_MODES = ("free", "restricted", "invite", "external", "none")
STATUSES = ("TENTATIVE", "CONFIRMED", "CANCELLED")
COMMENTS = ("allow_all", "moderated", "closed")
VISIBILITIES = ("public", "members", "group")
MOST_SEATS = 1_000_000


def post(session: Session, group: Actor, draft: EventDraft, *, member_id: int | None = None, now: datetime) -> Event:
    """Announce the event in `draft` in the name of `group`.

    Raises:
        Refused: "not-ours", "not-a-member", "title-missing", "ends-before-it-begins", "date-absurd", "unknown-zone",
            "place-off-the-map", "too-long", "too-many", "unknown-choice", "address-missing", "unknown-language",
            "unreadable-character".
    """
    may_write(session, group, member_id)
    _check(draft)
    uuid = new_uuid()
    iri = f"{group.iri}/events/{uuid}"
    event = Event(
        iri=iri,
        url=iri,
        uuid=uuid,
        local=True,
        shown=True,
        group_id=group.id,
        member_id=member_id,
        attending=0,
        published_at=whole_second(now),
        updated_at=whole_second(now),
        **columns(_for_its_readers(session, group.id, draft), group.language),
    )
    session.add(event)
    session.flush()
    retag(session, "event", event.id, event.tags, event.published_at, new=True)
    return event


def change(session: Session, event: Event, draft: EventDraft, *, now: datetime) -> Event:
    """Make `event` say what `draft` says. Raises Refused as `post`, and "gone"."""
    _must_live(event)
    _check(draft)
    for name, value in columns(_for_its_readers(session, event.group_id, draft), event.language).items():
        setattr(event, name, value)
    event.updated_at = next_change(event.updated_at, now)
    retag(session, "event", event.id, event.tags, event.published_at)
    session.flush()
    return event


def cancel(session: Session, event: Event, *, now: datetime) -> Event:
    """Say that it does not go on; it stays in the lists until its day. Raises Refused "not-ours", "gone"."""
    _must_live(event)
    if event.status != "CANCELLED":
        event.status, event.updated_at = "CANCELLED", next_change(event.updated_at, now)
        session.flush()
    return event


def delete(session: Session, event: Event, *, now: datetime) -> None:
    """Take it away for ever: its words go, its IRI answers 410 and never returns. Raises Refused "not-ours"."""
    if not event.local:
        raise Refused("not-ours", iri=event.iri)
    erase(session, event, now=now)


def erase(session: Session, event: Event, *, now: datetime) -> None:
    """Leave of an event only that it was there (row P4)."""
    if event.deleted_at is not None:
        return
    event.deleted_at = event.updated_at = now
    event.shown = False
    event.name = event.text = event.summary = event.content = ""
    event.document = event.place = event.place_name = event.series = None
    event.latitude = event.longitude = event.online_url = event.external_url = event.organiser_iri = None
    event.name_map, event.text_map = {}, {}
    event.tags, event.attachments, event.contacts = [], [], []
    retag(session, "event", event.id, (), now)
    bury(session, event.iri, "Event", event.group_id, now=now)
    session.flush()


# Built once, and past the ORM: every new follower of a group is a reason to ask, and mostly the answer is «nothing».
_EVENTS = sole_table(Event).c
_COMING_IDS = (
    select(_EVENTS.id)
    .where(_EVENTS.group_id == bindparam("group"), text(LISTED), _EVENTS.over_at > bindparam("now"))
    .order_by(_EVENTS.over_at)
    .limit(bindparam("most"))
)


def find(session: Session, iri: str) -> Event | None:
    """The event with this IRI, deleted ones too (their `deleted_at` says so)."""
    return session.scalar(select(Event).where(Event.iri == iri))


def coming_items(session: Session, group_id: int, limit: int, *, now: datetime) -> list[Event]:
    """The public events of one group that have not ended, soonest first: what a new follower is sent."""
    session.flush()
    asked = {"group": group_id, "now": now, "most": limit}
    ids = [row[0] for row in session.connection().execute(_COMING_IDS, asked)]
    found = session.scalars(select(Event).where(Event.id.in_(ids))) if ids else ()
    return sorted(found, key=lambda event: (event.starts_at, event.id))


def columns(draft: EventDraft, language: str | None) -> dict[str, Any]:
    """`draft` as columns; `language` where the draft does not say its own."""
    return place_columns(draft.place) | {
        "name": draft.name.strip(),
        "text": draft.text,
        "summary": "",
        "content": render(draft.text).html,
        "language": draft.language or language,
        "name_map": dict(draft.name_map),
        "text_map": dict(draft.text_map),
        "category": draft.category,
        "tags": list(dict.fromkeys(tag.removeprefix("#") for tag in draft.tags)),
        "attachments": [dict(one) for one in draft.attachments],
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "over_at": draft.ends_at or draft.starts_at,
        "end_shown": draft.end_shown,
        "timezone": draft.timezone,
        "online": draft.online,
        "online_url": draft.online_url,
        "join_mode": draft.join_mode,
        "external_url": draft.external_url,
        "capacity": draft.capacity,
        "comments": draft.comments,
        "contacts": list(draft.contacts),
        "series_iri": draft.series_iri,
        "series": dict(draft.series) if draft.series else None,
        "status": draft.status,
        "visibility": draft.visibility,
    }


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def _for_its_readers(session: Session, group_id: int, draft: EventDraft) -> EventDraft:
    """What a private group announces is for its members, whatever was asked for."""
    return replace(draft, visibility="group") if is_private(session, group_id) else draft


def _must_live(event: Event) -> None:
    if not event.local:
        raise Refused("not-ours", iri=event.iri)
    if event.deleted_at is not None:
        raise Refused("gone", iri=event.iri)


def _check(draft: EventDraft) -> None:
    check_choice("join_mode", draft.join_mode, JOIN_MODES)
    check_choice("status", draft.status, STATUSES)
    check_choice("comments", draft.comments, COMMENTS)
    check_choice("visibility", draft.visibility, VISIBILITIES)
    if not draft.name.strip():
        raise Refused("title-missing")
    check_texts("name", draft.name, draft.name_map, TITLE_CHARS)
    check_texts("text", draft.text, draft.text_map, TEXT_CHARS)
    check_languages(draft.language, *draft.name_map, *draft.text_map)
    check_texts("tags", "", {tag: tag for tag in draft.tags}, TAG_CHARS)
    check_texts("category", draft.category or "", {}, 64)
    check_texts("url", draft.online_url or "", {"external": draft.external_url or ""}, LINE_CHARS)
    check_counts(
        tags=(len(draft.tags), TAGS),
        attachments=(len(draft.attachments), ATTACHMENTS),
        contacts=(len(draft.contacts), ATTACHMENTS),
        capacity=(draft.capacity or 0, MOST_SEATS),
    )
    if draft.capacity is not None and draft.capacity < 1:
        raise Refused("unknown-choice", field="capacity", value=draft.capacity)
    if not is_zone(draft.timezone):
        raise Refused("unknown-zone", zone=draft.timezone[:64])
    check_span(draft.starts_at, draft.ends_at)
    check_place(draft.place)
    if draft.join_mode == "external" and not draft.external_url:
        raise Refused("address-missing", field="external_url")
