"""An event of ours as the draft that would make it, to change a part of it."""

from __future__ import annotations

from actors.events.drafts import EventDraft
from actors.events.tables import Event
from actors.places import place_of


def draft_of(event: Event) -> EventDraft:
    """The draft as it was given when `event` was written or last changed."""
    return EventDraft(
        name=event.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        end_shown=event.end_shown,
        timezone=event.timezone,
        text=event.text,
        language=event.language,
        name_map=event.name_map,
        text_map=event.text_map,
        tags=tuple(event.tags),
        category=event.category,
        attachments=tuple(event.attachments),
        place=place_of(event.place, event.region, event.latitude, event.longitude),
        online=event.online,
        online_url=event.online_url,
        join_mode=event.join_mode,
        external_url=event.external_url,
        capacity=event.capacity,
        comments=event.comments,
        contacts=tuple(event.contacts),
        series_iri=event.series_iri,
        series=event.series,
        status=event.status,
        visibility=event.visibility,
    )
