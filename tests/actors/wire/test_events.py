"""Events on the wire: ours as others must read them, others' as they send them."""

from datetime import UTC, datetime, timedelta

import pytest

from actors import events
from actors.events import EventDraft
from actors.places import PlaceDraft
from actors.refusals import Refused
from actors.wire import events as wire
from fediverse import types
from fediverse.errors import Malformed, Unauthorised
from fediverse.html import text_of
from fediverse.limits import Limits
from fediverse.vocabulary import PUBLIC, read, write
from tests.actors.stories import LATER, STARTS, meeting
from tests.actors.wire.documents import sample
from tests.world import NOW

LIMITS = Limits()
PLACE = PlaceDraft(
    name="Coopcity",
    street="Coenraetsstraat 66",
    postal_code="1060",
    locality="Brussel",
    country="BE",
    latitude=50,
    longitude=4,
)
BANNER = {"type": "Document", "mediaType": "image/jpeg", "url": "https://coop.example/m/b.jpg", "name": "Een tafel"}


def document(session, world, **changes):
    return write(wire.to_wire(session, events.post(session, world.interior, meeting(**changes), now=NOW)))


def test_an_event_has_what_mobilizon_gancio_and_calendars_read(session, world):
    event = document(
        session,
        world,
        text="Kom **allemaal**.",
        place=PLACE,
        capacity=20,
        attachments=(BANNER,),
        online=True,
        online_url="https://meet.example/x",
        category="LEARNING",
        tags=("offerte",),
        contacts=(world.noor_actor.iri,),
    )
    assert (event["type"], event["attributedTo"], event["audience"]) == (
        "Event",
        world.interior.iri,
        world.interior.iri,
    )
    assert (event["name"], event["inLanguage"], event["mediaType"]) == ("Offertes leren maken", "nl", "text/html")
    assert (event["startTime"], event["endTime"]) == ("2026-12-11T19:00:00+01:00", "2026-12-11T21:00:00+01:00")
    assert (event["timezone"], event["displayEndTime"]) == ("Europe/Brussels", True)
    assert event["location"] == {
        "type": "Place",
        "name": "Coopcity",
        "address": {
            "type": "PostalAddress",
            "streetAddress": "Coenraetsstraat 66",
            "postalCode": "1060",
            "addressLocality": "Brussel",
            "addressCountry": "BE",
        },
        "latitude": 50.0,
        "longitude": 4.0,
    }
    assert type(event["location"]["latitude"]) is float
    assert (event["status"], event["eventStatus"], event["category"]) == ("CONFIRMED", "EventScheduled", "LEARNING")
    assert (event["joinMode"], event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == ("free", 20, 20)
    assert (event["participantCount"], event["anonymousParticipationEnabled"], event["draft"]) == (0, False, False)
    assert (event["commentsEnabled"], event["repliesModerationOption"], event["isOnline"]) == (True, "allow_all", True)
    assert event["attachment"] == [
        BANNER,
        {"type": "Link", "href": "https://meet.example/x", "mediaType": "text/html", "name": "Website"},
    ]
    assert event["contacts"] == [world.noor_actor.iri]
    assert event["uuid"] == event["id"].rpartition("/")[2]
    assert (event["to"], event["cc"]) == ([PUBLIC], [world.interior.followers_iri, world.noor_actor.iri])


def test_no_key_is_null_and_none_is_missing_that_others_stumble_over(session, world):
    event = document(session, world, ends_at=None)
    assert None not in event.values()
    assert {"endTime", "location", "image", "actor", "maximumAttendeeCapacity"}.isdisjoint(event)
    assert event["displayEndTime"] is False
    assert isinstance(event["tag"], list)
    assert event.get("attachment", []) == []
    assert event["published"] == event["updated"] == "2026-11-20T09:00:00Z"


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        (
            "nl",
            "Bijeenkomst · vr 11 december 2026, 19.00–21.00 uur (Europe/Brussels) · Coopcity, Brussel · 20 plaatsen",
        ),
        ("fr", "Rencontre · ven. 11 décembre 2026, 19 h – 21 h (Europe/Brussels) · Coopcity, Brussel · 20 places"),
        ("en", "Meeting · Fri 11 December 2026, 19:00–21:00 (Europe/Brussels) · Coopcity, Brussel · 20 seats"),
        ("de", "Treffen · Fr. 11. Dezember 2026, 19:00–21:00 Uhr (Europe/Brussels) · Coopcity, Brussel · 20 Plätze"),
    ],
)
def test_the_summary_says_when_and_where(session, world, language, summary):
    event = document(session, world, language=language, place=PLACE, capacity=20)
    assert text_of(event["summary"]) == summary
    assert text_of(event["content"]).splitlines()[:2] == ["Offertes leren maken", summary.partition(" · ")[2]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at": None}, "vr 11 december 2026, 19.00 uur (Europe/Brussels)"),
        ({"end_shown": False}, "vr 11 december 2026, 19.00 uur (Europe/Brussels)"),
        (
            {"ends_at": STARTS + timedelta(hours=7, minutes=30)},
            "vr 11 december 2026, 19.00 uur – za 12 december 2026, 2.30 uur (Europe/Brussels)",
        ),
        ({"timezone": "Europe/London"}, "vr 11 december 2026, 18.00–20.00 uur (Europe/London)"),
        (
            {"starts_at": datetime(2026, 6, 12, 17, tzinfo=UTC), "ends_at": None},
            "vr 12 juni 2026, 19.00 uur (Europe/Brussels)",
        ),
    ],
)
def test_times_are_said_in_the_zone_of_the_event(session, world, changes, said):
    assert text_of(document(session, world, **changes)["summary"]) == f"Bijeenkomst · {said}"


