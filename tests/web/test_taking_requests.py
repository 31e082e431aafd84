"""Deciding who takes part and who follows: one or several at once, with a word, told to whom it concerns."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from actors import groups
from actors.bonds import Follow
from actors.database import Database
from actors.groups import Person
from actors.people import Actor, Vault
from outbox.log import OutgoingActivity
from outbox.mail import DIRECT
from tests.web.guild import Guild, make_guild
from tests.words import CATALOGUES
from tests.world import ORIGIN, SECRET
from web.mail.courier import MailCourier
from web.mail.message import Sender
from web.mail.post import Post
from web.mail.rendering import Renderer

pytestmark = pytest.mark.anyio
REQUESTS = "/g/guild/requests"


@pytest.fixture
def guild(db: Database, tmp_path: Path) -> Guild:
    return make_guild(db, tmp_path)


def where(answer: Any) -> str:
    assert answer.status == 303
    return str(answer.headers["location"])


async def test_who_asks_stands_there_with_what_they_answered(guild: Guild) -> None:
    (what,) = guild.ask_these("What do you do!")
    guild.asks(Person(guild.mia), answers={what: "Sets <b>and</b> light"}, language="en")
    page = (await guild.hamlet.sign_in(guild.otto).get(REQUESTS)).text
    assert "What do you do!" in page
    assert "Sets &lt;b&gt;and&lt;/b&gt; light" in page


async def test_one_is_let_in_and_told_by_the_list_and_a_mail(guild: Guild) -> None:
    asked = guild.asks(Person(guild.mia))
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve", word="Welcome!")
    assert where(answer) == f"{REQUESTS}?notice=asked-let-in"
    assert guild.role(Person(guild.mia)) == "member"
    assert guild.told(guild.mia) == [("join-approved", {"group": "Guild", "path": "/g/guild", "reason": "Welcome!"})]
    assert guild.mails()[-1][0] == "mia@members.example"
    page = (await guild.hamlet.sign_in(guild.mia).get("/me/notifications")).text
    assert "You are now a member of Guild. They say: Welcome!" in page


async def test_several_are_answered_together_and_one_by_its_own_button(guild: Guild) -> None:
    people = [guild.mia, *(guild.hamlet.member(name).id for name in ("Ann", "Bo", "Cem"))]
    asked = [guild.asks(Person(each)) for each in people]
    browser = guild.hamlet.sign_in(guild.otto)

    await guild.hamlet.post(REQUESTS, refuse=str(asked[3]), ids=str(asked[0]))
    form = f"ids={asked[0]}&ids={asked[1]}&decision=approve&form_token={guild.hamlet.token}"
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = await browser.request("POST", REQUESTS, headers=headers, body=form.encode())

    assert where(answer) == f"{REQUESTS}?notice=asked-let-in"
    states = [guild.membership(Person(each)).state for each in people]
    assert states == ["active", "active", "requested", "ended"]


async def test_a_no_is_told_with_its_reason_and_can_be_taken_back_for_a_month(guild: Guild) -> None:
    asked = guild.asks(Person(guild.mia))
    browser = guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="refuse", word="We are too many.")
    assert guild.told(guild.mia)[0] == (
        "join-refused",
        {"group": "Guild", "path": "/g/guild", "reason": "We are too many."},
    )
    assert "Let in after all" in (await browser.get(REQUESTS)).text

    guild.hamlet.forward(days=29)
    answer = await guild.hamlet.post(f"{REQUESTS}/{asked}/let-in")

    assert where(answer) == f"{REQUESTS}?notice=asked-let-in"
    assert guild.role(Person(guild.mia)) == "member"
    assert [kind for kind, _ in guild.told(guild.mia)] == ["join-refused", "join-approved"]


async def test_after_a_month_a_no_stands_and_the_answers_are_forgotten(guild: Guild) -> None:
    (what,) = guild.ask_these("What do you do!")
    asked = guild.asks(Person(guild.mia), answers={what: "Secret sets"}, message="A word")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="refuse", word="No")
    guild.hamlet.forward(days=31)
    guild.write(groups.forget_answers, guild.hamlet.now)
    answer = await guild.hamlet.post(f"{REQUESTS}/{asked}/let-in")
    assert where(answer) == f"{REQUESTS}?notice=already-done"
    row = guild.membership(Person(guild.mia))
    assert (row.state, row.answers, row.message, row.word) == ("ended", [], "", "")


@pytest.mark.parametrize("how", ["left", "removed"])
async def test_only_a_no_is_taken_back_so_never_whoever_went(guild: Guild, how: str) -> None:
    gus = guild.takes_part("Gus")
    row = guild.membership(Person(gus)).id
    if how == "left":
        guild.hamlet.sign_in(gus)
        await guild.hamlet.post("/g/guild/leave")
    guild.hamlet.sign_in(guild.otto)
    if how == "removed":
        await guild.hamlet.post(f"/g/guild/members/{row}/remove")
    assert where(await guild.hamlet.post(f"{REQUESTS}/{row}/let-in")) == f"{REQUESTS}?notice=already-done"
    assert guild.role(Person(gus)) is None


async def test_a_guest_is_told_by_a_direct_message_in_the_language_in_which_they_asked(guild: Guild) -> None:
    alice = Person(actor_id=guild.hamlet.world.alice.id)
    asked = guild.asks(alice, language="fr")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve")
    ((to, language, facts),) = guild.mails(DIRECT)
    assert (to, language, facts["kind"]) == (guild.hamlet.world.alice.iri, "fr", "join-approved")


async def test_that_message_is_a_note_to_the_guest_alone_with_the_reason_and_the_way(guild: Guild) -> None:
    asked = guild.asks(Person(actor_id=guild.hamlet.world.alice.id), language="nl")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="refuse", word="Te <vol>.")
    renderer = Renderer(origin=ORIGIN, catalogues=CATALOGUES, timezone="Europe/Brussels")
    now = guild.hamlet.now

    async def post() -> Post:
        return Post(None, Sender.of("", ORIGIN))

    courier = MailCourier(guild.db, Vault(SECRET), renderer, post, origin=ORIGIN, now=lambda: now)

    await courier.drain()

    def notes(session: Any) -> list[Any]:
        rows = session.scalars(select(OutgoingActivity).where(OutgoingActivity.type == "Create"))
        return [orjson.loads(row.body)["object"] for row in rows]

    (note,) = guild.read(notes)
    assert note["to"] == [guild.hamlet.world.alice.iri]
    assert "Guild heeft je vraag om lid te worden niet aanvaard." in note["content"]
    assert "Te &lt;vol&gt;." in note["content"]
    assert f'<a href="{ORIGIN}/g/guild"' in note["content"]


async def test_who_asked_with_a_join_is_answered_by_an_activity_and_not_by_a_message(guild: Guild) -> None:
    def join(session: Any) -> int:
        group, alice = session.get_one(Actor, guild.group_id), session.get_one(Actor, guild.hamlet.world.alice.id)
        return groups.request_join(session, group, alice, f"{alice.iri}/joins/1", "Hello", now=guild.hamlet.now).id

    asked = guild.write(join)
    page = (await guild.hamlet.sign_in(guild.otto).get(REQUESTS)).text
    assert "asked from another server" in page
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve")
    assert guild.mails(DIRECT) == []
    said = guild.read(lambda session: [orjson.loads(row.body) for row in session.scalars(select(OutgoingActivity))])
    assert [each["type"] for each in said if each["actor"] == guild.iri] == ["Accept"]


async def test_nobody_is_decided_without_a_tick_and_a_word_that_is_too_long_comes_back(guild: Guild) -> None:
    asked = guild.asks(Person(guild.mia))
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(REQUESTS, decision="approve", word="Welcome")
    assert answer.status == 422
    assert "Tick at least one name." in answer.text
    assert "Welcome</textarea>" in answer.text
    answer = await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve", word="x" * 501)
    assert answer.status == 422
    assert "x" * 501 in answer.text
    assert guild.role(Person(guild.mia)) is None


async def test_L4_a_request_of_another_group_is_not_decided_here(guild: Guild) -> None:
    elsewhere = guild.hamlet.world.interior
    asked = guild.write(
        lambda session: (
            groups.ask_to_join(
                session, session.get_one(Actor, elsewhere.id), Person(guild.mia), now=guild.hamlet.now
            ).id
        )
    )
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve")
    assert where(answer) == f"{REQUESTS}?notice=already-done"
    assert guild.read(groups.role_of, elsewhere.id, Person(guild.mia)) is None


async def test_what_somebody_else_decided_meanwhile_is_said(guild: Guild) -> None:
    asked = guild.asks(Person(guild.mia))
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(REQUESTS, ids=str(asked), decision="approve")
    answer = await guild.hamlet.post(REQUESTS, ids=str(asked), decision="refuse")
    assert where(answer) == f"{REQUESTS}?notice=already-done"
    assert guild.role(Person(guild.mia)) == "member"


async def test_an_empty_list_teaches_what_will_stand_there(guild: Guild) -> None:
    browser = guild.hamlet.sign_in(guild.otto)
    assert "Nobody is waiting" in (await browser.get(REQUESTS)).text
    guild.rule(joining="open")
    assert "Nobody has to wait" in (await browser.get(REQUESTS)).text
    guild.rule(joining="invitation")
    assert "Nobody can ask" in (await browser.get(REQUESTS)).text


def wants_to_follow(guild: Guild) -> int:
    def follow(session: Any) -> int:
        group, alice = session.get_one(Actor, guild.group_id), session.get_one(Actor, guild.hamlet.world.alice.id)
        group.manually_approves = True
        iri = "https://mastodon.example/follows/1"
        return groups.add_follower(session, alice, group, iri, now=guild.hamlet.now).id

    return int(guild.write(follow))


@pytest.mark.parametrize(("decision", "state"), [("approve", "accepted"), ("refuse", "rejected")])
async def test_who_waits_to_follow_stands_in_the_same_list(guild: Guild, decision: str, state: str) -> None:
    follow = wants_to_follow(guild)
    page = (await guild.hamlet.sign_in(guild.otto).get(REQUESTS)).text
    assert "@alice@mastodon.example" in page
    answer = await guild.hamlet.post(f"{REQUESTS}/follows", ids=str(follow), decision=decision)
    assert where(answer).startswith(f"{REQUESTS}?notice=follows-")
    assert guild.read(lambda session: session.get_one(Follow, follow).state) == state


async def test_L4_a_follow_of_another_group_is_not_decided_here(guild: Guild) -> None:
    follow = wants_to_follow(guild)
    other = guild.hamlet.world.interior.id
    guild.write(lambda session: setattr(session.get_one(Follow, follow), "followed_id", other))
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(f"{REQUESTS}/follows", ids=str(follow), decision="approve")
    assert where(answer) == f"{REQUESTS}?notice=already-done"
    assert guild.read(lambda session: session.get_one(Follow, follow).state) == "requested"


async def test_of_a_private_group_nobody_follows_who_takes_no_part(db: Database, tmp_path: Path) -> None:
    guild = make_guild(db, tmp_path, private=True)
    follow = wants_to_follow(guild)
    page = (await guild.hamlet.sign_in(guild.otto).get(REQUESTS)).text
    assert "no member: can't be let in to a private group" in page
    answer = await guild.hamlet.post(f"{REQUESTS}/follows", ids=str(follow), decision="approve")
    assert where(answer) == f"{REQUESTS}?notice=already-done"
    assert guild.read(lambda session: session.get_one(Follow, follow).state) == "requested"
