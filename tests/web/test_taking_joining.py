"""Joining and leaving a group on its pages: by its rule, as a member and as a guest, and what is never lost."""

from pathlib import Path
from typing import Any

import pytest

from actors.database import Database
from actors.groups import Person
from actors.people import Actor
from outbox import offers
from tests.actors.stories import need
from tests.web.guild import Guild, make_guild
from tests.world import ORIGIN

pytestmark = pytest.mark.anyio


@pytest.fixture
def guild(db: Database, tmp_path: Path) -> Guild:
    return make_guild(db, tmp_path)


def where(answer: Any) -> tuple[int, str]:
    return answer.status, answer.headers.get("location", "")


async def test_an_open_group_is_joined_with_one_button(guild: Guild) -> None:
    guild.rule(joining="open")
    browser = guild.hamlet.sign_in(guild.mia)
    assert "Everybody may join. You are in at once." in (await browser.get("/g/guild/join")).text
    assert where(await guild.hamlet.post("/g/guild/join")) == (303, "/g/guild?notice=joined")
    assert guild.role(Person(guild.mia)) == "member"
    assert "You are a member of this group." in (await browser.get("/g/guild/join")).text


async def test_where_organisers_decide_the_questions_are_answered_and_the_organiser_is_told(guild: Guild) -> None:
    what, whom = guild.ask_these("What do you do!", "Whom do you know?")
    browser = guild.hamlet.sign_in(guild.mia)
    page = (await browser.get("/g/guild/join")).text
    assert f'name="answer_{what}" rows="3" required' in page
    assert f'name="answer_{whom}" rows="3" maxlength' in page

    answer = await guild.hamlet.post("/g/guild/join", **{f"answer_{what}": "I build sets."})

    assert where(answer) == (303, "/g/guild/join?notice=join-asked")
    row = guild.membership(Person(guild.mia))
    assert (row.state, row.answers[0]) == ("requested", {"question": "What do you do!", "answer": "I build sets."})
    told = ("join-requested", {"who": "Mia", "group": "Guild", "path": "/g/guild/requests"})
    assert guild.told(guild.otto) == [told]
    assert [to for to, _, _ in guild.mails()] == ["otto@members.example"]
    assert "You have asked to join" in (await browser.get("/g/guild/join")).text


async def test_a_question_without_its_answer_is_named_beside_the_field_and_the_others_stay(guild: Guild) -> None:
    what, whom = guild.ask_these("What do you do!", "Whom do you know?")
    guild.hamlet.sign_in(guild.mia)
    answer = await guild.hamlet.post("/g/guild/join", **{f"answer_{whom}": "Otto, of <course>"})
    assert answer.status == 422
    assert f'id="f-answer_{what}-problem">This question must be answered.' in answer.text
    assert "Otto, of &lt;course&gt;</textarea>" in answer.text


async def test_an_answer_that_is_too_long_comes_back_whole(guild: Guild) -> None:
    (what,) = guild.ask_these("What do you do!")
    guild.hamlet.sign_in(guild.mia)
    answer = await guild.hamlet.post("/g/guild/join", **{f"answer_{what}": "x" * 1_001})
    assert answer.status == 422
    assert "x" * 1_001 in answer.text


@pytest.mark.parametrize(
    ("joining", "says"),
    [("closed", "This group takes no new members."), ("invitation", "One joins this group by invitation.")],
)
async def test_a_group_that_is_shut_says_why_and_what_to_do(guild: Guild, joining: str, says: str) -> None:
    guild.rule(joining=joining)
    browser = guild.hamlet.sign_in(guild.mia)
    page = (await browser.get("/g/guild/join")).text
    assert says in page
    assert 'action="/g/guild/join"' not in page
    answer = await guild.hamlet.post("/g/guild/join")
    assert answer.status == 422
    assert guild.role(Person(guild.mia)) is None


