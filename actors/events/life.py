"""The life of an event of ours: announced, changed, cancelled, deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.events.drafts import EventDraft
from actors.events.tables import Event
from actors.people import Actor


def post(session: Session, group: Actor, draft: EventDraft, *, member_id: int | None = None, now: datetime) -> Event:
    """Announce the event in `draft` in the name of `group`.

    Raises:
        Refused: "not-ours", "not-a-member", "name-missing", "ends-before-it-begins", "date-absurd", "unknown-zone",
            "place-off-the-map", "too-long", "unknown-choice", "address-missing".
    """
    raise NotImplementedError


def change(session: Session, event: Event, draft: EventDraft, *, now: datetime) -> Event:
    """Make `event` say what `draft` says. Raises Refused as `post`, and "gone"."""
    raise NotImplementedError


def cancel(session: Session, event: Event, *, now: datetime) -> Event:
    """Say that it does not go on; it stays in the lists until its day. Raises Refused "not-ours", "gone"."""
    raise NotImplementedError


def delete(session: Session, event: Event, *, now: datetime) -> None:
    """Take it away for ever: its words go, its IRI answers 410 and never returns. Raises Refused "not-ours"."""
    raise NotImplementedError


def find(session: Session, iri: str) -> Event | None:
    """The event with this IRI, deleted ones too (their `deleted_at` says so)."""
    raise NotImplementedError


def coming_items(session: Session, group_id: int, limit: int, *, now: datetime) -> list[Event]:
    """The public events of one group that have not ended, soonest first: what a new follower is sent."""
    raise NotImplementedError
