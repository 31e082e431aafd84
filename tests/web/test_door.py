"""Coming in: a link by mail, a password; what is never said, and what is refused."""

import pytest
from sqlalchemy import event

from actors import people
from actors.database import Database
from tests.asgi import Browser
from tests.web.doorstep import COOKIE, Doorstep, make_doorstep, press, send
from tests.world import NOW

pytestmark = pytest.mark.anyio
NOOR = "noor@members.example"
PHRASE = "een tafel vol met brood"


@pytest.fixture
def door(db: Database) -> Doorstep:
    return make_doorstep(db, mail_host="localhost", mail_from="coop@coop.example")


def set_password(door: Doorstep, member_id: int, password: str) -> None:
    known = door.db.read_now(people.own_credentials, member_id)
    door.db.write_now(people.set_password, known, people.hash_password(password), keep=None, now=NOW)


async def test_a_link_by_mail_signs_in_and_leads_back(door: Doorstep) -> None:
    # Given somebody who came from a page of ours
    browser = door.browser()
    answer = await press(browser, "/sign-in?next=/g/interior", {"address": f" {NOOR.upper()} "})
    assert answer.status == 200
    assert "Look into your mail" in answer.text

    # When they open the link of the mail and press its button
    answer = await press(browser, door.link())

    # Then they are signed in, where they came from
    assert (answer.status, answer.headers["location"]) == (303, "/g/interior?notice=signed-in")
    assert "Noor" in (await browser.get("/")).text


@pytest.mark.parametrize(
    "going", ["//evil.example", "https://evil.example/", "/\\evil.example", "/sign-out", "javascript:alert(1)", "/a b"]
)
async def test_L5_nobody_is_sent_elsewhere_after_signing_in(door: Doorstep, going: str) -> None:
    browser = door.browser()
    await send(browser, "/sign-in", {"address": NOOR, "next": going})
    answer = await press(browser, door.link())
    assert answer.headers["location"] == "/?notice=signed-in"


async def test_L6_a_known_and_an_unknown_address_get_the_same_bytes_for_the_same_work(door: Doorstep) -> None:
    # Given an address of a member and one of the same length that nobody has
    unknown = "nino@members.example"
    asked: list[str] = []
    event.listen(
        door.db.engine, "before_cursor_execute", lambda _c, _cur, statement, *_more: asked.append(statement.split()[0])
    )

    # When a link is asked for either
    known_answer = await send(door.browser(), "/sign-in", {"address": NOOR})
    for_known = asked.copy()
    asked.clear()
    unknown_answer = await send(door.browser(), "/sign-in", {"address": unknown})

    # Then the answers differ in what was typed alone, and the database did as much
    assert known_answer.text.replace(NOOR, "") == unknown_answer.text.replace(unknown, "")
    assert dict(known_answer.headers) == dict(unknown_answer.headers)
    assert [word for word in asked if word != "ROLLBACK"] == [word for word in for_known if word != "RELEASE"]
    assert [mail.recipient for mail in door.mails()] == [NOOR]


@pytest.mark.parametrize("state", ["suspended", "waiting"])
async def test_who_may_not_sign_in_gets_no_link_and_is_not_told(door: Doorstep, state: str) -> None:
    member_id = door.member()
    if state == "suspended":
        door.db.write_now(people.suspend_member, member_id, now=NOW)
    else:
        door.db.write_now(lambda session: setattr(session.get(people.Member, member_id), "state", "waiting"))
    answer = await send(door.browser(), "/sign-in", {"address": "leila@members.example"})
    assert "Look into your mail" in answer.text
    assert door.mails() == []


async def test_asking_again_and_again_never_keeps_a_member_without_a_link_that_opens(door: Doorstep) -> None:
    # Given an attacker who asks for links in Noor's name all the time
    for minute in range(120):
        await send(door.browser(f"198.51.100.{minute}"), "/sign-in", {"address": NOOR})

        # Then at every moment the youngest link in her letter box opens
        assert (await door.browser(f"203.0.113.{minute}").get(door.link())).status == 200, minute
        door.forward(minutes=1)

    # And she got no more than three mails an hour
    assert len(door.mails()) <= 6


@pytest.mark.parametrize(
    ("address", "code"), [("", "Type your mail"), ("x", "not a mail"), ("a@b\nBcc: c@d", "not a mail")]
)
async def test_an_address_that_is_none_is_refused_beside_its_field(door: Doorstep, address: str, code: str) -> None:
    answer = await send(door.browser(), "/sign-in", {"address": address})
    assert answer.status == 422
    assert code in answer.text
    assert 'aria-describedby="f-address-hint f-address-problem"' in answer.text


async def test_an_instance_without_mail_says_where_the_link_is(db: Database) -> None:
    door = make_doorstep(db)
    answer = await send(door.browser(), "/sign-in", {"address": NOOR})
    assert f"knooppunt member link {NOOR}" in answer.text


