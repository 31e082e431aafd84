"""A member's sessions and account: what they see, change and end; and how they show that it is them."""

from datetime import timedelta

import pytest

from actors import people
from actors.database import Database
from tests.web.doorstep import COOKIE, FIREFOX, Doorstep, make_doorstep, press, send
from tests.world import NOW
from web.i18n import Reader, load_catalogues
from web.people.devices import in_words

pytestmark = pytest.mark.anyio
NOOR = "noor@members.example"
PHRASE = "een tafel vol met brood"


@pytest.fixture
def door(db: Database) -> Doorstep:
    return make_doorstep(db, mail_host="localhost", mail_from="coop@coop.example")


def address_of(door: Doorstep) -> str | None:
    return door.db.read_now(people.account, door.world.noor.id).email


async def test_a_member_sees_every_browser_and_ends_one_the_others_or_all(door: Doorstep) -> None:
    here, there, third = door.sign_in(), door.sign_in(), door.sign_in()
    page = (await here.get("/me/sessions")).text
    assert page.count("Firefox on Linux") >= 3
    assert page.count("this browser") == 1
    assert "192.0.2.0/24" in page

    lines = door.db.read_now(people.sessions_of, door.world.noor.id, there.cookies[COOKIE], now=NOW)
    ended = next(line.id for line in lines if line.is_this)
    assert (await send(here, "/me/sessions", {"which": str(ended)})).status == 303
    assert [(await each.get("/me/sessions")).status for each in (here, there, third)] == [200, 401, 200]

    await send(here, "/me/sessions", {"which": "others"})
    assert [(await each.get("/me/sessions")).status for each in (here, third)] == [200, 401]

    answer = await send(here, "/me/sessions", {"which": "all"})
    assert answer.headers["location"] == "/?notice=signed-out-everywhere"
    assert COOKIE not in here.cookies


async def test_nobody_ends_a_session_of_somebody_else(door: Doorstep) -> None:
    noor, leila = door.sign_in(), door.sign_in(door.member())
    lines = door.db.read_now(people.sessions_of, door.world.noor.id, None, now=NOW)
    await send(leila, "/me/sessions", {"which": str(lines[0].id)})
    assert (await noor.get("/me/sessions")).status == 200


@pytest.mark.parametrize("path", ["/me/sessions", "/me/account"])
async def test_who_is_not_signed_in_or_has_no_account_here_does_not_see_it(door: Doorstep, path: str) -> None:
    browser = door.browser()
    assert (await browser.get(path)).status == 401
    browser.cookies[COOKIE] = door.db.write_now(
        people.open_session_for, actor_id=door.world.alice.id, device="", now=NOW
    )
    assert (await browser.get(path)).status == 401