async def test_a_group_that_is_being_closed_takes_nobody_in(guild: Guild) -> None:
    token = guild.invitation()
    guild.rule(joining="open", closing_at=guild.hamlet.now)
    browser = guild.hamlet.sign_in(guild.mia)
    assert "This group is being closed." in (await browser.get("/g/guild/join")).text
    assert (await guild.hamlet.post("/g/guild/join")).status == 422
    assert (await guild.hamlet.post("/g/guild/join", invitation=token)).status == 422


async def test_whoever_is_not_signed_in_is_shown_the_questions_and_the_ways_in_that_lead_back(guild: Guild) -> None:
    guild.ask_these("What do you do!")
    page = (await guild.hamlet.browser.get("/g/guild/join")).text
    assert "What do you do!" in page
    assert 'href="/sign-in?next=%2Fg%2Fguild%2Fjoin"' in page
    assert 'href="/sign-in/fediverse?next=%2Fg%2Fguild%2Fjoin"' in page
    assert "<textarea" not in page


async def test_what_was_typed_is_still_there_when_the_session_ended_meanwhile(guild: Guild) -> None:
    (what,) = guild.ask_these("What do you do!")
    answer = await guild.hamlet.browser.post("/g/guild/join", {f"answer_{what}": "Sets, since 2009"})
    assert answer.status == 401
    assert "Sets, since 2009</textarea>" in answer.text
    assert 'target="_blank"' in answer.text


async def test_L5_a_form_of_an_earlier_session_does_nothing_and_can_be_sent_once_more(guild: Guild) -> None:
    (what,) = guild.ask_these("What do you do!")
    guild.hamlet.sign_in(guild.mia)
    old, browser = guild.hamlet.token, guild.hamlet.sign_in(guild.mia)
    answer = await browser.post("/g/guild/join", {f"answer_{what}": "Sets", "form_token": old})
    assert answer.status == 403
    assert "Sets</textarea>" in answer.text
    assert guild.told(guild.otto) == []
    assert old not in answer.text
    assert f'value="{guild.hamlet.token}"' in answer.text


async def test_a_request_can_be_taken_back(guild: Guild) -> None:
    guild.asks(Person(guild.mia))
    guild.hamlet.sign_in(guild.mia)
    answer = await guild.hamlet.post("/g/guild/leave")
    assert where(answer) == (303, "/g/guild/join?notice=request-taken-back")
    assert guild.membership(Person(guild.mia)).state == "ended"
    assert [kind for kind, _ in guild.told(guild.otto)] == ["join-requested"]


async def test_a_guest_of_another_server_joins_with_the_account_that_they_have(guild: Guild) -> None:
    browser = guild.alice()
    assert "A word to the organisers" in (await browser.get("/g/guild/join")).text
    answer = await guild.hamlet.post("/g/guild/join", message="I film.")
    assert where(answer) == (303, "/g/guild/join?notice=join-asked")
    row = guild.membership(Person(actor_id=guild.hamlet.world.alice.id))
    assert (row.state, row.message, row.language) == ("requested", "I film.", "en")
    assert "You get a direct message on your own server" in (await browser.get("/g/guild/join")).text
    assert guild.told(guild.otto)[0][1]["who"] == "Alice"


async def test_nobody_types_an_account_that_we_know(guild: Guild) -> None:
    page = (await guild.alice().get("/g/guild/join")).text
    assert 'name="handle" value="@alice@mastodon.example"' in page
    assert "You go on at your own server, as @alice@mastodon.example." in page
    visitor = (await guild.hamlet.sign_in(guild.mia).get("/g/guild/join")).text
    assert 'name="handle" value="@' not in visitor


async def test_leaving_says_what_it_means_and_can_be_taken_back_within_the_hour(guild: Guild) -> None:
    gus = guild.takes_part("Gus", "moderator")
    browser = guild.hamlet.sign_in(gus)
    assert "You are no moderator any more, also if you come back." in (await browser.get("/g/guild/leave")).text

    assert where(await guild.hamlet.post("/g/guild/leave")) == (303, "/g/guild/leave")

    assert guild.role(Person(gus)) is None
    assert guild.told(guild.otto) == [
        ("member-left", {"who": "Gus", "group": "Guild", "path": "/g/guild/members"}),
    ]
    assert 'action="/g/guild/come-back"' in (await browser.get("/g/guild/leave")).text
    guild.hamlet.forward(minutes=59)
    assert where(await guild.hamlet.post("/g/guild/come-back")) == (303, "/g/guild?notice=came-back")
    assert guild.role(Person(gus)) == "member"


