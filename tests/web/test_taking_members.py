"""Who takes part, as the rule and each member's profile show it; roles given, handed over, ended."""

from pathlib import Path
from typing import Any

import pytest

from actors import groups, people
from actors.database import Database
from actors.groups import Person
from actors.people import Actor
from outbox.mail import DIRECT
from tests.web.guild import Guild, make_guild

pytestmark = pytest.mark.anyio
MEMBERS = "/g/guild/members"


@pytest.fixture
def guild(db: Database, tmp_path: Path) -> Guild:
    return make_guild(db, tmp_path)


def where(answer: Any) -> str:
    assert answer.status == 303
    return str(answer.headers["location"])


def at(guild: Guild, member_id: int) -> str:
    return f"{MEMBERS}/{guild.membership(Person(member_id)).id}"


@pytest.mark.parametrize(
    ("shown", "nobody", "outside", "inside"),
    [("all", 200, 200, 200), ("members", 401, 403, 200), ("organisers", 401, 403, 403)],
)
async def test_the_list_is_shown_as_the_group_says(
    guild: Guild, shown: str, nobody: int, outside: int, inside: int
) -> None:
    guild.rule(members_shown=shown)
    gus = guild.takes_part("Gus")
    assert (await guild.hamlet.browser.get(MEMBERS)).status == nobody
    assert (await guild.hamlet.sign_in(guild.mia).get(MEMBERS)).status == outside
    assert (await guild.hamlet.sign_in(gus).get(MEMBERS)).status == inside
    assert (await guild.hamlet.sign_in(guild.otto).get(MEMBERS)).status == 200


async def test_who_may_not_see_the_list_learns_how_many_there_are_and_no_name(guild: Guild) -> None:
    guild.takes_part("Gus")
    answer = await guild.hamlet.sign_in(guild.mia).get(MEMBERS)
    assert "2 people are in it." in answer.text
    assert "Gus" not in answer.text
    assert "Otto" not in answer.text


async def test_E6_a_name_is_shown_to_those_to_whom_its_member_shows_it(guild: Guild) -> None:
    guild.rule(members_shown="all")
    guild.takes_part("Gus", shown={"name": "groups"})
    ann = guild.takes_part("Ann", shown={"name": "all"})
    passer_by = (await guild.hamlet.browser.get(MEMBERS)).text
    assert "Ann" in passer_by
    assert "Gus" not in passer_by
    assert "A member" in passer_by
    assert "Gus" not in (await guild.hamlet.sign_in(guild.mia).get(MEMBERS)).text
    assert "Gus" in (await guild.hamlet.sign_in(ann).get(MEMBERS)).text


async def test_who_organises_sees_every_name(guild: Guild) -> None:
    guild.takes_part("Gus", shown={"name": "nobody"})
    ann = guild.takes_part("Ann")
    assert "Gus" in (await guild.hamlet.sign_in(guild.otto).get(MEMBERS)).text
    assert "Gus" not in (await guild.hamlet.sign_in(ann).get(MEMBERS)).text


async def test_a_long_list_goes_on_from_page_to_page_with_organisers_first(guild: Guild) -> None:
    def many(session: Any) -> None:
        group = session.get_one(Actor, guild.group_id)
        for number in range(60):
            made = people.create_member(session, name=f"Person {number:02}", email=None, language="en")
            groups.add_member(session, group, member_id=made.id, now=guild.hamlet.now)

    guild.write(many)
    browser = guild.hamlet.sign_in(guild.otto)
    first, second = (await browser.get(MEMBERS)).text, (await browser.get(f"{MEMBERS}?page=2")).text
    assert "Otto" in first.partition("<main")[2]
    assert ("Person 48" in first, "Person 49" in first) == (True, False)
    assert ("Person 49" in second, "Person 59" in second) == (True, True)
    assert "Page 1 of 2" in first
    for nonsense in ("0", "-1", "x", "99999", "9" * 40):
        assert (await browser.get(f"{MEMBERS}?page={nonsense}")).status == 200


async def test_a_role_is_given_and_told(guild: Guild) -> None:
    gus = guild.takes_part("Gus")
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(at(guild, gus), role="moderator")
    assert where(answer) == f"{MEMBERS}?notice=role-given"
    assert guild.role(Person(gus)) == "moderator"
    assert guild.told(gus) == [("role-changed", {"group": "Guild", "path": "/g/guild", "role": "moderator"})]