def test_half_hours_are_said_in_french(session, world):
    event = document(session, world, language="fr", starts_at=STARTS + timedelta(minutes=30))
    assert "19 h 30 – 21 h" in text_of(event["summary"])


def test_the_name_is_plain_text_and_the_content_escapes_it(session, world):
    event = document(session, world, name="A <b> & B")
    assert event["name"] == "A <b> & B"
    assert event["content"].startswith("<p><strong>A &lt;b&gt; &amp; B</strong></p>")


def test_a_second_language_stands_in_the_maps_after_the_first(session, world):
    event = document(session, world, language="nl", name_map={"fr": "Apprendre le devis"}, text_map={"fr": "Venez."})
    for key in ("nameMap", "summaryMap", "contentMap"):
        assert list(event[key]) == ["nl", "fr"]
    assert event["contentMap"]["nl"] == event["content"]
    assert event["summaryMap"]["fr"].startswith("<p>Rencontre · ven. 11 décembre")
    assert {"nameMap", "summaryMap"}.isdisjoint(document(session, world))


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "AFGELAST"), ("fr", "ANNULÉ"), ("en", "CANCELLED"), ("de", "ABGESAGT")]
)
def test_a_cancellation_stands_before_name_and_summary(session, world, language, word):
    event = events.post(session, world.interior, meeting(language=language), now=NOW)
    events.cancel(session, event, now=LATER)
    found = write(wire.to_wire(session, event))
    assert found["name"] == f"[{word}] Offertes leren maken"
    assert text_of(found["summary"]).startswith(f"[{word}] ")
    assert (found["status"], found["eventStatus"], found["updated"]) == (
        "CANCELLED",
        "EventCancelled",
        "2026-11-20T10:00:00Z",
    )


def test_an_event_that_answers_elsewhere_says_where(session, world):
    tickets = document(session, world, join_mode="external", external_url="https://tickets.example/x")
    assert (tickets["joinMode"], tickets["externalParticipationUrl"]) == ("external", "https://tickets.example/x")
    silent = document(session, world, join_mode="none")
    assert (silent["joinMode"], silent["externalParticipationUrl"]) == ("external", silent["url"])


def test_an_event_on_the_net_alone_has_no_place(session, world):
    event = document(session, world, online=True, online_url="https://meet.example/x")
    assert "location" not in event
    assert event["isOnline"] is True


def test_what_is_for_members_never_goes_out(session, world):
    event = events.post(session, world.interior, meeting(visibility="members"), now=NOW)
    with pytest.raises(Refused, match="members-only"):
        wire.to_wire(session, event)