def test_where_a_session_came_from_is_forgotten_after_a_month(session, world) -> None:
    secret = people.open_session_for(session, member_id=world.noor.id, device="", network="192.0.2.0/24", now=NOW)
    for days, known in ((29, "192.0.2.0/24"), (31, None)):
        people.prune_sessions(session, NOW + timedelta(days=days))
        session.expire_all()
        lines = people.sessions_of(session, world.noor.id, secret, now=NOW + timedelta(days=days))
        assert [line.network for line in lines] == [known]
    people.prune_sessions(session, NOW + timedelta(days=121))
    assert people.sessions_of(session, world.noor.id, secret, now=NOW) == []


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("", "an unknown browser"),
        ("<script>", "an unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(device: str, words: str) -> None:
    assert in_words(Reader(load_catalogues()["en"], None, NOW), device) == words  # type: ignore[arg-type]


async def test_a_member_is_renamed(door: Doorstep) -> None:
    browser = door.sign_in()
    assert (await send(browser, "/me/account", {"name": "  Noor   P. "})).status == 303
    assert door.db.read_now(people.account, door.world.noor.id).name == "Noor P."
    for name, words in ((" ", "Type a name"), ("x" * 101, "too long")):
        answer = await send(browser, "/me/account", {"name": name})
        assert answer.status == 422
        assert words in answer.text


async def test_a_new_address_holds_once_its_link_was_opened_and_the_old_one_is_told(door: Doorstep) -> None:
    browser = door.sign_in()
    await send(browser, "/me/account/address", {"address": "New@Post.example"})
    assert [(mail.recipient, mail.kind) for mail in door.mails()] == [("new@post.example", "confirm-address")]

    # Looking at the link changes nothing
    link = door.link("confirm-address")
    assert (await door.browser().get(link)).status == 200
    assert address_of(door) == NOOR

    # Its button does, once
    answer = await send(browser, link)
    assert answer.headers["location"] == "/me/account?notice=address-changed"
    assert address_of(door) == "new@post.example"
    told = door.mails()[-1]
    assert (told.recipient, told.kind, told.facts) == (NOOR, "address-changed", {"address": "n…@post.example"})
    assert (await send(browser, link)).status == 410


async def test_L6_an_address_that_somebody_else_has_is_answered_like_any_other_and_gets_nothing(door: Doorstep) -> None:
    door.member()
    browser = door.sign_in()
    answers = [
        await send(browser, "/me/account/address", {"address": address})
        for address in ("leila@members.example", "free@members.example")
    ]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert [mail.recipient for mail in door.mails()] == ["free@members.example"]


async def test_an_address_that_was_taken_meanwhile_is_refused(door: Doorstep) -> None:
    browser = door.sign_in()
    await send(browser, "/me/account/address", {"address": "leila@members.example"})
    door.member()
    answer = await send(browser, door.link("confirm-address"))
    assert answer.status == 410
    assert address_of(door) == NOOR


async def test_a_password_is_set_changed_and_removed(door: Doorstep) -> None:
    noor, browser, other = door.world.noor.id, door.sign_in(), door.sign_in()

    async def password(form: dict[str, str]) -> int:
        return (await send(browser, "/me/account/password", form)).status

    # Fresh from signing in, it is set; every other browser is signed out
    assert await password({"password": PHRASE}) == 303
    assert people.proves(PHRASE, door.db.read_now(people.own_credentials, noor))
    assert [(await each.get("/me/account")).status for each in (browser, other)] == [200, 401]

    # Later it takes the one that holds
    door.forward(minutes=16)
    assert await password({"password": "another phrase of mine"}) == 422
    assert await password({"password": "another phrase of mine", "current": "wrong"}) == 422
    assert await password({"password": "another phrase of mine", "current": PHRASE}) == 303
    assert people.proves("another phrase of mine", door.db.read_now(people.own_credentials, noor))
    assert await password({"do": "remove", "current": "another phrase of mine"}) == 303
    assert door.db.read_now(people.own_credentials, noor).password_hash is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("kq83-xv0_pl", "at least twelve"),
        ("x" * 1001, "at most a thousand"),
        ("wachtwoord1234", "Many people use"),
        ("noor@members.example", "little more than your name"),
    ],
)
async def test_a_bad_password_is_refused_with_its_reason(door: Doorstep, password: str, words: str) -> None:
    answer = await send(door.sign_in(), "/me/account/password", {"password": password})
    assert answer.status == 422
    assert words in answer.text
    assert password not in answer.text.replace(NOOR, "")
    assert door.db.read_now(people.own_credentials, door.world.noor.id).password_hash is None


async def test_somebody_at_an_open_browser_can_not_take_the_account(door: Doorstep) -> None:
    browser = door.sign_in()
    door.forward(minutes=16)
    for path, form in (
        ("/me/account/address", {"address": "mallory@evil.example"}),
        ("/me/account/password", {"password": PHRASE}),
    ):
        answer = await send(browser, path, form)
        assert answer.status == 422
        assert "Show that it is you" in answer.text
    assert door.mails() == []


async def test_a_fresh_link_proves_who_one_is_and_leads_back(door: Doorstep) -> None:
    browser = door.sign_in()
    door.forward(days=1)
    await send(browser, "/me/account/link")
    answer = await press(browser, door.link())
    assert answer.headers["location"] == "/me/account?notice=signed-in"
    assert (await send(browser, "/me/account/password", {"password": PHRASE})).status == 303
