"""Joining the instance: open, by invitation, on request; what is kept, told and refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actors import people, site
from actors.database import Database
from actors.people import Member, notices, registration
from actors.people.registration.tables import Agreement, Registration
from actors.refusals import Refused
from outbox import registration as orders
from tests.asgi import Answer, Browser
from tests.web.doorstep import COOKIE, Doorstep, make_doorstep, press, send
from tests.world import NOW, ORIGIN

pytestmark = pytest.mark.anyio
LEILA = {"name": "Leila", "address": "leila@post.example"}
QUESTIONS = [{"nl": "Wat doe je?", "en": "What do you do?"}, {"nl": "Wie ken je hier?", "en": "Whom do you know here?"}]


@pytest.fixture
def door(db: Database) -> Doorstep:
    return make_doorstep(db, mail_host="localhost", mail_from="coop@coop.example")


def rule(door: Doorstep, registration: str, **more: Any) -> None:
    door.db.write_now(site.set_choices, registration=registration, now=NOW, **more)


def invite(door: Doorstep, **more: Any) -> str:
    given = {"member_id": door.world.noor.id, "uses": 1, "ends_at": None, "now": door.clock[0]} | more
    return str(door.db.write_now(registration.invite, **given).token)


def member(door: Doorstep, address: str = "leila@post.example") -> Member | None:
    return door.db.read_now(people.member_at, address)


async def join(door: Doorstep, client: str = "192.0.2.9", **form: str) -> Answer:
    return await send(door.browser(client), "/join-us", {**LEILA, **form})


async def test_where_everybody_may_join_a_name_and_an_address_are_enough(door: Doorstep) -> None:
    rule(door, "open")
    browser = door.browser()
    answer = await press(browser, "/join-us", LEILA)
    assert "We have sent a mail to leila@post.example" in answer.text

    # Nobody is a member before the link was opened, and looking at it does not open it
    assert member(door) is None
    assert (await browser.get(door.link("confirm-address"))).status == 200
    assert member(door) is None

    answer = await press(browser, door.link("confirm-address"))
    assert (answer.status, answer.headers["location"]) == (303, "/me/profile?notice=welcome")
    made = member(door)
    assert made is not None
    assert (made.name, made.state, made.role, made.language) == ("Leila", "active", "member", "en")
    assert "Leila" in (await browser.get("/")).text
    assert (await browser.get(door.link("confirm-address"))).status == 410


async def test_L6_joining_with_the_address_of_a_member_is_answered_alike_and_mails_them_a_link(door: Doorstep) -> None:
    rule(door, "open")
    noor = "noor@members.example"
    known = await join(door, address=noor)
    unknown = await join(door, address="nino@members.example")
    assert known.text.replace(noor, "") == unknown.text.replace("nino@members.example", "")
    assert [(mail.recipient, mail.kind) for mail in door.mails()] == [
        (noor, "sign-in"),
        ("nino@members.example", "confirm-address"),
    ]


async def test_a_suspended_address_gets_the_same_answer_and_no_mail(door: Doorstep) -> None:
    rule(door, "open")
    door.db.write_now(people.suspend_member, door.member(), now=NOW)
    answer = await join(door, address="leila@members.example")
    assert "We have sent a mail" in answer.text
    assert door.mails() == []


async def test_a_registration_that_nobody_confirms_ends_and_is_forgotten(door: Doorstep) -> None:
    rule(door, "open")
    await join(door)
    link = door.link("confirm-address")
    door.forward(days=2)
    assert (await door.browser().get(link)).status == 410
    assert (await send(door.browser(), link)).status == 410
    door.db.write_now(registration.counting.prune, NOW + timedelta(days=8))
    assert door.db.read_now(lambda session: session.scalar(select(Registration.id))) is None


async def test_where_one_joins_by_invitation_there_is_no_form_without_one(door: Doorstep) -> None:
    rule(door, "invitation")
    page = (await door.browser().get("/join-us")).text
    assert "One joins here by invitation" in page
    assert 'name="address"' not in page
    answer = await join(door)
    assert answer.status == 422
    assert door.mails() == []


async def test_an_invitation_lets_in_as_many_as_it_says(door: Doorstep) -> None:
    rule(door, "invitation")
    path = f"/invitation/{invite(door, uses=1)}"
    browser, other = door.browser(), door.browser("198.51.100.1")
    assert "Noor invites you." in (await browser.get(path)).text

    # Two fill in the form; the one who confirms first has it
    await press(browser, path, LEILA)
    first = door.link("confirm-address")
    await press(other, path, {"name": "Nino", "address": "nino@post.example"})
    assert (await press(other, door.link("confirm-address"))).status == 303
    assert (await send(browser, first)).status == 410
    assert member(door) is None
    assert member(door, "nino@post.example") is not None
    assert (await browser.get(path)).status == 410


@pytest.mark.parametrize("over", ["ended", "past", "made up"])
async def test_an_invitation_that_is_over_opens_nothing(door: Doorstep, over: str) -> None:
    rule(door, "invitation")
    token = invite(door, uses=None, ends_at=NOW + timedelta(days=1))
    if over == "ended":
        line = door.db.read_now(registration.invitations, now=NOW)[0]
        door.db.write_now(registration.end_invitation, line.id, now=NOW)
    door.forward(days=1 if over == "past" else 0)
    token = "x" * 24 if over == "made up" else token
    assert (await door.browser().get(f"/invitation/{token}")).status == 410
    assert (await join(door, invitation=token)).status == 410
    assert door.mails() == []


async def test_on_request_somebody_reads_the_answers_and_lets_in(door: Doorstep) -> None:
    # Given an instance that asks two questions, and Leila who answers them
    rule(door, "request", questions=QUESTIONS)
    page = (await door.browser().get("/join-us")).text
    assert "What do you do?" in page
    await join(door, answer_0="I paint.", answer_1="Noor.")
    leila = door.browser()
    answer = await press(leila, door.link("confirm-address"))
    assert "Your request has arrived" in answer.text

    # Then she waits: not signed in, and no link signs her in
    assert COOKIE not in leila.cookies
    waits = member(door)
    assert waits is not None
    assert waits.state == "waiting"
    assert waits.answers == [
        {"question": "What do you do?", "answer": "I paint."},
        {"question": "Whom do you know here?", "answer": "Noor."},
    ]
    told = door.db.read_now(lambda session: session.scalars(select(notices.Notification)).all())
    assert [(line.member_id, line.kind, line.facts["who"]) for line in told] == [
        (door.world.noor.id, "registration-waiting", "Leila")
    ]
    assert [mail.kind for mail in door.mails() if mail.recipient == LEILA["address"]][-1] == "request-received"

    # When Noor lets her in
    noor = door.sign_in()
    page = (await noor.get("/admin/registrations")).text
    assert "I paint." in page
    answer = await send(noor, f"/admin/registrations/{waits.id}", {"decision": "approve"})
    assert answer.headers["location"] == "/admin/registrations?notice=let-in"

    # Then her first link signs her in, and it can't be decided again
    assert (await press(leila, door.link("request-approved"))).status == 303
    assert "Leila" in (await leila.get("/")).text
    answer = await send(noor, f"/admin/registrations/{waits.id}", {"decision": "refuse"})
    assert answer.headers["location"].endswith("notice=already-done")
    assert member(door) is not None


async def test_who_is_turned_away_hears_why_nothing_of_them_is_kept_and_they_may_ask_again(door: Doorstep) -> None:
    rule(door, "request", questions=QUESTIONS)
    await join(door, answer_0="marker-of-leila", answer_1="Nobody.")
    await press(door.browser(), door.link("confirm-address"))
    waits = member(door)
    assert waits is not None
    noor = door.sign_in()
    form = {"decision": "refuse", "reason": "Only for painters."}
    await send(noor, f"/admin/registrations/{waits.id}", form)
    assert door.mails("request-refused")[-1].facts == {"reason": "Only for painters."}
    assert member(door) is None

    door.forward(hours=2)
    await join(door, answer_0="I paint.", answer_1="Noor.")
    await press(door.browser(), door.link("confirm-address"))
    assert member(door) is not None


async def test_who_asks_twice_waits_once_with_the_newer_answers(door: Doorstep) -> None:
    rule(door, "request", questions=QUESTIONS[:1])
    for answer in ("First.", "Second."):
        await join(door, answer_0=answer)
        await press(door.browser(), door.link("confirm-address"))
    lines = door.db.read_now(registration.waiting)
    assert [line.answers[0]["answer"] for line in lines] == ["Second."]
    told = door.db.read_now(lambda session: session.scalars(select(notices.Notification)).all())
    assert len(told) == 1


async def test_an_invitation_goes_past_the_queue_and_its_questions(door: Doorstep) -> None:
    rule(door, "request", questions=QUESTIONS)
    browser = door.browser()
    path = f"/invitation/{invite(door)}"
    assert "What do you do?" not in (await browser.get(path)).text
    await press(browser, path, LEILA)
    assert (await press(browser, door.link("confirm-address"))).status == 303
    assert COOKIE in browser.cookies


async def test_E9_what_is_agreed_to_is_kept_with_its_version_and_time(door: Doorstep) -> None:
    rule(door, "open", terms={"en": "Be kind.\n\nPay fairly."})
    rule(door, "open", terms={"en": "Be kind.\n\nPay fairly and in time."})
    assert "Pay fairly and in time." in (await door.browser().get("/join-us")).text
    answer = await join(door)
    assert answer.status == 422
    assert "Without agreeing" in answer.text
    await join(door, agrees="yes")
    door.forward(hours=1)
    await press(door.browser(), door.link("confirm-address"))
    rows = door.db.read_now(lambda session: session.execute(select(Agreement.version, Agreement.agreed_at)).all())
    assert [tuple(row) for row in rows] == [(2, NOW)]


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"name": " "}, "name", "Type a name"),
        ({"name": "x" * 101}, "name", "too long"),
        ({"address": "leila"}, "address", "not a mail address"),
        ({"answer_1": ""}, "answer_1", "This question must be answered"),
        ({"answer_0": "x" * 2001}, "answer_0", "too long"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(
    door: Doorstep, form: dict[str, str], field: str, words: str
) -> None:
    rule(door, "request", questions=QUESTIONS)
    answer = await join(door, **({"answer_0": "I paint.", "answer_1": "Noor."} | form))
    assert answer.status == 422
    assert f'id="f-{field}-problem"' in answer.text
    assert words in answer.text
    if field != "answer_0":
        assert "I paint." in answer.text
    assert door.mails() == []


async def test_a_program_that_fills_in_every_field_is_thanked_and_forgotten(door: Doorstep) -> None:
    rule(door, "open")
    answer = await join(door, website="https://spam.example")
    assert "We have sent a mail" in answer.text
    assert door.mails() == []
    assert door.db.read_now(lambda session: session.scalar(select(Registration.id))) is None


async def test_one_network_asks_ten_times_an_hour(door: Doorstep) -> None:
    rule(door, "open")
    answers = [
        (await join(door, client=f"192.0.2.{number}", address=f"p{number}@post.example")).status for number in range(11)
    ]
    assert answers == [200] * 10 + [422]
    assert (await join(door, client="198.51.100.1")).status == 200
    door.forward(hours=1)
    assert (await join(door, client="192.0.2.1", address="q@post.example")).status == 200


async def test_moderators_make_invitations_and_end_them(door: Doorstep) -> None:
    browser = door.sign_in(door.member("Mo", role="moderator"))
    form = {"uses": "20", "ends_on": "2026-12-01", "note": "Open day"}
    answer = await send(browser, "/admin/invitations", form)
    assert answer.headers["location"] == "/admin/invitations?notice=invitation-made"
    line = door.db.read_now(registration.invitations, now=NOW)[0]
    assert (line.uses, line.by, line.note) == (20, "Mo", "Open day")
    page = (await browser.get("/admin/invitations")).text
    assert f"{ORIGIN}/invitation/{line.token}" in page
    assert 'class="qr"' in page
    await send(browser, f"/admin/invitations/{line.id}/end")
    assert door.db.read_now(registration.invitations, now=NOW) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"uses": "0"}, "from 1 to 1000"),
        ({"uses": "1001"}, "from 1 to 1000"),
        ({"uses": "many"}, "was not understood"),
        ({"uses": "1; 2"}, "was not understood"),
        ({"ends_on": "tomorrow 2026-12-01"}, "was not understood"),
        ({"ends_on": "2026-11-01"}, "This day is over"),
        ({"ends_on": "2026-13-01"}, "no day of the calendar"),
        ({"note": "x" * 201}, "too long"),
    ],
)
async def test_an_impossible_invitation_is_refused(door: Doorstep, form: dict[str, str], words: str) -> None:
    answer = await send(door.sign_in(), "/admin/invitations", form)
    assert answer.status == 422
    assert words in answer.text


async def test_who_runs_nothing_does_not_find_these_pages(door: Doorstep) -> None:
    somebody = door.sign_in(door.member())
    for browser in (door.browser(), somebody):
        for path in ("/admin/registrations", "/admin/invitations"):
            assert (await browser.get(path)).status == 404
        assert await _refused(browser, "/admin/invitations")
        assert await _refused(browser, "/admin/registrations/1")


async def _refused(browser: Browser, path: str) -> bool:
    return (await send(browser, path, {"decision": "approve"})).status == 404


async def test_where_no_mail_goes_out_the_operator_hands_the_link_over(door: Doorstep) -> None:
    rule(door, "open")
    await join(door)
    number, path = door.db.write_now(orders.link_for, LEILA["address"], now=NOW)
    assert number is None
    assert (await press(door.browser(), path)).status == 303
    made = member(door)
    assert made is not None
    for who in (str(made.id), " LEILA@post.example"):
        number, path = door.db.write_now(orders.link_for, who, now=NOW)
        assert number == made.id
        assert (await press(door.browser(), path)).status == 303
    for who in ("99999", "nobody@post.example"):
        with pytest.raises(Refused) as refused:
            door.db.write_now(orders.link_for, who, now=NOW)
        assert refused.value.code == "not-found"


def test_E7_what_came_in_is_forgotten_in_time(door: Doorstep) -> None:
    browser = door.sign_in()
    token = door.db.write_now(
        people.issue_token, door.world.noor.id, "sign-in", now=NOW, valid_for=timedelta(minutes=30)
    )
    door.db.write_now(registration.prune, NOW + timedelta(days=31))
    lines = door.db.read_now(people.sessions_of, door.world.noor.id, browser.cookies[COOKIE], now=NOW)
    assert [line.network for line in lines] == [None]
    with pytest.raises(Refused) as refused:
        door.db.write_now(people.redeem, token, "sign-in", now=NOW)
    assert refused.value.code == "token-unknown"
