"""The life of an event of ours, and who comes to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from actors import events, people
from actors.events import request_attendance, withdraw_attendance
from actors.places import PlaceDraft
from actors.refusals import Refused
from tests.actors.stories import LATER, STARTS, meeting, remote_meeting
from tests.world import NOW, make_world, stranger


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def guests(session, world):
    """Five people of another server."""
    return [
        people.remember(session, stranger(f"guest{n}", host="mz.example", number=7).document, now=NOW) for n in range(5)
    ]


def test_an_event_is_born_under_the_address_of_its_group(session, world):
    event = events.post(session, world.interior, meeting(), member_id=world.noor.id, now=NOW)
    assert event.iri == f"{world.interior.iri}/events/{event.uuid}"
    assert (event.status, event.over_at, event.attending) == ("CONFIRMED", STARTS + timedelta(hours=2), 0)
    assert events.find(session, event.iri) is event


def test_without_an_end_it_is_over_when_it_begins(session, world):
    event = events.post(session, world.interior, meeting(ends_at=None), now=NOW)
    assert event.over_at == STARTS
    assert events.coming_items(session, world.interior.id, 5, now=STARTS - timedelta(seconds=1)) == [event]
    assert events.coming_items(session, world.interior.id, 5, now=STARTS) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "title-missing"),
        ({"name": "x" * 201}, "too-long"),
        ({"ends_at": STARTS - timedelta(seconds=1)}, "ends-before-it-begins"),
        ({"starts_at": STARTS.replace(year=1850)}, "date-absurd"),
        ({"timezone": "Mars/Olympus"}, "unknown-zone"),
        ({"timezone": "../../etc/passwd"}, "unknown-zone"),
        ({"timezone": "Europe"}, "unknown-zone"),
        ({"name": "a\x00b"}, "unreadable-character"),
        ({"language": "Nederlands"}, "unknown-language"),
        ({"tags": ("x" * 101,)}, "too-long"),
        ({"place": PlaceDraft(name="Ergens", latitude=50.0, longitude=181.0)}, "place-off-the-map"),
        ({"join_mode": "maybe"}, "unknown-choice"),
        ({"capacity": 0}, "unknown-choice"),
        ({"capacity": 1_000_001}, "too-many"),
        ({"join_mode": "external"}, "address-missing"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(session, world, changes, code):
    assert refusal(events.post, session, world.interior, meeting(**changes), now=NOW).code == code


def test_an_event_may_end_when_it_begins(session, world):
    assert events.post(session, world.interior, meeting(ends_at=STARTS), now=NOW).ends_at == STARTS


def test_a_cancelled_event_stays_until_its_day(session, world):
    event = events.post(session, world.interior, meeting(), now=NOW)
    events.cancel(session, event, now=LATER)
    events.cancel(session, event, now=LATER + timedelta(days=1))
    assert (event.status, event.updated_at) == ("CANCELLED", LATER)
    assert events.coming_items(session, world.interior.id, 5, now=LATER) == [event]


def test_an_event_of_others_is_not_ours_to_change(session, world):
    event = events.record_remote(session, world.bouw, remote_meeting(), shown=True, now=NOW)
    for order in (events.cancel, events.delete):
        assert refusal(order, session, event, now=LATER).code == "not-ours"
    assert refusal(events.change, session, event, meeting(), now=LATER).code == "not-ours"


def test_a_deleted_event_leaves_no_word_behind(session, world):
    event = events.post(session, world.interior, meeting(name="Geheim", text="geheim", tags=("geheim",)), now=NOW)
    events.delete(session, event, now=LATER)
    session.refresh(event)
    kept = [getattr(event, column.key) for column in event.__table__.columns]
    assert "geheim" not in repr(kept).lower()
    assert people.tombstone(session, event.iri).former_type == "Event"
    assert refusal(events.change, session, event, meeting(), now=LATER).code == "gone"


def test_whoever_wants_may_come_to_an_open_event(session, world, guests):
    event = events.post(session, world.interior, meeting(), now=NOW)
    attendance = request_attendance(session, event, guests[0], "https://mz.example/join/1", "+1", now=NOW)
    assert (attendance.state, attendance.message, event.attending) == ("accepted", "+1", 1)
    assert events.find_attendance(session, "https://mz.example/join/1") is attendance


def test_asking_again_gets_the_same_answer_under_the_new_id(session, world, guests):
    event = events.post(session, world.interior, meeting(capacity=1), now=NOW)
    first = request_attendance(session, event, guests[0], "https://mz.example/join/1", "", now=NOW)
    again = request_attendance(session, event, guests[0], "https://mz.example/join/2", "ik", now=LATER)
    assert again is first
    assert (again.state, again.join_iri, event.attending) == ("accepted", "https://mz.example/join/2", 1)


def test_the_last_seat_is_given_once(session, world, guests):
    event = events.post(session, world.interior, meeting(capacity=2), now=NOW)
    for guest in guests[:2]:
        request_attendance(session, event, guest, None, "", now=NOW)
    refused = refusal(request_attendance, session, event, guests[2], None, "", now=NOW)
    assert (refused.code, refused.facts) == ("event-full", {"capacity": 2})
    assert event.attending == 2


def test_a_seat_that_is_given_back_is_free_again(session, world, guests):
    event = events.post(session, world.interior, meeting(capacity=1), now=NOW)
    request_attendance(session, event, guests[0], None, "", now=NOW)
    assert withdraw_attendance(session, event, guests[0], now=LATER).state == "left"
    assert event.attending == 0
    assert request_attendance(session, event, guests[1], None, "", now=LATER).state == "accepted"
    assert refusal(request_attendance, session, event, guests[0], None, "", now=LATER).code == "event-full"


def test_whoever_left_may_come_back(session, world, guests):
    event = events.post(session, world.interior, meeting(), now=NOW)
    request_attendance(session, event, guests[0], None, "", now=NOW)
    withdraw_attendance(session, event, guests[0], now=LATER)
    assert request_attendance(session, event, guests[0], None, "", now=LATER).state == "accepted"


def test_who_was_not_coming_has_nothing_to_withdraw(session, world, guests):
    event = events.post(session, world.interior, meeting(), now=NOW)
    assert withdraw_attendance(session, event, guests[0], now=NOW) is None


def test_an_organiser_decides_who_comes_to_a_restricted_event(session, world, guests):
    event = events.post(session, world.interior, meeting(join_mode="restricted", capacity=1), now=NOW)
    wanting = [request_attendance(session, event, guest, None, "", now=NOW) for guest in guests[:2]]
    assert [one.state for one in wanting] == ["requested", "requested"]
    assert event.attending == 0
    events.decide_attendance(session, wanting[0], accepted=True, now=LATER)
    assert event.attending == 1
    assert refusal(events.decide_attendance, session, wanting[1], accepted=True, now=LATER).code == "event-full"
    events.decide_attendance(session, wanting[1], accepted=False, now=LATER)
    again = request_attendance(session, event, guests[1], None, "", now=LATER)
    assert (again.state, event.attending) == ("rejected", 1)


def test_nobody_is_let_in_who_has_left(session, world, guests):
    event = events.post(session, world.interior, meeting(join_mode="restricted"), now=NOW)
    attendance = request_attendance(session, event, guests[0], None, "", now=NOW)
    withdraw_attendance(session, event, guests[0], now=NOW)
    refused = refusal(events.decide_attendance, session, attendance, accepted=True, now=LATER)
    assert refused.code == "attendance-left"


def test_who_is_not_invited_is_turned_away(session, world, guests):
    event = events.post(session, world.interior, meeting(join_mode="invite"), now=NOW)
    assert request_attendance(session, event, guests[0], None, "", now=NOW).state == "rejected"


def test_an_event_that_answers_elsewhere_takes_no_answers(session, world, guests):
    elsewhere = meeting(join_mode="external", external_url="https://tickets.example/x")
    event = events.post(session, world.interior, elsewhere, now=NOW)
    refused = refusal(request_attendance, session, event, guests[0], None, "", now=NOW)
    assert (refused.code, refused.facts["url"]) == ("joins-not-handled", "https://tickets.example/x")


def test_nobody_comes_when_it_is_over_cancelled_or_gone(session, world, guests):
    event = events.post(session, world.interior, meeting(), now=NOW)
    over = STARTS + timedelta(hours=2)
    assert refusal(request_attendance, session, event, guests[0], None, "", now=over).code == "event-over"
    events.cancel(session, event, now=NOW)
    assert refusal(request_attendance, session, event, guests[0], None, "", now=NOW).code == "event-cancelled"
    events.delete(session, event, now=LATER)
    assert refusal(request_attendance, session, event, guests[0], None, "", now=LATER).code == "gone"


def test_answers_to_an_event_elsewhere_are_not_ours_to_give(session, world, guests):
    event = events.record_remote(session, world.bouw, remote_meeting(), shown=True, now=NOW)
    assert refusal(request_attendance, session, event, guests[0], None, "", now=NOW).code == "not-ours"


def test_two_answers_at_the_same_time_do_not_share_the_last_seat(db):
    def prepare(session):
        world = make_world(session)
        event = events.post(session, world.interior, meeting(capacity=3), now=NOW)
        made = [
            people.remember(session, stranger(f"g{n}", host="mz.example", number=7).document, now=NOW) for n in range(8)
        ]
        return event.id, [guest.id for guest in made]

    event_id, guests = db.write_now(prepare)

    def come(session, guest_id):
        event = session.get_one(events.Event, event_id)
        guest = session.get_one(people.Actor, guest_id)
        return request_attendance(session, event, guest, None, "", now=NOW).state

    def attempt(guest_id):
        try:
            return db.write_now(come, guest_id)
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, guests))
    assert answers == ["accepted"] * 3 + ["event-full"] * 5
    assert db.read_now(lambda session: session.get_one(events.Event, event_id).attending) == 3
