"""Notifications on the site, what one chooses to be told, ending mails with one click, and the operator's log."""

import re
from typing import Any

import pytest

from actors.database import Database
from actors.people import notices as rules
from actors.people.notices import Choice, Rhythm
from outbox import mail, notices
from tests.asgi import Browser
from tests.web.doorstep import Doorstep, make_doorstep, press, send
from tests.world import NOW, ORIGIN
from web.mail.unsubscribe import unsubscribe_path

GROUP = f"{ORIGIN}/g/interior"


@pytest.fixture
def door(db: Database) -> Doorstep:
    return make_doorstep(db)


def tell(door: Doorstep, member_id: int, kind: str = "join-requested", **facts: Any) -> None:
    facts = {"who": "Karim", "group": "Interior"} | facts
    door.db.write_now(notices.tell, member_id, kind, about_iri=GROUP, facts=facts, now=door.clock[0])


def choice(door: Doorstep, member_id: int, kind: str) -> Choice:
    return door.db.read_now(rules.choice_of, member_id, kind)


# ------------------------------------------------------------------------------------------------------ the list


async def test_the_list_has_unread_lines_first_each_with_its_action(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    tell(door, leila, "join-approved")
    first = await browser.get("/me/notifications")
    await browser.get(re.findall(r'href="(/me/notifications/\d+)"', first.text)[0])
    tell(door, leila)
    text = (await browser.get("/me/notifications")).text.partition("<main")[2]
    assert text.index("Karim wants to join Interior.") < text.index("You are now a member of Interior.")
    assert text.count(">new</span>") == 1
    assert "See the request" in text
    assert "Open the group" in text


async def test_the_header_counts_what_is_unread(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    assert "new notification" not in (await browser.get("/")).text
    tell(door, leila)
    tell(door, leila, "answer")
    assert "2 new notifications" in (await browser.get("/")).text


async def test_an_empty_list_says_what_will_stand_there(door: Doorstep) -> None:
    text = (await door.sign_in(door.member()).get("/me/notifications")).text
    assert "Nothing new" in text
    assert "Mark all as read" not in text


async def test_following_a_line_leads_to_its_place_and_marks_it_read(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    tell(door, leila)
    (line,) = door.db.read_now(rules.notifications, leila)
    ahead = await browser.get(f"/me/notifications/{line.id}", headers={"sec-purpose": "prefetch"})
    assert (ahead.status, door.db.read_now(rules.unread, leila)) == (503, 1)
    answer = await browser.get(f"/me/notifications/{line.id}")
    assert (answer.status, answer.headers["location"]) == (303, "/g/interior/requests")
    assert door.db.read_now(rules.unread, leila) == 0


async def test_all_are_marked_read_with_one_button(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    tell(door, leila)
    answer = await press(browser, "/me/notifications")
    assert answer.headers["location"] == "/me/notifications?notice=all-read"
    assert door.db.read_now(rules.unread, leila) == 0


async def test_L4_nobody_reads_or_opens_the_lines_of_others(door: Doorstep) -> None:
    leila, karim = door.member(), door.member("Karim")
    tell(door, leila)
    (line,) = door.db.read_now(rules.notifications, leila)
    browser = door.sign_in(karim)
    assert (await browser.get(f"/me/notifications/{line.id}")).status == 404
    await send(browser, "/me/notifications/read", {"up_to": str(line.id)})
    assert door.db.read_now(rules.unread, leila) == 1
    for path in ("/me/notifications", f"/me/notifications/{line.id}", "/me/settings/notifications"):
        assert (await door.browser().get(path)).status == 401


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
async def test_H2_a_line_never_leads_elsewhere_and_shows_names_as_text(door: Doorstep, path: str) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    tell(door, leila, who='"><svg onload=alert(1)>', path=path)
    assert "<svg onload" not in (await browser.get("/me/notifications")).text
    (line,) = door.db.read_now(rules.notifications, leila)
    assert (await browser.get(f"/me/notifications/{line.id}")).headers["location"] == "/g/interior/requests"


async def test_a_long_list_has_pages(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    for number in range(35):
        tell(door, leila, who=f"Person {number}")
    first, second = await browser.get("/me/notifications"), await browser.get("/me/notifications?page=2")
    assert "Person 34 " in first.text
    assert "Person 4 " not in first.text
    assert "Person 4 " in second.text
    assert (await browser.get("/me/notifications?page=x")).status == 200


# ------------------------------------------------------------------------------------------------------- choices


async def test_a_member_chooses_by_kind_and_channel(door: Doorstep) -> None:
    leila = door.member()
    browser = door.sign_in(leila)
    page = (await browser.get("/me/settings/notifications")).text
    assert "Mails go to leila@members.example." in page
    assert "By direct message" not in page
    assert "wants to become a member of this instance" not in page
    answer = await send(browser, "/me/settings/notifications", {"mail_answer": "weekly", "site_answer": "yes"})
    assert answer.headers["location"] == "/me/settings/notifications?notice=saved"
    assert choice(door, leila, "answer") == Choice(site=True, mail=Rhythm.WEEKLY)
    assert choice(door, leila, "join-requested") == Choice(site=False, mail=Rhythm.AT_ONCE)
    assert choice(door, leila, "registration-waiting").site
    again = (await browser.get("/me/settings/notifications")).text
    assert '<option value="weekly" selected>' in again


async def test_a_rhythm_that_there_is_not_is_refused(door: Doorstep) -> None:
    leila = door.member()
    answer = await send(door.sign_in(leila), "/me/settings/notifications", {"mail_answer": "hourly"})
    assert answer.status == 422
    assert choice(door, leila, "answer").mail is Rhythm.AT_ONCE


# --------------------------------------------------------------------------------------- one click, and only that


def token_path(door: Doorstep, member_id: int, topic: str = "answer") -> str:
    return unsubscribe_path(door.world.vault, member_id, topic)


async def test_the_page_says_what_the_button_will_do_and_does_nothing_itself(door: Doorstep) -> None:
    leila = door.member()
    page = await door.browser().get(token_path(door, leila))
    assert page.status == 200
    assert "Somebody has answered you" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert choice(door, leila, "answer").mail is Rhythm.AT_ONCE
    done = await press(door.browser(), token_path(door, leila))
    assert "You get no more of these mails" in done.text
    assert choice(door, leila, "answer").mail is Rhythm.NONE


@pytest.mark.parametrize("sent", [{"List-Unsubscribe": "One-Click"}, {}])
async def test_RFC8058_a_mail_program_ends_it_by_a_post_alone(door: Doorstep, sent: dict[str, str]) -> None:
    leila, karim = door.member(), door.member("Karim")
    program = door.browser()
    answer = await program.post(token_path(door, leila), sent)
    assert answer.status == 200
    # It does that, and only that
    assert choice(door, leila, "answer") == Choice(site=True, mail=Rhythm.NONE)
    assert choice(door, leila, "join-requested").mail is Rhythm.AT_ONCE
    assert choice(door, karim, "answer").mail is Rhythm.AT_ONCE
    assert "set-cookie" not in answer.headers
    assert program.cookies == {}
    assert (await program.get("/me")).status == 401
    assert "leila@" not in answer.text


async def test_the_end_of_the_digest_ends_what_comes_in_digests(door: Doorstep) -> None:
    leila = door.member()
    await door.browser().post(token_path(door, leila, "digest"), {})
    assert choice(door, leila, "follow-request").mail is Rhythm.NONE
    assert choice(door, leila, "member-left").mail is Rhythm.NONE
    assert choice(door, leila, "answer").mail is Rhythm.AT_ONCE


async def test_L3_no_other_token_ends_anything_and_this_one_opens_nothing_else(door: Doorstep) -> None:
    leila, karim = door.member(), door.member("Karim")
    mine, theirs = token_path(door, leila), token_path(door, karim)
    forged = [
        mine.replace(f"/{leila}.", f"/{karim}."),
        mine.replace(".answer.", ".join-requested."),
        mine.rpartition(".")[0] + "." + theirs.rpartition(".")[2],
        mine[:-1],
        mine + "x",
        "/unsubscribe/x",
        "/unsubscribe/..",
        f"/unsubscribe/{leila}.answer.",
        "/unsubscribe/%C3%A9.answer.%F0%9F%98%80",
    ]
    for path in forged:
        assert (await door.browser().get(path)).status == 404, path
        assert (await door.browser().post(path, {})).status == 404, path
    assert choice(door, leila, "answer").mail is choice(door, karim, "answer").mail is Rhythm.AT_ONCE
    token = mine.rpartition("/")[2]
    for path in (f"/sign-in/{token}", f"/invitation/{token}"):
        assert (await door.browser().get(path)).status in {404, 410}


async def test_it_also_works_for_whoever_is_signed_in_and_for_who_has_left(door: Doorstep) -> None:
    leila = door.member()
    assert (await press(door.sign_in(leila), token_path(door, leila))).status == 200
    assert (await door.browser().post(token_path(door, 999_999), {})).status == 200
    assert choice(door, leila, "answer").mail is Rhythm.NONE


# --------------------------------------------------------------------------------------------------- the operator


async def test_the_operator_sees_what_waits_what_failed_and_why(door: Doorstep) -> None:
    browser = door.sign_in()
    page = (await browser.get("/admin/mail")).text
    assert "No mail server is set" in page
    assert "No mail here" in page
    door.db.write_now(
        mail.queue, to="leila@post.example", kind="invitation", facts={"link": "x"}, language="fr", now=NOW
    )
    (taken,) = door.db.write_now(mail.take, "w", (mail.MAIL,), 9, NOW)
    door.db.write_now(mail.later, "w", taken.id, "451 <b>greylisted</b>", now=NOW)
    door.db.write_now(mail.queue, to="no address", kind="test", facts={}, language="en", now=NOW)
    page = (await browser.get("/admin/mail")).text
    assert "451 &lt;b&gt;greylisted" in page
    assert "Not an address that mail can be sent to." in page
    assert "leila@post.example" not in (await browser.get("/admin/mail?state=failed")).text
    assert (await browser.get("/admin/mail?state=x&before=y")).status == 200


async def test_the_operator_sends_a_failed_mail_again_but_no_secret(door: Doorstep) -> None:
    browser = door.sign_in()
    for kind in ("test", "invitation"):
        door.db.write_now(
            mail.queue, to="l@post.example", kind=kind, facts={"link": "x-secret"}, language="fr", now=NOW
        )
    for taken in door.db.write_now(mail.take, "w", (mail.MAIL,), 9, NOW):
        door.db.write_now(mail.refused, "w", taken.id, "550 no")
    page = (await browser.get("/admin/mail")).text
    assert "x-secret" not in page
    (path,) = re.findall(r'action="(/admin/mail/\d+/again)"', page)
    assert (await send(browser, path)).headers["location"] == "/admin/mail?notice=mail-again"
    assert [line.state for line in door.db.read_now(mail.log)] == ["failed", "new"]
    assert (await send(browser, path)).status == 404


async def test_a_test_mail_is_put_into_the_log_once_a_minute(door: Doorstep) -> None:
    browser = door.sign_in()
    for _ in range(2):
        answer = await send(browser, "/admin/mail/test", {"to": "noor@post.example"})
        assert answer.headers["location"] == "/admin/mail?notice=test-mail-queued"
    (line,) = door.db.read_now(mail.log)
    assert (line.kind, line.recipient) == ("test", "noor@post.example")
    wrong = await send(browser, "/admin/mail/test", {"to": "a@x.example,b@x.example"})
    assert wrong.status == 422
    assert "Type one mail address" in wrong.text


async def test_L4_the_log_is_there_for_admins_alone(door: Doorstep) -> None:
    for browser in (door.browser(), door.sign_in(door.member()), door.sign_in(door.member("Mo", role="moderator"))):
        assert await _statuses(browser) <= {401, 404}
    assert door.db.read_now(mail.log) == []


async def _statuses(browser: Browser) -> set[int]:
    return {
        (await browser.get("/admin/mail")).status,
        (await send(browser, "/admin/mail/test", {"to": "a@x.example"})).status,
        (await send(browser, "/admin/mail/1/again")).status,
    }
