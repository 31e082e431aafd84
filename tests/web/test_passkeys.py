"""Passkeys: made, named, used, taken away; and every answer that must not let anybody in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from actors import people
from actors.database import Database
from actors.people import passkeys
from actors.people.passkeys import Passkey, PasskeyAttempt
from actors.refusals import Refused
from outbox import leaving
from tests.asgi import Answer, Browser
from tests.peers.authenticator import PRESENT, SYNCED, VERIFIED, Authenticator
from tests.web.doorstep import COOKIE, FIREFOX, Doorstep, make_doorstep, send
from tests.world import NOW, ORIGIN
from web.sentences import REFUSALS

pytestmark = pytest.mark.anyio

WAYS = "/me/identities"


@pytest.fixture
def door(db: Database) -> Doorstep:
    return make_doorstep(db)


async def asked(browser: Browser, path: str) -> dict[str, Any]:
    answer = await send(browser, path)
    assert answer.status == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.text)
    return found


async def make(browser: Browser, phone: Authenticator, name: str = "My phone") -> Answer:
    said = phone.make(await asked(browser, "/me/passkeys/begin"), origin=ORIGIN)
    return await send(browser, "/me/passkeys", {"answer": said, "name": name})


async def come_in(browser: Browser, phone: Authenticator, *, going: str = "", **how: Any) -> Answer:
    said = phone.use(await asked(browser, "/sign-in/passkey/begin"), origin=how.pop("origin", ORIGIN), **how)
    return await send(browser, "/sign-in/passkey", {"answer": said, "next": going})


def says(answer: Answer, code: str) -> bool:
    return answer.status == 422 and REFUSALS[code][0].replace("'", "&#39;") in answer.text


def who(door: Doorstep, browser: Browser) -> str | None:
    secret = browser.cookies.get(COOKIE, "")
    found = door.db.read_now(people.signed_in, secret, now=door.clock[0]) if secret else None
    return found.name if found else None


def rows(door: Doorstep, table: Any = Passkey) -> int:
    return door.db.read_now(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


async def with_passkey(door: Doorstep, phone: Authenticator, **member: Any) -> int:
    """A member who made a passkey with this device; its number."""
    leila = door.member(**member)
    assert (await make(door.sign_in(leila), phone)).status == 303
    return leila


async def test_a_member_makes_a_passkey_and_signs_in_with_it_without_typing_anything(door: Doorstep) -> None:
    # Given a member who signed in a moment ago and makes a passkey
    phone = Authenticator()
    leila = door.member("Leila")
    browser = door.sign_in(leila)
    answer = await make(browser, phone)
    assert answer.headers["location"] == f"{WAYS}?notice=passkey-added"
    assert "not used yet" in (await browser.get(WAYS)).text

    # When she signs in with it in a fresh browser, on her way to a page
    fresh = door.browser()
    answer = await come_in(fresh, phone, going="/g/interior")

    # Then she is in, where she wanted to go, and sees when it was used
    assert answer.headers["location"] == "/g/interior?notice=signed-in"
    assert who(door, fresh) == "Leila"
    page = await fresh.get(WAYS)
    assert "My phone" in page.text
    assert "not used yet" not in page.text


async def test_the_page_asks_for_a_key_that_is_found_without_an_address_and_says_nothing_of_the_member(
    door: Doorstep,
) -> None:
    leila = door.member("Leila")
    browser = door.sign_in(leila)
    await make(browser, Authenticator())
    wish = await asked(browser, "/me/passkeys/begin")
    assert wish["rp"] == {"id": "coop.example", "name": "Coop"}
    assert wish["authenticatorSelection"]["residentKey"] == "required"
    assert wish["authenticatorSelection"]["userVerification"] == "preferred"
    assert len(wish["excludeCredentials"]) == 1
    assert wish["user"]["name"] == "leila@members.example"
    assert str(leila) not in wish["user"]["id"]
    wish = await asked(door.browser(), "/sign-in/passkey/begin")
    assert (wish["rpId"], wish["userVerification"], wish.get("allowCredentials", [])) == (
        "coop.example",
        "preferred",
        [],
    )


async def test_a_passkey_is_called_after_the_browser_if_nobody_calls_it_anything(door: Doorstep) -> None:
    browser = door.sign_in(door.member("Leila"))
    said = Authenticator().make(await asked(browser, "/me/passkeys/begin"), origin=ORIGIN)
    await send(browser, "/me/passkeys", {"answer": said, "name": "  "}, **{"user-agent": FIREFOX})
    assert "Firefox on Linux" in (await browser.get(WAYS)).text


async def test_the_member_hears_by_mail_of_a_new_way_in(door: Doorstep) -> None:
    await with_passkey(door, Authenticator(), name="Leila")
    (told,) = door.mails("way-added")
    assert (told.recipient, told.facts) == ("leila@members.example", {"way": "My phone"})


async def test_several_passkeys_are_listed_each_can_be_called_otherwise_and_removed(door: Doorstep) -> None:
    browser = door.sign_in(door.member("Leila"))
    await make(browser, Authenticator(flags=PRESENT | VERIFIED | 0x08 | SYNCED), "In the cloud")
    phone = Authenticator()
    await make(browser, phone, "Old name")
    numbers = door.db.read_now(lambda session: list(session.scalars(select(Passkey.id).order_by(Passkey.id))))
    await send(browser, f"/me/passkeys/{numbers[1]}/name", {"name": "  Blue   key "})
    page = (await browser.get(WAYS)).text
    assert "Blue key" in page
    assert "kept on several devices" in page
    other = door.sign_in(door.db.read_now(lambda s: s.get_one(Passkey, numbers[0]).member_id))
    answer = await send(browser, f"/me/passkeys/{numbers[1]}/remove")
    assert answer.headers["location"] == f"{WAYS}?notice=passkey-removed"
    assert "Blue key" not in (await browser.get(WAYS)).text
    assert who(door, other) is None
    assert says(await come_in(door.browser(), phone), "passkey-unknown")


@pytest.mark.parametrize(("name", "code"), [("", "name-missing"), ("x" * 61, "too-long")])
async def test_a_name_that_does_not_do_is_refused_beside_its_field(door: Doorstep, name: str, code: str) -> None:
    browser = door.sign_in(door.member("Leila"))
    await make(browser, Authenticator())
    number = door.db.read_now(lambda session: session.scalars(select(Passkey.id)).one())
    answer = await send(browser, f"/me/passkeys/{number}/name", {"name": name})
    assert says(answer, code)
    assert f'id="f-{number}-name"' in answer.text
    assert "My phone" in (await browser.get(WAYS)).text


async def test_the_last_way_in_is_not_removed(door: Doorstep) -> None:
    # Given a member without a mail address, whose only way is a passkey
    phone = Authenticator()
    leila = await with_passkey(door, phone, name="Leila")
    door.db.write_now(people.change_address, leila, "")
    browser = door.browser()
    await come_in(browser, phone)
    number = door.db.read_now(lambda session: session.scalars(select(Passkey.id)).one())

    # When she removes it, then it is refused, and removed once there is another
    assert f"/me/passkeys/{number}/remove" not in (await browser.get(WAYS)).text
    assert says(await send(browser, f"/me/passkeys/{number}/remove"), "last-way-in")
    await make(browser, Authenticator())
    assert (await send(browser, f"/me/passkeys/{number}/remove")).status == 303


async def test_a_browser_that_was_left_open_makes_no_key(door: Doorstep) -> None:
    browser = door.sign_in(door.member("Leila"))
    said = Authenticator().make(await asked(browser, "/me/passkeys/begin"), origin=ORIGIN)
    door.forward(minutes=16)
    assert (await send(browser, "/me/passkeys/begin")).status == 403
    assert says(await send(browser, "/me/passkeys", {"answer": said}), "not-fresh")
    page = (await browser.get(WAYS)).text
    assert "sign in again first" in page
    assert 'class="form panel measure passkey"' not in page
    assert rows(door) == 0


async def test_a_browser_that_was_left_open_links_no_account_either(door: Doorstep) -> None:
    browser = door.sign_in(door.member("Leila"))
    door.forward(minutes=16)
    assert says(await send(browser, WAYS, {"handle": "@mallory@mastodon.example"}), "not-fresh")


async def test_L1_a_suspended_member_does_not_come_in_by_a_passkey(door: Doorstep) -> None:
    phone = Authenticator()
    leila = await with_passkey(door, phone, name="Leila")
    door.db.write_now(people.suspend_member, leila, now=NOW)
    browser = door.browser()
    assert says(await come_in(browser, phone), "member-suspended")
    assert who(door, browser) is None


async def test_L3_a_challenge_opens_once(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    browser = door.browser()
    said = phone.use(await asked(browser, "/sign-in/passkey/begin"), origin=ORIGIN)
    assert (await send(browser, "/sign-in/passkey", {"answer": said})).status == 303
    del browser.cookies[COOKIE]
    assert says(await send(browser, "/sign-in/passkey", {"answer": said}), "passkey-late")


async def test_L3_a_challenge_is_spent_by_an_answer_that_proves_nothing(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    browser = door.browser()
    wish = await asked(browser, "/sign-in/passkey/begin")
    wrong, right = phone.use(wish, origin="https://evil.example"), phone.use(wish, origin=ORIGIN)
    assert says(await send(browser, "/sign-in/passkey", {"answer": wrong}), "passkey-not-proved")
    assert says(await send(browser, "/sign-in/passkey", {"answer": right}), "passkey-late")


async def test_L3_a_challenge_is_good_for_ten_minutes(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    browser = door.browser()
    said = phone.use(await asked(browser, "/sign-in/passkey/begin"), origin=ORIGIN)
    door.forward(minutes=10)
    assert says(await send(browser, "/sign-in/passkey", {"answer": said}), "passkey-late")
    await asked(browser, "/sign-in/passkey/begin")
    assert rows(door, PasskeyAttempt) == 1


async def test_a_challenge_is_good_in_the_browser_that_was_given_it(door: Doorstep) -> None:
    # Given an answer that Leila was talked into making for a challenge of Mallory's browser, and the other way round
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    mallory, leila = door.browser(), door.browser()
    said = phone.use(await asked(mallory, "/sign-in/passkey/begin"), origin=ORIGIN)
    await asked(leila, "/sign-in/passkey/begin")
    assert says(await send(leila, "/sign-in/passkey", {"answer": said}), "passkey-late")
    assert says(await send(door.browser(), "/sign-in/passkey", {"answer": said}), "passkey-late")


async def test_two_pages_of_one_browser_may_ask_at_the_same_time(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    browser = door.browser()
    first = await asked(browser, "/sign-in/passkey/begin")
    await asked(browser, "/sign-in/passkey/begin")
    assert (await send(browser, "/sign-in/passkey", {"answer": phone.use(first, origin=ORIGIN)})).status == 303


async def test_a_challenge_for_adding_signs_nobody_in_and_one_of_another_member_adds_nothing(door: Doorstep) -> None:
    phone, gus = Authenticator(), door.member("Gus")
    await with_passkey(door, phone, name="Leila")
    browser = door.sign_in(gus)
    wish = await asked(browser, "/me/passkeys/begin")
    del browser.cookies[COOKIE]
    said = phone.use(wish | {"rpId": wish["rp"]["id"]}, origin=ORIGIN)
    assert says(await send(browser, "/sign-in/passkey", {"answer": said}), "passkey-late")
    door.sign_in(door.member("Mallory"), browser)
    said = Authenticator().make(wish, origin=ORIGIN)
    assert says(await send(browser, "/me/passkeys", {"answer": said}), "passkey-late")


def _set(phone: Authenticator, **fields: Any) -> dict[str, Any]:
    for name, value in fields.items():
        setattr(phone, name, value)
    return {}


def _made_elsewhere(phone: Authenticator) -> dict[str, Any]:
    phone.make({"rp": {"id": "coop.example"}, "user": {"id": "bm9ib2R5"}, "challenge": "AAAA"}, origin=ORIGIN)
    return {}


def _other(_phone: Authenticator) -> Authenticator:
    other = Authenticator()
    _made_elsewhere(other)
    return other


WRONG: dict[str, tuple[Callable[[Authenticator], dict[str, Any]], str]] = {
    "made on another page": (lambda _: {"origin": "https://coop.example.evil.example"}, "passkey-not-proved"),
    "made on a page without encryption": (lambda _: {"origin": "http://coop.example"}, "passkey-not-proved"),
    "signed with another key": (lambda phone: {"signer": _other(phone)}, "passkey-not-proved"),
    "in the name of somebody else": (lambda _: {"handle": b"somebody"}, "passkey-unknown"),
    "in nobody's name": (lambda _: {"handle": b""}, "passkey-unknown"),
    "for another site": (lambda phone: _set(phone, believes="evil.example"), "passkey-not-proved"),
    "without anybody there": (lambda phone: _set(phone, flags=VERIFIED), "passkey-not-proved"),
    "that it was made, not used": (lambda phone: _set(phone, type="webauthn.create"), "passkey-not-proved"),
    "by a key that nobody has here": (_made_elsewhere, "passkey-unknown"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_an_answer_is_not_believed(door: Doorstep, what: str) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    spoil, code = WRONG[what]
    browser = door.browser()
    assert says(await come_in(browser, phone, **spoil(phone)), code)
    assert who(door, browser) is None


async def test_a_key_without_verification_is_good_since_having_it_is_proof_enough(door: Doorstep) -> None:
    key = Authenticator(flags=PRESENT)
    await with_passkey(door, key, name="Leila")
    browser = door.browser()
    assert (await come_in(browser, key)).status == 303


async def test_a_key_whose_count_does_not_go_up_was_copied(door: Doorstep) -> None:
    key = Authenticator(counts=True)
    await with_passkey(door, key, name="Leila")
    copied = Authenticator(counts=True, count=key.count, keys=key.keys)
    assert (await come_in(door.browser(), key)).status == 303
    assert (await come_in(door.browser(), key)).status == 303
    assert says(await come_in(door.browser(), copied), "passkey-copied")
    copied.counts, copied.count = False, 0
    assert says(await come_in(door.browser(), copied), "passkey-copied")
    assert (await come_in(door.browser(), key)).status == 303


async def test_a_key_of_another_member_is_not_added_twice(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    held = door.db.read_now(lambda session: session.scalars(select(Passkey)).one())
    made = passkeys.Made(held.credential_id, held.public_key, 0, synced=False)
    with pytest.raises(Refused, match="passkey-known"):
        door.db.write_now(passkeys.add, door.member("Mallory"), made, "Mine", now=NOW)


async def test_a_member_has_twenty_passkeys_at_most(door: Doorstep) -> None:
    leila = door.member("Leila")
    for number in range(passkeys.MOST - 1):
        door.db.write_now(passkeys.add, leila, passkeys.Made(b"%d" % number, b"k", 0, synced=False), "K", now=NOW)
    browser = door.sign_in(leila)
    phone = Authenticator()
    said = phone.make(await asked(browser, "/me/passkeys/begin"), origin=ORIGIN)
    door.db.write_now(passkeys.add, leila, passkeys.Made(b"last", b"k", 0, synced=False), "K", now=NOW)
    assert says(await send(browser, "/me/passkeys", {"answer": said}), "passkeys-full")
    assert (await send(browser, "/me/passkeys/begin")).status == 422


BROKEN = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "no response": '{"rawId": "AA"}',
    "no text": '{"rawId": 1, "response": {"clientDataJSON": 2}}',
    "no base64": '{"rawId": "AA", "response": {"clientDataJSON": "§§"}}',
    "deep": "[" * 9_000,
    "half a pair": '{"response": {"clientDataJSON": "\\ud800"}}',
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_is_no_answer_is_refused_in_words(door: Doorstep, what: str) -> None:
    browser = door.sign_in(door.member("Leila"))
    assert says(await send(browser, "/me/passkeys", {"answer": BROKEN[what]}), "passkey-malformed")
    assert says(await send(door.browser(), "/sign-in/passkey", {"answer": BROKEN[what]}), "passkey-malformed")


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("instead", ["AA", "", "oWNmbXRkbm9uZQ"])
async def test_an_answer_with_a_damaged_part_makes_no_key(door: Doorstep, part: str, instead: str) -> None:
    browser = door.sign_in(door.member("Leila"))
    said = json.loads(Authenticator().make(await asked(browser, "/me/passkeys/begin"), origin=ORIGIN))
    said["response"][part] = instead
    answer = await send(browser, "/me/passkeys", {"answer": json.dumps(said)})
    assert says(answer, "passkey-malformed") or says(answer, "passkey-not-proved")
    assert rows(door) == 0


async def test_L7_the_database_holds_no_challenge_and_no_cookie_in_the_clear(door: Doorstep) -> None:
    browser = door.browser()
    challenge = passkeys.challenge_in(
        Authenticator().make(
            await asked(browser, "/sign-in/passkey/begin") | {"rp": {"id": "x"}, "user": {"id": "AA"}}, origin=ORIGIN
        )
    )
    row = door.db.read_now(lambda session: session.scalars(select(PasskeyAttempt)).one())
    kept = [bytes(row.digest), bytes(row.browser)]
    assert challenge not in kept
    assert browser.cookies["__Host-passkey"].encode() not in kept


async def test_whoever_signs_in_anew_leaves_no_older_session_behind(door: Doorstep) -> None:
    phone = Authenticator()
    await with_passkey(door, phone, name="Leila")
    guest = door.browser()
    guest.cookies[COOKIE] = door.db.write_now(
        people.open_session_for, actor_id=door.world.alice.id, device="x", now=NOW
    )
    before = Browser(guest.app, ORIGIN, dict(guest.cookies))
    assert (await come_in(guest, phone)).status == 303
    assert who(door, guest) == "Leila"
    assert who(door, before) is None


async def test_passkeys_go_with_their_member(door: Doorstep) -> None:
    leila = await with_passkey(door, Authenticator(), name="Leila")
    door.db.write_now(leaving.erase, leila, now=NOW, keeps=False)
    assert rows(door) == 0


async def test_the_sign_in_page_says_what_needs_scripts_and_offers_the_link_first(door: Doorstep) -> None:
    page = (await door.browser().get("/sign-in?next=/me")).text
    assert page.index("Send me a link") < page.index("Sign in with a passkey") < page.index("I have a password")
    assert "needs JavaScript" in page
    assert page.count('name="next" value="/me"') == 3