def test_our_own_document_reads_back_as_it_was(session, world):
    event = events.post(session, world.interior, meeting(place=PLACE, capacity=20, join_mode="restricted"), now=NOW)
    draft = wire.from_wire(read(write(wire.to_wire(session, event)), LIMITS), LIMITS).draft
    assert (draft.name, draft.starts_at, draft.ends_at, draft.timezone) == (
        event.name,
        event.starts_at,
        event.ends_at,
        event.timezone,
    )
    assert (draft.place.street, draft.place.country, draft.capacity, draft.join_mode) == (
        "Coenraetsstraat 66",
        "BE",
        20,
        "restricted",
    )


def of(name):
    return wire.from_wire(read(sample(name), LIMITS), LIMITS)


def test_a_mobilizon_event_is_read_with_its_organiser():
    found = of("mobilizon/create-event.json")
    assert (found.author_iri, found.organiser_iri) == (
        "https://mobilizon.example/@coopcity",
        "https://mobilizon.example/@ana",
    )
    assert (found.draft.join_mode, found.draft.capacity, found.attending) == ("free", 20, 6)
    assert found.draft.starts_at == datetime(2026, 6, 12, 17, tzinfo=UTC)
    assert found.draft.place.line == "Coopcity, Bruxelles"


def test_a_mobilizon_event_with_a_place_in_words_and_a_cancellation_is_read():
    draft = of("mobilizon/update-event-cancelled.json").draft
    assert (draft.status, draft.place.name) == ("CANCELLED", "Coopcity, Bruxelles")


def test_a_gancio_event_is_read_though_it_takes_no_answers():
    draft = of("gancio/create-event.json").draft
    assert (draft.name, draft.join_mode, draft.external_url) == ("Marché aux puces", "none", None)
    assert draft.attachments[0]["url"] == "https://gancio.example/media/p.jpg"


def test_a_wordpress_event_sends_its_guests_to_its_page():
    draft = of("wordpress/create-event.json").draft
    assert (draft.join_mode, draft.external_url) == ("external", "https://blog.example/open-atelierdag")


MEET = "https://meet.example/x"
BARE = {
    "id": "https://r.example/e/1",
    "type": "Event",
    "attributedTo": "https://r.example/u/a",
    "to": [PUBLIC],
    "name": "Feest",
    "startTime": "2026-12-11T19:00:00+01:00",
}


def foreign(**changes) -> EventDraft:
    event = read(BARE | changes, LIMITS)
    assert isinstance(event, types.Event)
    return wire.from_wire(event, LIMITS).draft


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"startTime": None}, Malformed, "no-start"),
        ({"startTime": "morgen"}, Malformed, "no-start"),
        ({"startTime": "1200-01-01T00:00:00Z"}, Malformed, "date-absurd"),
        ({"endTime": "9000-01-01T00:00:00Z"}, Malformed, "date-absurd"),
        ({"endTime": "2026-12-11T18:59:59+01:00"}, Malformed, "ends-before-it-begins"),
        ({"name": None}, Malformed, "no-title"),
        ({"id": None}, Malformed, "no-id"),
        ({"attributedTo": None}, Malformed, "no-author"),
        ({"attributedTo": "https://s.example/u/b"}, Unauthorised, "foreign-author"),
        ({"attributedTo": "https://r.example:8443/u/a"}, Unauthorised, "foreign-author"),
    ],
)
def test_an_event_that_cannot_be_is_refused(changes, error, code):
    with pytest.raises(error, match=code):
        foreign(**changes)


def test_friendicas_event_without_a_name_has_its_first_line():
    assert foreign(name=None, content="<p>Zomerfeest</p><p>Breng soep</p>").name == "Zomerfeest"


def test_an_author_may_stand_in_actor_alone():
    assert foreign(attributedTo=None, actor="https://r.example/u/a").name == "Feest"


@pytest.mark.parametrize(
    ("location", "name", "online", "url"),
    [
        ("Zaal 3, Gent", "Zaal 3, Gent", False, None),
        ({"type": "Place", "name": "Zaal 3"}, "Zaal 3", False, None),
        (
            [{"type": "VirtualLocation", "url": "https://meet.example/x"}, {"type": "Place", "name": "Zaal 3"}],
            "Zaal 3",
            True,
            "https://meet.example/x",
        ),
        (
            {"type": "VirtualLocation", "address": {"url": "https://meet.example/x"}},
            None,
            True,
            "https://meet.example/x",
        ),
        ({"type": "VirtualLocation", "url": "javascript:x"}, None, True, None),
        ("https://meet.example/x", None, True, "https://meet.example/x"),
        ([], None, False, None),
    ],
)
def test_a_location_is_read_in_each_of_its_shapes(location, name, online, url):
    draft = foreign(location=location)
    assert (draft.place.name if draft.place else None, draft.online, draft.online_url) == (name, online, url)