@pytest.mark.parametrize("role", ["admin", "left", ""])
async def test_there_are_three_roles_and_no_other(guild: Guild, role: str) -> None:
    gus = guild.takes_part("Gus")
    guild.hamlet.sign_in(guild.otto)
    assert (await guild.hamlet.post(at(guild, gus), role=role)).status == 422
    assert guild.role(Person(gus)) == "member"


async def test_the_last_organiser_does_not_step_back(guild: Guild) -> None:
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(at(guild, guild.otto), role="member")
    assert answer.status == 422
    assert "The group would have nobody left who organises it." in answer.text
    assert guild.role(Person(guild.otto)) == "organiser"


async def test_L4_a_moderator_of_the_group_gives_no_roles(guild: Guild) -> None:
    gwen, gus = guild.takes_part("Gwen", "moderator"), guild.takes_part("Gus")
    guild.hamlet.sign_in(gwen)
    for path, form in (("", {"role": "organiser"}), ("/remove", {}), ("/hand-over", {})):
        assert (await guild.hamlet.post(at(guild, gus) + path, **form)).status == 403
    assert guild.role(Person(gus)) == "member"


async def test_a_group_is_handed_over_after_a_page_that_says_what_that_means(guild: Guild) -> None:
    gus = guild.takes_part("Gus")
    page = (await guild.hamlet.sign_in(guild.otto).get(f"{at(guild, gus)}/hand-over")).text
    assert "Hand Guild over to Gus?" in page
    assert "The group keeps its 2 members and everything in it." in page
    answer = await guild.hamlet.post(f"{at(guild, gus)}/hand-over")
    assert where(answer) == f"{MEMBERS}?notice=handed-over"
    assert (guild.role(Person(gus)), guild.role(Person(guild.otto))) == ("organiser", "member")


async def test_somebody_is_removed_after_a_page_that_says_what_that_means_and_is_told_why(guild: Guild) -> None:
    gus = guild.takes_part("Gus")
    page = (await guild.hamlet.sign_in(guild.otto).get(f"{at(guild, gus)}/remove")).text
    assert "Remove Gus from Guild?" in page
    assert "1 member is left." in page
    answer = await guild.hamlet.post(f"{at(guild, gus)}/remove", word="Three warnings.")
    assert where(answer) == f"{MEMBERS}?notice=member-removed"
    assert guild.role(Person(gus)) is None
    assert guild.told(gus)[0][0] == "membership-ended"
    mine = (await guild.hamlet.sign_in(gus).get("/me/notifications")).text
    assert "An organiser has ended your membership of Guild. They say: Three warnings." in mine
    assert "come-back" not in (await guild.hamlet.browser.get("/g/guild/leave")).text


async def test_a_word_that_is_too_long_removes_nobody(guild: Guild) -> None:
    gus = guild.takes_part("Gus")
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(f"{at(guild, gus)}/remove", word="x" * 501)
    assert answer.status == 422
    assert "x" * 501 in answer.text
    assert guild.role(Person(gus)) == "member"


async def test_a_guest_who_is_removed_is_told_on_their_own_server(guild: Guild) -> None:
    alice = Person(actor_id=guild.hamlet.world.alice.id)
    guild.rule(joining="open")
    asked = guild.asks(alice, language="nl")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(f"{MEMBERS}/{asked}/remove")
    ((to, language, facts),) = guild.mails(DIRECT)
    assert (to, language, facts["kind"]) == (guild.hamlet.world.alice.iri, "nl", "membership-ended")


async def test_a_guest_who_organises_decides_and_gives_roles(guild: Guild) -> None:
    alice = Person(actor_id=guild.hamlet.world.alice.id)
    guild.rule(joining="open")
    guild.asks(alice)
    gus = guild.takes_part("Gus")
    guild.write(lambda session: setattr(groups.membership_for(session, guild.group_id, alice), "role", "organiser"))
    browser = guild.alice()
    for page in (MEMBERS, "/g/guild/requests", "/g/guild/invitations", at(guild, gus)):
        assert (await browser.get(page)).status == 200
    assert where(await guild.hamlet.post(at(guild, gus), role="moderator")) == f"{MEMBERS}?notice=role-given"
