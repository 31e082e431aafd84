"""Events and places.

Source: FEP-8a8e; Mobilizon, Gancio and the WordPress Event Bridge as interop.md §1.5 and §7.6 list them.
"""

from dataclasses import dataclass

from fediverse.types.objects import Object, Ref
from fediverse.types.terms import Shape, term


@dataclass(frozen=True, kw_only=True)
class PostalAddress(Object):
    """schema.org's PostalAddress."""

    type: str = "PostalAddress"
    street_address: str | None = term("streetAddress", Shape.TEXT)
    postal_code: str | None = term("postalCode", Shape.TEXT)
    address_locality: str | None = term("addressLocality", Shape.TEXT)
    address_region: str | None = term("addressRegion", Shape.TEXT)
    address_country: str | None = term("addressCountry", Shape.TEXT)


@dataclass(frozen=True, kw_only=True)
class Place(Object):
    """Somewhere. `address` may also be one line of text; degrees are WGS 84, always floats on the wire."""

    type: str = "Place"
    address: "PostalAddress | str | None" = term("address", Shape.REF)
    latitude: float | None = term("latitude", Shape.NUMBER)
    longitude: float | None = term("longitude", Shape.NUMBER)
    altitude: float | None = term("altitude", Shape.NUMBER)
    accuracy: float | None = term("accuracy", Shape.NUMBER)
    radius: float | None = term("radius", Shape.NUMBER)
    units: str | None = term("units", Shape.WORD)


@dataclass(frozen=True, kw_only=True)
class VirtualLocation(Object):
    """An event's address on the net, in `url`."""

    type: str = "VirtualLocation"


@dataclass(frozen=True, kw_only=True)
class Series(Object):
    """Our own extension: the repeating event that an occurrence belongs to (RFC 5545 rule)."""

    rrule: str | None = term("rrule", Shape.WORD)
    tzid: str | None = term("tzid", Shape.WORD)


@dataclass(frozen=True, kw_only=True)
class Event(Object):
    """Something at a time. `start_time` and `end_time` keep the offset they were sent with.

    `actor` is Mobilizon's organising person, beside the group in `attributed_to`; never written by us.
    """

    type: str = "Event"
    timezone: str | None = term("timezone", Shape.WORD)
    display_end_time: bool | None = term("displayEndTime", Shape.FLAG)
    in_language: str | None = term("inLanguage", Shape.WORD)
    category: str | None = term("category", Shape.WORD)
    status: str | None = term("status", Shape.WORD)
    event_status: str | None = term("eventStatus", Shape.WORD)
    join_mode: str | None = term("joinMode", Shape.WORD)
    external_participation_url: str | None = term("externalParticipationUrl", Shape.IRI)
    anonymous_participation_enabled: bool | None = term("anonymousParticipationEnabled", Shape.FLAG)
    maximum_attendee_capacity: int | None = term("maximumAttendeeCapacity", Shape.COUNT)
    remaining_attendee_capacity: int | None = term("remainingAttendeeCapacity", Shape.COUNT)
    participant_count: int | None = term("participantCount", Shape.COUNT)
    attendees: Ref | None = term("attendees", Shape.REF)
    organizers: Ref | None = term("organizers", Shape.REF)
    replies_moderation_option: str | None = term("repliesModerationOption", Shape.WORD)
    comments_enabled: bool | None = term("commentsEnabled", Shape.FLAG)
    is_online: bool | None = term("isOnline", Shape.FLAG)
    draft: bool | None = term("draft", Shape.FLAG)
    uuid: str | None = term("uuid", Shape.WORD)
    contacts: tuple[str, ...] = term("contacts", Shape.IRIS, limit="recipients", array=True)
    actor: str | None = term("actor", Shape.IRI)
    series: Series | None = term("series", Shape.ONE, of=lambda: Series)