def test_an_address_may_be_one_line():
    draft = foreign(location={"type": "Place", "name": "Markt", "address": "Place du Jeu de Balle, 1000 Bruxelles"})
    assert draft.place.street == "Place du Jeu de Balle, 1000 Bruxelles"


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 4), (50, 181), (50, None), ("50", 4)])
def test_D5_a_place_off_the_map_is_a_place_without_degrees(latitude, longitude):
    place = {"type": "Place", "name": "Zaal", "latitude": latitude, "longitude": longitude}
    draft = foreign(location=place)
    assert (draft.place.latitude, draft.place.longitude) == (None, None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "CONFIRMED"),
        ({"status": "TENTATIVE"}, "TENTATIVE"),
        ({"status": "cancelled"}, "CANCELLED"),
        ({"status": "CANCELED"}, "CANCELLED"),
        ({"status": "whatever"}, "CONFIRMED"),
        ({"eventStatus": "EventCancelled", "status": "CONFIRMED"}, "CANCELLED"),
        ({"eventStatus": "https://schema.org/EventPostponed"}, "TENTATIVE"),
        ({"eventStatus": "EventRescheduled"}, "CONFIRMED"),
        ({"eventStatus": "?", "status": "CANCELLED"}, "CANCELLED"),
    ],
)
def test_the_status_is_read_in_both_vocabularies(changes, status):
    assert foreign(**changes).status == status


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({}, "none"),
        ({"joinMode": "free"}, "free"),
        ({"joinMode": "none"}, "none"),
        ({"joinMode": "maybe"}, "none"),
        ({"joinMode": "external"}, "none"),
        ({"externalParticipationUrl": "https://tickets.example/x"}, "external"),
        ({"joinMode": "external", "externalParticipationUrl": "javascript:x"}, "none"),
    ],
)
def test_how_to_answer_is_read_carefully(changes, mode):
    assert foreign(**changes).join_mode == mode


@pytest.mark.parametrize(
    ("zone", "start", "found"),
    [
        ("America/New_York", "2026-12-11T19:00:00-05:00", "America/New_York"),
        ("Mars/Olympus", "2026-12-11T19:00:00+01:00", "Europe/Brussels"),
        ("../../etc/passwd", "2026-12-11T19:00:00Z", "UTC"),
        (None, "2026-12-11T19:00:00+01:00", "Europe/Brussels"),
        (None, "2026-12-11T19:00:00Z", "UTC"),
        ("Europe", "2026-12-11T19:00:00Z", "UTC"),
    ],
)
def test_a_zone_that_is_none_gives_way_to_the_offset(zone, start, found):
    assert foreign(timezone=zone, startTime=start).timezone == found


@pytest.mark.parametrize("count", [2**31, 2**63, -1, 1e999, "20"])
def test_D5_a_number_of_people_that_cannot_be_is_left_out(count):
    found = wire.from_wire(read(BARE | {"maximumAttendeeCapacity": count, "participantCount": count}, LIMITS), LIMITS)
    assert (found.draft.capacity, found.attending) == (None, 0)


def test_no_limit_is_said_with_nought_by_mobilizon():
    assert foreign(maximumAttendeeCapacity=0).capacity is None


def test_contacts_and_organisers_are_people_of_the_same_server():
    contacts = ["https://r.example/u/b", "https://coop.example/u/noor"]
    found = wire.from_wire(read(BARE | {"contacts": contacts, "actor": "https://s.example/u/c"}, LIMITS), LIMITS)
    assert (found.draft.contacts, found.organiser_iri) == (("https://r.example/u/b",), None)


def test_the_words_of_others_are_cleaned_when_they_are_read():
    evil = "<p>Kom<script>alert(1)</script><img src=x onerror=y></p>"
    found = wire.from_wire(read(BARE | {"content": evil, "summary": evil, "name": "Fe\u202eest"}, LIMITS), LIMITS)
    assert (found.content, found.summary, found.draft.name) == ("<p>Kom</p>", "<p>Kom</p>", "Feest")
