"""Event <-> as:Event (FEP-8a8e, interop.md §1.5 and §7.6), both directions side by side.

Mastodon shows an event's `name`, `summary` and link and nothing else, so the summary says when and where. Others put
it above the content, where the title must stand again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actors.events import Event, EventDraft, RemoteEvent
from actors.events.life import JOIN_MODES, STATUSES, is_zone
from actors.people import Actor
from actors.rules import thread_of
from actors.wire import composing, reading
from actors.wire.phrases import facts_of_event
from actors.wire.words import FALLBACK, words_for
from actors.writing import Mentioned, mention_link, render
from fediverse import types
from fediverse.errors import Malformed
from fediverse.html import clean, shown_name, text_of
from fediverse.limits import Limits
from fediverse.types import Link, Object
from fediverse.vocabulary import read

HOUSE_ZONE = "Europe/Brussels"
_EVENT_STATUS = {"CONFIRMED": "EventScheduled", "TENTATIVE": "EventPostponed", "CANCELLED": "EventCancelled"}
_STATUS = {
    "eventscheduled": "CONFIRMED",
    "eventrescheduled": "CONFIRMED",
    "eventmovedonline": "CONFIRMED",
    "eventpostponed": "TENTATIVE",
    "eventcancelled": "CANCELLED",
}
_COMMENTS = ("allow_all", "moderated", "closed")
_ZONE = re.compile(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}")
_MOST_PEOPLE = 2**31 - 1


def to_wire(session: Session, event: Event) -> types.Event:
    """Our event, as Mobilizon, Gancio and calendars read it, with a `summary` for those who show only that.

    Raises:
        Refused: "not-ours", "gone", "members-only".
    """
    composing.must_be_ours(event)
    group = session.get_one(Actor, event.group_id)
    origin = composing.origin_of(group)
    contacts = [actor for iri in event.contacts if (actor := composing.by_iri(session, iri)) is not None]
    main = event.language or group.language or FALLBACK
    named: dict[str, Mentioned] = {actor.iri: composing.mentioned(actor) for actor in contacts}
    tags: dict[str, None] = {}
    names: dict[str, str] = {}
    summaries: dict[str, str] = {}
    contents: dict[str, str] = {}
    for language in dict.fromkeys((main, *event.name_map, *event.text_map)):
        own = language == main
        text = event.text if own else event.text_map.get(language, event.text)
        words = words_for(language)
        written = render(text, who=composing.who_in(session), origin=origin)
        named |= {who.iri: who for who in written.mentions}
        below = composing.fitting_tags(words.kind_tag["event"], event.tags, written.tags)
        tags |= dict.fromkeys((*written.tags, *below))
        prefix = f"[{words.ended['cancelled']}] " if event.status == "CANCELLED" else ""
        names[language] = prefix + (event.name if own else event.name_map.get(language, event.name))
        facts = facts_of_event(event, words)
        kind = f"{prefix}{words.kind['event']}"
        summaries[language] = composing.facts_line([kind, *facts])
        people = ", ".join(mention_link(composing.mentioned(actor)) for actor in contacts)
        contents[language] = "".join(
            (
                composing.bold(names[language]),
                composing.facts_line(facts),
                written.html,
                composing.paragraph(words.by["event"].format(who=people)) if people else "",
                composing.link_line(words.link["event"], event.iri),
                composing.tag_line(origin, below),
            )
        )
    to, cc = composing.addressees(group, public=event.visibility == "public", named=named)
    several = len(contents) > 1
    place = composing.place(event.place, event.latitude, event.longitude)
    return types.Event(
        id=event.iri,
        uuid=event.uuid,
        attributed_to=(group.iri,),
        to=to,
        cc=cc,
        audience=(group.iri,),
        name=names[main],
        name_map=names if several else None,
        summary=summaries[main],
        summary_map=summaries if several else None,
        content=contents[main],
        content_map=contents,
        media_type="text/html",
        in_language=main,
        url=event.url,
        context=thread_of(event.iri),
        conversation=thread_of(event.iri),
        published=event.published_at,
        updated=event.updated_at,
        contacts=tuple(actor.iri for actor in contacts),
        tag=(
            *(composing.mention(who) for who in named.values()),
            *(composing.hashtag(origin, tag) for tag in tags),
        ),
        **_when_and_where(event, place),
        **_who_may_come(event),
    )


def from_wire(event: types.Event, limits: Limits, document: Mapping[str, Any] | None = None) -> RemoteEvent:
    """Read another server's event. `document` is its JSON as it came, to be kept.

    Raises:
        Malformed: "no-id", "no-author", "no-title", "no-start", "ends-before-it-begins", "date-absurd", "bad-iri".
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    iri, author_iri = reading.identity(event, limits)
    content = reading.html_of(event, limits)
    summary = clean(event.summary or "", limits)
    starts_at, ends_at = _span(event)
    virtual, address = reading.virtual_in(event.location, limits)
    link = reading.link_in(event.attachment, limits)
    online = bool(event.is_online) or virtual
    join_mode, external_url = _joining(event, limits)
    draft = EventDraft(
        name=_name(event, summary, content, limits),
        starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC) if ends_at is not None else None,
        end_shown=event.display_end_time is not False,
        timezone=_zone(event.timezone, starts_at),
        language=reading.language_of(event),
        name_map={
            tag: shown_name(name, limits)
            for tag, name in reading.other_versions(event.name_map, reading.language_of(event)).items()
        },
        tags=reading.hashtags(event, limits),
        category=shown_name(event.category, limits)[:64].upper() if event.category else None,
        attachments=reading.attachments((*event.attachment, *event.image), limits),
        place=reading.place_in(event.location, limits),
        online=online,
        online_url=address or (link if online else None),
        join_mode=join_mode,
        external_url=external_url,
        capacity=_people(event.maximum_attendee_capacity) or None,
        comments=event.replies_moderation_option if event.replies_moderation_option in _COMMENTS else "allow_all",
        contacts=tuple(url for one in event.contacts if (url := reading.neighbour(one, author_iri, limits))),
        series_iri=reading.web_address(event.series.id, limits) if event.series else None,
        status=_status(event),
        visibility=reading.visibility(event),
    )
    organiser = reading.neighbour(event.actor, author_iri, limits)
    return RemoteEvent(
        iri=iri,
        author_iri=author_iri,
        draft=draft,
        summary=summary,
        content=content,
        organiser_iri=organiser if organiser != author_iri else None,
        attending=_people(event.participant_count),
        uuid=event.uuid[:64] if event.uuid else None,
        url=reading.web_address(event.url, limits),
        published_at=event.published,
        updated_at=event.updated,
        audience=reading.audience(event),
        document=reading.kept(event, document),
    )


