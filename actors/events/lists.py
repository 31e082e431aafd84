"""What a reader may see of events, as views: what is for everybody, and what a private group says to its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from actors.events.tables import INSIDE, LISTED, OWN, Event
from actors.lists import authority_of, authors, circle, in_sight, is_in_sight, living, may_read, private_group
from actors.people import Actor, actor_line, in_language, other_languages
from actors.tags import Tagged, fold
from actors.views import EventLine, EventPage, EventStatus, Place, Viewer
from actors.writing import render


def coming(
    session: Session,
    *,
    now: datetime,
    group_iri: str | None = None,
    language: str,
    limit: int = 6,
    viewer: Viewer | None = None,
) -> list[EventLine]:
    """Not yet ended, soonest first; with `group_iri` that group's and those of the actors it follows.

    It takes those that are over first, so that an exhibition of three months does not head the list for three months,
    and shows them by their beginning. Of a private group those who take part in it are shown what it says to them.
    """
    coming_now = and_(text(LISTED), Event.over_at > now)
    rows = select(Event.id, Actor.host).select_from(Actor)
    if group_iri is None:
        rows = rows.join(Event, Event.group_id == Actor.id).where(living(), coming_now)
    else:
        # One walk of the index for each actor of the circle, instead of sorting all that they ever announced.
        soonest = (
            select(Event.id)
            .where(Event.group_id == Actor.id, coming_now)
            .order_by(Event.over_at)
            .limit(limit)
            .correlate(Actor)
        )
        rows = rows.join(Event, Event.id.in_(soonest)).where(living(), Actor.id.in_(circle(session, group_iri)))
    found = _load(session, in_sight(session, rows.order_by(Event.over_at, Event.id), limit))
    if (inside := private_group(session, group_iri, viewer)) is not None:
        own = select(Event).where(Event.group_id == inside, text(INSIDE), Event.over_at > now)
        found += session.scalars(own.order_by(Event.over_at).limit(limit))
        found = sorted(found, key=lambda event: (event.over_at, event.id))[:limit]
    events = sorted(found, key=lambda event: (event.starts_at, event.id))
    return _lines(session, events, language)


def page(session: Session, iri: str, *, language: str, viewer: Viewer | None = None) -> EventPage | None:
    """One event with everything that its page shows; None when there is nothing to show this reader."""
    event = session.scalar(select(Event).where(Event.iri == iri, Event.deleted_at.is_(None), Event.shown))
    if event is None or not may_read(session, event.visibility, event.group_id, viewer):
        return None
    author = session.get_one(Actor, event.group_id)
    return _pages(session, [event], language)[0] if is_in_sight(session, author) else None


def pages(session: Session, *, group_iri: str | None = None, language: str, limit: int = 20) -> list[EventPage]:
    """Our own ones, newest change first (for the feeds)."""
    rows = select(Event).where(text(OWN))
    if group_iri is not None:
        rows = rows.where(Event.group_id == select(Actor.id).where(Actor.iri == group_iri).scalar_subquery())
    rows = rows.order_by(Event.updated_at.desc(), Event.id.desc()).limit(limit)
    return _pages(session, list(session.scalars(rows)), language)


def tagged(session: Session, tag: str, *, language: str, limit: int = 20) -> list[EventLine]:
    """Events that carry `tag`, newest first."""
    rows = (
        select(Event.id, Actor.host)
        .join(Tagged, and_(Tagged.kind == "event", Tagged.item_id == Event.id))
        .join(Actor, Actor.id == Event.group_id)
        .where(living(), Tagged.tag == fold(tag), text(LISTED))
        .order_by(Tagged.at.desc(), Tagged.item_id.desc())
    )
    return _lines(session, _load(session, in_sight(session, rows, limit)), language)


def _load(session: Session, ids: list[int]) -> list[Event]:
    found = {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(ids)))} if ids else {}
    return [found[each] for each in ids if each in found]


def lines_by_id(session: Session, ids: list[int], language: str) -> dict[int, EventLine]:
    """The lines of the rows with these ids, which the reader may see; what is gone is missing."""
    rows = _load(session, ids)
    return {row.id: line for row, line in zip(rows, _lines(session, rows, language), strict=True)}


def pages_by_id(session: Session, ids: list[int], language: str) -> list[EventPage]:
    """Those with these ids and their texts, in this order; as `lines_by_id`."""
    return _pages(session, _load(session, ids), language)


def _lines(session: Session, events: list[Event], language: str) -> list[EventLine]:
    groups = authors(session, {event.group_id for event in events})
    return [_line(event, groups[event.group_id], language) for event in events]


def _line(event: Event, group: Actor, language: str) -> EventLine:
    return EventLine(
        iri=event.iri,
        title=in_language(event.name, event.name_map, event.language, language),
        author=actor_line(group, language),
        starts_at=event.starts_at,
        ends_at=event.ends_at if event.end_shown else None,
        timezone=event.timezone,
        status=EventStatus(event.status.lower()),
        published_at=event.published_at,
        updated_at=event.updated_at,
        url=event.url or event.iri,
        host=authority_of(group),
        place=_place(event),
        online_url=event.online_url,
        capacity=event.capacity,
        seats_left=None if event.capacity is None else max(event.capacity - event.attending, 0),
        going=event.attending,
    )


def _place(event: Event) -> Place | None:
    if event.place is None:
        return Place(name=event.place_name) if event.place_name else None
    address = event.place.get("address")
    parts = address if isinstance(address, dict) else {}
    country = parts.get("addressCountry")
    return Place(
        name=event.place.get("name") or event.place_name,
        street=parts.get("streetAddress"),
        postal_code=parts.get("postalCode"),
        locality=parts.get("addressLocality"),
        country=country.upper() if isinstance(country, str) and len(country) == len("BE") else None,
    )


def _pages(session: Session, events: list[Event], language: str) -> list[EventPage]:
    named = {iri for event in events for iri in event.contacts}
    people = {person.iri: person for person in session.scalars(select(Actor).where(Actor.iri.in_(named)))}
    return [
        EventPage(
            line=line,
            text_html=_html(event, line.title.language),
            tags=tuple(event.tags),
            contacts=tuple(actor_line(people[iri]) for iri in event.contacts if iri in people),
            other_languages=other_languages(line.title.language, event.language, event.name_map, event.text_map),
            join_url=event.external_url if event.join_mode == "external" else None,
        )
        for event, line in zip(events, _lines(session, events, language), strict=True)
    ]


def _html(event: Event, language: str | None) -> str:
    source = event.text_map.get(language or "") if event.local and language != event.language else None
    return event.content if source is None else render(source).html
