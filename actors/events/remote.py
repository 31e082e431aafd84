"""Events of other servers: who may write them, and what never gets in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actors.arrivals import check_arrival, is_news, plausible
from actors.events.drafts import RemoteEvent
from actors.events.life import columns, erase
from actors.events.tables import Event
from actors.people import Actor
from actors.refusals import Refused
from actors.rules import check_span
from actors.tags import retag


def record_remote(
    session: Session, author: Actor, draft: RemoteEvent, *, shown: bool, now: datetime, revised: bool = False
) -> Event:
    """Keep `author`'s event; a known IRI is updated when `draft` is newer than what we hold.

    A copy that is not newer changes nothing. `revised` says that it came as an Update: then a document without
    `updated` counts as new. `shown` matters for a new one only.

    Raises:
        Refused: "ours", "not-the-author", "author-suspended", "host-blocked", "gone", "kind-changed",
            "ends-before-it-begins", "date-absurd".
    """
    known = check_arrival(session, author, draft.iri, draft.author_iri)
    if known.offer_id is not None or known.post_id is not None:
        raise Refused("kind-changed", iri=draft.iri)
    check_span(draft.draft.starts_at, draft.draft.ends_at)
    said_at = plausible(draft.updated_at, now)
    if known.event_id is not None:
        event = session.get_one(Event, known.event_id)
        if event.group_id != author.id:
            raise Refused("not-the-author", iri=draft.iri, by=author.iri)
        if not is_news(event.updated_at, said_at, revised=revised):
            return event
        for name, value in _said(draft).items():
            setattr(event, name, value)
        event.updated_at = said_at or now
    else:
        published_at = plausible(draft.published_at, now) or now
        event = Event(
            iri=draft.iri,
            local=False,
            shown=shown,
            group_id=author.id,
            published_at=published_at,
            updated_at=max(published_at, said_at or published_at),
            **_said(draft),
        )
        session.add(event)
    event.received_at = now
    session.flush()
    retag(session, "event", event.id, event.tags, event.published_at)
    return event


def delete_remote(session: Session, event: Event, author: Actor, *, now: datetime) -> None:
    """Take away what its author took away. Raises Refused "ours", "not-the-author"."""
    if event.local:
        raise Refused("ours", iri=event.iri)
    if event.group_id != author.id:
        raise Refused("not-the-author", iri=event.iri, by=author.iri)
    erase(session, event, now=now)


def show(session: Session, event: Event) -> None:
    """Let everybody see it (a moderator's yes). Raises Refused "gone"."""
    if event.deleted_at is not None:
        raise Refused("gone", iri=event.iri)
    event.shown = True
    session.flush()


def hide(session: Session, event: Event) -> None:
    """Let nobody see it."""
    event.shown = False
    session.flush()


def _said(draft: RemoteEvent) -> dict[str, Any]:
    return columns(draft.draft, None) | {
        "summary": draft.summary,
        "content": draft.content,
        "text": "",
        "organiser_iri": draft.organiser_iri,
        "attending": draft.attending,
        "uuid": draft.uuid,
        "url": draft.url,
        "document": dict(draft.document),
    }