async def test_after_the_hour_whoever_left_asks_again(guild: Guild) -> None:
    gus = guild.takes_part("Gus")
    browser = guild.hamlet.sign_in(gus)
    await guild.hamlet.post("/g/guild/leave")
    guild.hamlet.forward(minutes=61)
    assert "come-back" not in (await browser.get("/g/guild/leave")).text
    assert where(await guild.hamlet.post("/g/guild/come-back")) == (303, "/g/guild/join")
    assert guild.role(Person(gus)) is None


async def test_the_last_organiser_cannot_leave_and_is_told_what_to_do(guild: Guild) -> None:
    browser = guild.hamlet.sign_in(guild.otto)
    page = (await browser.get("/g/guild/leave")).text
    assert "You can't leave Guild yet" in page
    assert 'href="/g/guild/members"' in page
    assert (await guild.hamlet.post("/g/guild/leave")).status == 422
    assert guild.role(Person(guild.otto)) == "organiser"


async def test_a_private_groups_door_says_what_it_is_and_offers_no_following(db: Database, tmp_path: Path) -> None:
    guild = make_guild(db, tmp_path, private=True)
    page = (await guild.hamlet.sign_in(guild.mia).get("/g/guild/join")).text
    assert "Nobody outside does: not on this site, and not on other servers." in page
    assert 'action="/own-server"' not in page


async def test_a_private_groups_page_shows_outsiders_what_it_is_and_how_to_ask_and_nothing_else(
    db: Database, tmp_path: Path
) -> None:
    guild = make_guild(db, tmp_path, private=True, summary="<p>Plans the year.</p>")
    inside = guild.takes_part("Gus")
    guild.write(
        lambda session: offers.publish(session, session.get_one(Actor, guild.group_id), need(), now=guild.hamlet.now)
    )

    def shown(text: str) -> tuple[bool, ...]:
        looked_for = ("Plans the year.", need().title, "/own-server", "/feed.atom", "Take part from Mastodon")
        return tuple(each in text.partition("<main")[2].partition("<footer")[0] for each in looked_for)

    for browser in (guild.hamlet.browser, guild.hamlet.sign_in(guild.mia)):
        page = (await browser.get("/g/guild")).text
        assert shown(page) == (True, False, False, False, False)
        assert "only its members read." in page
        assert 'href="/g/guild/join"' in page
    assert shown((await guild.hamlet.sign_in(inside).get("/g/guild")).text) == (True, True, True, False, False)


async def test_no_such_group_has_no_door(guild: Guild) -> None:
    for path in ("/g/nobody/join", "/g/nobody/poster", f"/g/nobody/invited/{'x' * 43}"):
        assert (await guild.hamlet.browser.get(path)).status == 404


async def test_the_poster_speaks_the_language_that_is_asked_for_while_the_page_keeps_the_readers(guild: Guild) -> None:
    page = (await guild.hamlet.browser.get("/g/guild/poster?in=fr")).text
    assert '<html lang="en"' in page
    assert '<article class="poster" lang="fr"' in page
    assert "Cherchez cette adresse sur votre propre serveur et suivez-la." in page
    assert "@guild@coop.example" in page
    assert ORIGIN.startswith("https://coop.example")


async def test_the_poster_of_a_private_group_leads_to_its_door_instead(db: Database, tmp_path: Path) -> None:
    guild = make_guild(db, tmp_path, private=True)
    page = (await guild.hamlet.browser.get("/g/guild/poster?in=nl")).text
    assert "Druk op «Meedoen»" in page
    assert "@guild@" not in page
