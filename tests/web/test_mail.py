"""Mails on their way: over a real socket to a mail server that answers as it is told."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import Database
from actors.people import Member, Vault, create_member
from outbox import mail, notices
from outbox.mail import Mail
from tests.smtp import Sink, sink
from tests.words import CATALOGUES
from tests.world import NOW, ORIGIN, SECRET, make_world
from web.i18n import LANGUAGES
from web.mail import post as mail_post
from web.mail.courier import MailCourier
from web.mail.letters import LETTERS
from web.mail.message import Sender
from web.mail.office import Office
from web.mail.rendering import Renderer

LINK = f"{ORIGIN}/sign-in/a-secret-of-forty-three-characters-or-so"


@dataclass
class Post:
    """A database, a mail server and a courier between them, with a clock to set."""

    db: Database
    sink: Sink
    now: datetime = NOW
    options: dict[str, Any] = field(default_factory=dict)

    def courier(self, *, sends: bool = True) -> MailCourier:
        office = Office(
            "127.0.0.1",
            self.sink.port,
            **{"security": "none", "user": "", "password": "", "own_name": "coop.example"} | self.options,
        )

        async def post() -> mail_post.Post:
            return mail_post.Post(office if sends else None, Sender.of("", ORIGIN))

        return MailCourier(
            self.db,
            Vault(SECRET),
            Renderer(origin=ORIGIN, catalogues=CATALOGUES, timezone="Europe/Brussels"),
            post,
            origin=ORIGIN,
            now=lambda: self.now,
        )

    def put(self, **given: Any) -> None:
        facts: dict[str, Any] = {"link": LINK, "minutes": 30}
        whole = {"to": "leila@post.example", "kind": "sign-in", "facts": facts, "language": "en", "now": self.now}
        self.db.write_now(mail.queue, **whole | given)

    def rows(self) -> list[Mail]:
        return self.db.read_now(lambda session: list(session.scalars(select(Mail).order_by(Mail.id))))

    def only(self) -> Mail:
        (row,) = self.rows()
        return row


@pytest.fixture
async def post(db: Database) -> AsyncIterator[Post]:
    db.write_now(make_world)
    async with sink() as server:
        yield Post(db, server)


def member(db: Database, **given: Any) -> int:
    whole = {"name": "Leïla", "email": "leila@post.example", "language": "fr"} | given
    return db.write_now(lambda session: create_member(session, **whole).id)


def tell(db: Database, member_id: int, kind: str = "join-requested", now: datetime = NOW, **facts: Any) -> None:
    facts = {"who": "Karim", "group": "Intérieur"} | facts
    db.write_now(notices.tell, member_id, kind, about_iri=f"{ORIGIN}/g/interior", facts=facts, now=now)


# --------------------------------------------------------------------------------------------------- sent once


async def test_a_mail_arrives_once_and_its_link_is_gone_from_the_log(post: Post) -> None:
    post.put()
    await post.courier().drain()
    await post.courier().drain()
    (got,) = post.sink.got
    assert (got.sender, got.recipients) == ("noreply@" + ORIGIN.partition("://")[2], ("leila@post.example",))
    assert LINK in got.part("plain")
    assert LINK in got.part("html")
    row = post.only()
    assert (row.state, row.attempts, row.sent_at, row.facts) == ("sent", 1, NOW, None)
    assert "a-secret" not in repr(vars(row))


async def test_many_mails_go_over_one_connection(post: Post) -> None:
    for number in range(7):
        post.put(to=f"m{number}@post.example")
    await post.courier().drain()
    assert len(post.sink.got) == 7
    assert post.sink.connections == 1


async def test_two_workers_do_not_send_the_same_mail(post: Post) -> None:
    for number in range(10):
        post.put(to=f"m{number}@post.example")
    await asyncio.gather(post.courier().drain(), post.courier().drain())
    assert sorted(got.recipients[0] for got in post.sink.got) == [f"m{number}@post.example" for number in range(10)]


async def test_what_was_put_there_while_it_runs_is_sent_when_it_is_woken(post: Post) -> None:
    courier = post.courier()
    run = asyncio.create_task(courier.run())
    post.put()
    courier.wake()
    async with asyncio.timeout(5):
        while post.only().state != "sent":
            await asyncio.to_thread(lambda: None)
    run.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await run


# ------------------------------------------------------------------------------------------- retried, refused


async def test_a_server_that_says_later_is_asked_again_after_growing_pauses(post: Post) -> None:
    post.put(kind="test", facts={})
    post.sink.on_data = "451 try again"
    pauses = []
    for _ in range(4):
        await post.courier().drain()
        row = post.only()
        pauses.append(row.next_attempt_at - post.now)
        post.now = row.next_attempt_at
    assert pauses == [timedelta(minutes=each) for each in (1, 2, 4, 8)]
    assert post.only().error.startswith("451 try again")
    post.sink.on_data = "250 taken"
    await post.courier().drain()
    assert post.only().state == "sent"
    assert len(post.sink.got) == 1


async def test_it_is_given_up_after_three_days(post: Post) -> None:
    post.put(kind="invitation", facts={"link": LINK})
    post.sink.on_data = "451 try again"
    while post.only().state == "new":
        await post.courier().drain()
        post.now = max(post.now, post.only().next_attempt_at)
    row = post.only()
    assert (row.state, row.facts) == ("failed", None)
    assert row.error.startswith("given up; 451")
    assert timedelta(days=1) < post.now - NOW <= timedelta(days=3)
    assert 10 <= row.attempts <= 15


async def test_a_link_that_has_run_out_is_not_sent_any_more(post: Post) -> None:
    post.put()
    post.now += timedelta(minutes=31)
    await post.courier().drain()
    assert post.sink.got == []
    assert (post.only().state, post.only().error, post.only().facts) == ("dropped", "too-late", None)


@pytest.mark.parametrize("where", ["recipient", "data"])
async def test_a_refusal_for_good_is_final_and_harms_no_other_mail(post: Post, where: str) -> None:
    post.put(to="gone@post.example")
    post.put(to="leila@post.example")
    if where == "recipient":
        post.sink.on_recipient = lambda to: "550 no such user" if to.startswith("gone") else "250 fine"
    else:
        post.sink.on_data = "554 we think this is spam"
    await post.courier().drain()
    first, second = post.rows()
    assert (first.state, first.facts) == ("failed", None)
    assert first.error.startswith("55")
    assert second.state == ("sent" if where == "recipient" else "failed")
    post.now += timedelta(days=1)
    connections = post.sink.connections
    await post.courier().drain()
    assert post.sink.connections == connections


@pytest.mark.parametrize("trouble", ["greeting", "sender", "away", "no-tls", "sign-in"])
async def test_what_is_wrong_with_the_settings_loses_no_mail(post: Post, trouble: str) -> None:
    post.put(kind="test", facts={})
    port = post.sink.port
    match trouble:
        case "greeting":
            post.sink.greeting = "554 not you"
        case "sender":
            post.sink.on_sender = "550 not from that address"
        case "away":
            post.sink.port = 1
        case "no-tls":
            post.options = {"security": "starttls"}
        case "sign-in":
            post.sink.user, post.options = "coop", {"user": "coop", "password": "wrong"}
    await post.courier().drain()
    assert (post.only().state, post.only().attempts, post.sink.got) == ("new", 1, [])
    assert post.only().error

    # And when it is mended, it arrives
    post.sink.greeting, post.sink.on_sender, post.sink.port, post.options = "220 sink", "250 fine", port, {}
    post.now = post.only().next_attempt_at
    await post.courier().drain()
    assert len(post.sink.got) == 1


async def test_without_a_mail_server_mails_stay_in_the_log_and_are_seen(post: Post) -> None:
    post.put(kind="test", facts={})
    await post.courier(sends=False).drain()
    assert (post.only().state, post.only().attempts) == ("new", 0)
    assert post.db.read_now(mail.load, NOW).waiting == 1
    await post.courier().drain()
    assert post.only().state == "sent"


# ------------------------------------------------------------------------------------------------ killed between


async def test_a_worker_that_is_killed_before_the_server_has_it_leaves_it_to_the_next(post: Post) -> None:
    post.put()
    # Given a worker that took it and died
    post.db.write_now(mail.take, "dead", (mail.MAIL,), 20, NOW)
    await post.courier().drain()
    assert post.sink.got == []
    # When its lease has ended
    post.now += mail.LEASE
    await post.courier().drain()
    assert len(post.sink.got) == 1


async def test_a_worker_that_comes_back_late_settles_nothing_that_another_has(post: Post) -> None:
    post.put()
    (taken,) = post.db.write_now(mail.take, "slow", (mail.MAIL,), 20, NOW)
    post.now += mail.LEASE
    await post.courier().drain()
    assert not post.db.write_now(mail.sent, "slow", taken.id, now=post.now)
    post.db.write_now(mail.refused, "slow", taken.id, "550")
    assert post.only().state == "sent"


async def test_a_connection_lost_after_the_mail_was_handed_over_repeats_it_under_the_same_id(post: Post) -> None:
    post.put()
    post.sink.fall_silent_after_data = True
    await post.courier().drain()
    assert post.only().state == "new"
    post.sink.fall_silent_after_data = False
    post.now = post.only().next_attempt_at
    await post.courier().drain()
    first, second = post.sink.got
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message["Date"] == second.message["Date"]


async def test_a_worker_that_is_stopped_finishes_the_mail_in_hand_and_begins_no_other(post: Post) -> None:
    post.put(to="first@post.example")
    post.put(to="second@post.example")
    post.sink.hold = asyncio.Event()
    run = asyncio.create_task(post.courier().run())
    await post.sink.holding.wait()
    run.cancel()
    await asyncio.sleep(0)
    post.sink.hold.set()
    with contextlib.suppress(asyncio.CancelledError):
        await run
    assert [row.state for row in post.rows()] == ["sent", "new"]
    assert len(post.sink.got) == 1
    assert post.rows()[1].owner == ""


# ------------------------------------------------------------------------------------------------- the message


async def test_a_mail_has_the_headers_that_it_needs(post: Post) -> None:
    post.put(language="fr")
    await post.courier().drain()
    message = post.sink.got[0].message
    assert re.fullmatch(r"<[0-9a-f-]{36}@[a-z.]+>", message["Message-ID"])
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "leila@post.example"
    assert message["From"].addresses[0].display_name == "Coop"
    assert message["List-Unsubscribe"] is None
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in post.sink.got[0].raw.split(b"\r\n"))
    assert post.sink.got[0].raw.isascii()


HOSTILE = [
    "x\r\nBcc: victim@post.example",
    "x\nBcc: victim@post.example\n\nbody",
    "x\rBcc: victim@post.example",
    "x\u2028Bcc: victim@post.example",
    "x\x00\x0bBcc: victim@post.example",
    "=?utf-8?q?x=0D=0ABcc:_victim@post.example?=",
    '"><svg onload=alert(1)>',
    "%(site)s %s {{ 7*7 }}",
    "\u202egnp.exe",
    "\r\n.\r\nMAIL FROM:<a@b.example>",
    "é" * 500,
]


@pytest.mark.parametrize("value", HOSTILE)
async def test_nothing_that_others_say_breaks_out_of_a_header_or_a_text(post: Post, value: str) -> None:
    member_id = member(post.db)
    tell(post.db, member_id, who=value, group=value)
    post.put(kind="invitation", facts={"link": LINK, "who": value, "group": value, "note": value})
    post.put(kind="request-refused", facts={"reason": value})
    await post.courier().drain()
    assert len(post.sink.got) == 3
    for got in post.sink.got:
        message = got.message
        assert got.recipients == ("leila@post.example",)
        assert set(message.keys()) <= {
            *("Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "From", "To"),
            *("Subject", "MIME-Version", "Content-Type"),
        }
        assert message.defects == []
        assert "\u202e" not in message["Subject"]
        html = got.part("html")
        assert "<svg" not in html
        assert "{{" not in html or "{{ 7*7 }}" in value


async def test_a_link_that_does_not_lead_to_us_is_never_sent(post: Post) -> None:
    for link in (
        "https://evil.example/sign-in/x",
        "//evil.example/x",
        "javascript:alert(1)",
        f"{ORIGIN}.evil.example/x",
    ):
        post.put(kind="invitation", facts={"link": link})
    await post.courier().drain()
    assert post.sink.got == []
    assert {(row.state, row.error, row.facts) for row in post.rows()} == {
        ("failed", "unwordable: link is no address of ours", None)
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
async def test_every_kind_says_the_same_as_text_and_as_html_in_every_language(
    post: Post, kind: str, language: str
) -> None:
    line = {"kind": "answer", "about_iri": None, "facts": {"who": "Zoë"}, "at": NOW.isoformat()}
    facts = {"link": LINK, "minutes": 60, "who": "Zoë", "group": "Beeld & geluid", "lines": [line], "more": 2, **line}
    member_id = member(post.db, language=language)
    post.put(kind=kind, facts=facts, language=language, member_id=member_id)
    await post.courier().drain()
    (got,) = post.sink.got
    assert f'<html lang="{language}">' in got.part("html")
    text, html = got.part("plain"), re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", got.part("html")))
    assert got.message["Subject"]
    assert "%(" not in text + html + got.message["Subject"]
    for address in re.findall(r"https?://\S+", text):
        assert address.startswith(ORIGIN)
        assert address in got.part("html").replace("&amp;", "&")
    if language != "en":
        english = post.courier()._renderer
        reader = english.reader("en", None, NOW)
        assert english.letter(kind, facts, reader, "Coop").subject != got.message["Subject"]


# --------------------------------------------------------------------------------------------- notifications


async def test_a_notification_is_mailed_in_the_readers_language_with_its_action_and_its_end(post: Post) -> None:
    member_id = member(post.db)
    tell(post.db, member_id)
    await post.courier().drain()
    (got,) = post.sink.got
    assert got.message["Subject"] == "Karim voudrait rejoindre Intérieur"
    assert f"{ORIGIN}/g/interior/requests" in got.part("plain")
    end = got.message["List-Unsubscribe"]
    assert re.fullmatch(rf"<{ORIGIN}/unsubscribe/{member_id}\.join-requested\.[\w-]{{22}}>", end)
    assert got.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert end.strip("<>") in got.part("plain")
    # RFC 8058 §3.1 asks for it on one line, as it is
    assert f"List-Unsubscribe: {end}\r\n".encode() in post.sink.got[0].raw


async def test_who_no_longer_wants_a_kind_gets_no_mail_that_already_waits(post: Post) -> None:
    member_id = member(post.db)
    tell(post.db, member_id)
    post.db.write_now(notices.end_mail, member_id, "join-requested")
    await post.courier().drain()
    assert (post.sink.got, post.only().state, post.only().error) == ([], "dropped", "unwanted")


async def test_who_has_left_gets_no_mail_that_already_waits(post: Post) -> None:
    member_id = member(post.db)
    post.put(member_id=member_id)

    def leave(session: Session) -> None:
        session.get_one(Member, member_id).deleted_at = NOW

    post.db.write_now(leave)
    await post.courier().drain()
    assert (post.sink.got, post.only().state) == ([], "dropped")


# ------------------------------------------------------------------------------------------- for the operator


async def test_a_failed_mail_is_sent_again_when_the_operator_says_so_unless_it_held_a_secret(post: Post) -> None:
    post.put(kind="test", facts={})
    post.put()
    post.sink.on_recipient = lambda _: "550 no"
    await post.courier().drain()
    plain, secret = post.rows()
    assert post.db.write_now(mail.retry, plain.id, now=post.now)
    assert not post.db.write_now(mail.retry, secret.id, now=post.now)
    post.sink.on_recipient = lambda _: "250 yes"
    await post.courier().drain()
    assert [row.state for row in post.rows()] == ["sent", "failed"]
    assert not post.db.write_now(mail.retry, plain.id, now=post.now)


async def test_E7_a_row_of_the_log_is_gone_after_fourteen_days(post: Post) -> None:
    post.put(now=NOW - timedelta(days=15), kind="test", facts={})
    post.put(now=NOW - timedelta(days=13))
    post.put()
    assert post.db.write_now(mail.prune, NOW) == 1
    assert [(row.state, row.facts is None) for row in post.rows()] == [("dropped", True), ("new", False)]


def test_a_forgotten_member_is_in_no_mail(db: Database) -> None:
    db.write_now(make_world)
    post = Post(db, Sink())
    member_id = member(db)
    post.put(member_id=member_id)
    post.put()
    post.put(to="other@post.example")
    db.write_now(mail.forget, member_id, "leila@post.example")
    assert [row.recipient for row in post.rows()] == ["other@post.example"]