async def test_who_is_signed_in_already_goes_on_at_once(door: Doorstep) -> None:
    answer = await door.sign_in().get("/sign-in?next=/needs")
    assert (answer.status, answer.headers["location"]) == (303, "/needs")


async def test_a_password_signs_in(door: Doorstep) -> None:
    set_password(door, door.world.noor.id, PHRASE)
    browser = door.browser()
    answer = await send(browser, "/sign-in", {"address": NOOR, "password": PHRASE, "next": "/needs"})
    assert (answer.status, answer.headers["location"]) == (303, "/needs?notice=signed-in")
    assert "Noor" in (await browser.get("/")).text


@pytest.mark.parametrize("address", [NOOR, "nino@members.example", "leila@members.example"])
async def test_L6_a_wrong_password_no_password_and_nobody_are_answered_alike(door: Doorstep, address: str) -> None:
    door.member()  # Leila has none
    set_password(door, door.world.noor.id, PHRASE)
    answer = await send(door.browser(), "/sign-in", {"address": address, "password": "something else"})
    assert answer.status == 422
    assert "Address and password do not belong together." in answer.text
    assert "something else" not in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


async def test_guessing_at_one_account_is_stopped_from_everywhere_and_the_link_still_comes(door: Doorstep) -> None:
    set_password(door, door.world.noor.id, PHRASE)

    async def guess(number: int) -> int:
        browser = door.browser(f"198.51.100.{number}")
        return (await send(browser, "/sign-in", {"address": NOOR, "password": "guess"})).status

    # Given five wrong guesses from as many networks: the sixth is not tried
    assert [await guess(number) for number in range(6)] == [422] * 5 + [429]

    # Then the member herself still gets in by a link
    browser = door.browser()
    await send(browser, "/sign-in", {"address": NOOR})
    assert (await press(browser, door.link())).status == 303


async def test_a_password_of_older_parameters_is_hashed_anew(door: Doorstep) -> None:
    from argon2 import PasswordHasher

    noor = door.world.noor.id
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PHRASE.encode())
    known = door.db.read_now(people.own_credentials, noor)
    door.db.write_now(people.set_password, known, old, keep=None, now=NOW)
    assert (await send(door.browser(), "/sign-in", {"address": NOOR, "password": PHRASE})).status == 303
    fresh = door.db.read_now(people.own_credentials, noor)
    assert fresh.password_hash != old
    assert not people.is_outdated(fresh.password_hash)
    assert people.proves(PHRASE, fresh)


async def test_L1_every_way_of_ending_sessions_holds_at_the_next_request(door: Doorstep) -> None:
    async def is_in(browser: Browser) -> bool:
        return (await browser.get("/me/sessions")).status == 200

    browser = door.sign_in()
    assert await is_in(browser)
    door.db.write_now(people.revoke_all, door.world.noor.id, now=NOW)
    assert not await is_in(browser)

    member_id = door.member()
    browser = door.sign_in(member_id)
    assert await is_in(browser)
    door.db.write_now(people.suspend_member, member_id, now=NOW)
    assert not await is_in(browser)


async def test_a_session_that_is_used_stays_alive(door: Doorstep) -> None:
    browser = door.sign_in()
    for _ in range(4):
        door.forward(days=60)
        assert "Noor" in (await browser.get("/")).text
    door.forward(days=91)
    assert "Noor" not in (await browser.get("/")).text


async def test_a_guest_is_told_what_the_account_is_good_for_and_what_is_for_members(door: Doorstep) -> None:
    # Given Alice, who came with her account on Mastodon
    browser = door.browser()
    browser.cookies[COOKIE] = door.db.write_now(
        people.open_session_for, actor_id=door.world.alice.id, device="x", now=NOW
    )

    # Then her page says what she can do with it, and pages of members say why they are closed, and what opens them
    assert "You are here with your account elsewhere." in (await browser.get("/me")).text
    answer = await browser.get("/me/identities")
    assert answer.status == 401
    assert "This page is for members of this site" in answer.text
    assert 'href="/join-us"' in answer.text.partition("<main")[2]
    assert "Sign in first" in (await door.browser().get("/me/identities")).text


async def test_every_way_of_signing_in_leads_back_to_where_the_reader_came_from(door: Doorstep) -> None:
    page = (await door.browser().get("/sign-in?next=/g/interior")).text.partition("<main")[2]
    assert page.count("<form") == page.count('name="next" value="/g/interior"') == 3
    assert 'href="/sign-in/fediverse?next=/g/interior"' in page
    other = (await door.browser().get("/sign-in/fediverse?next=/g/interior")).text
    assert 'href="/sign-in?next=/g/interior"' in other
    assert 'name="next" value="/g/interior"' in other