def _when_and_where(event: Event, place: types.Place | None) -> dict[str, Any]:
    zone = ZoneInfo(event.timezone)
    pictures = [composing.document(one) for one in event.attachments]
    website: list[Object | Link] = []
    if event.online_url:
        website.append(Link(href=event.online_url, media_type="text/html", name="Website"))
    series = read(event.series, Limits()) if event.series else None
    return {
        "start_time": event.starts_at.astimezone(zone),
        "end_time": event.ends_at.astimezone(zone) if event.ends_at is not None else None,
        "display_end_time": event.ends_at is not None and event.end_shown,
        "timezone": event.timezone,
        "location": (place,) if place is not None else (),
        "is_online": event.online,
        # The picture first: Gancio takes whatever comes first, and stumbles over what has no mediaType.
        "attachment": (*pictures, *website),
        "series": types.Series(
            id=event.series_iri,
            rrule=_word(series, "rrule"),
            tzid=_word(series, "tzid"),
        )
        if series is not None
        else None,
    }


def _word(thing: Object, name: str) -> str | None:
    value = getattr(thing, name, None) or thing.extra.get(name)
    return value if isinstance(value, str) else None


def _who_may_come(event: Event) -> dict[str, Any]:
    elsewhere = event.join_mode in ("external", "none")
    left = None if event.capacity is None else max(event.capacity - event.attending, 0)
    return {
        "category": event.category or "MEETING",
        "status": event.status,
        "event_status": _EVENT_STATUS[event.status],
        # Mobilizon knows no «none»: an event that takes no answers takes them at its page.
        "join_mode": "external" if elsewhere else event.join_mode,
        "external_participation_url": (event.external_url or event.url) if elsewhere else None,
        "anonymous_participation_enabled": False,
        "maximum_attendee_capacity": event.capacity,
        "remaining_attendee_capacity": left,
        "participant_count": event.attending,
        "replies_moderation_option": event.comments,
        "comments_enabled": event.comments != "closed",
        "draft": False,
    }


def _name(event: types.Event, summary: str, content: str, limits: Limits) -> str:
    """The name; Friendica sends some without, then the first line that there is."""
    for text in (event.name or "", *text_of(summary).splitlines()[:1], *text_of(content).splitlines()[:1]):
        if shown := shown_name(text, limits):
            return shown
    raise Malformed("no-title", id=event.id)


def _span(event: types.Event) -> tuple[datetime, datetime | None]:
    start, end = event.start_time, event.end_time
    if start is None:
        raise Malformed("no-start", id=event.id)
    for moment in (start, end):
        if moment is not None and not 1990 <= moment.year <= 2200:
            raise Malformed("date-absurd", id=event.id, date=moment.isoformat())
    if end is not None and end < start:
        raise Malformed("ends-before-it-begins", id=event.id)
    return start, end


def _zone(name: str | None, start: datetime) -> str:
    """The zone it says, if there is such a one; else ours if the offset fits, else UTC."""
    if name is not None and len(name) <= 64 and _ZONE.fullmatch(name) and is_zone(name):
        return name
    return HOUSE_ZONE if start.utcoffset() == start.astimezone(ZoneInfo(HOUSE_ZONE)).utcoffset() else "UTC"


def _status(event: types.Event) -> str:
    """`eventStatus` (FEP-8a8e, perhaps as an IRI of schema.org), else `status` (iCalendar)."""
    if event.event_status is not None:
        found = _STATUS.get(event.event_status.rpartition("/")[2].lower())
        if found is not None:
            return found
    word = (event.status or "").upper()
    return {"CANCELED": "CANCELLED"}.get(word, word if word in STATUSES else "CONFIRMED")


def _joining(event: types.Event, limits: Limits) -> tuple[str, str | None]:
    """How to answer; who says nothing takes no answers."""
    url = reading.web_address(event.external_participation_url, limits)
    if event.join_mode in JOIN_MODES:
        return ("none", None) if event.join_mode == "external" and url is None else (event.join_mode, url)
    return ("external", url) if url else ("none", None)


def _people(count: int | None) -> int:
    return count if count is not None and count <= _MOST_PEOPLE else 0
