"""Invitations: links that are shown once, members invited by name, and newcomers who come by a group's link."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actors import people, site
from actors.database import Database
from actors.groups import Person
from actors.people import Member, notices
from outbox import registration as registering
from outbox.mail import Mail, opened
from tests.web.guild import Guild, make_guild

pytestmark = pytest.mark.anyio
INVITATIONS = "/g/guild/invitations"
NINA = {"name": "Nina", "address": "nina@new.example", "agrees": "yes"}


@pytest.fixture
def guild(db: Database, tmp_path: Path) -> Guild:
    made = make_guild(db, tmp_path)
    made.hamlet.house.settings = made.hamlet.house.settings.model_copy(update={"mail_host": "localhost"})
    return made


def where(answer: Any) -> str:
    assert answer.status == 303
    return str(answer.headers["location"])


def rule(guild: Guild, registration_rule: str, **more: Any) -> None:
    guild.write(site.set_choices, registration=registration_rule, now=guild.hamlet.now, **more)


# Links


async def test_a_link_is_made_and_shown_once_with_its_code(guild: Guild) -> None:
    browser = guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(INVITATIONS, days="30", uses="20", note="Open day in May")
    found = re.search(r"https://coop\.example(/g/guild/invited/[\w-]{43})<", answer.text)
    assert found is not None
    assert answer.headers["cache-control"] == "no-store"
    assert 'class="qr"' in answer.text
    page = (await browser.get(INVITATIONS)).text
    assert "Open day in May" in page
    assert "0 of 20 used" in page
    assert found[1] not in page

    # Whoever has it is in with one button, whatever the rule is
    guild.rule(joining="closed")
    browser = guild.hamlet.sign_in(guild.mia)
    assert "Otto invites you. You are in as soon as you say yes." in (await browser.get(found[1])).text
    answer = await guild.hamlet.post("/g/guild/join", invitation=found[1].rpartition("/")[2])
    assert where(answer) == "/g/guild?notice=joined"
    assert guild.role(Person(guild.mia)) == "member"
    assert "1 of 20 used" in (await guild.hamlet.sign_in(guild.otto).get(INVITATIONS)).text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"uses": "0"}, "Type a number from 1 to 1000, or nothing."),
        ({"uses": "many"}, "This was not understood."),
        ({"uses": "1001"}, "Type a number from 1 to 1000, or nothing."),
        ({"note": "x" * 101}, "This is too long. Make it shorter."),
        ({"days": "5"}, "This was not understood."),
    ],
)
async def test_what_makes_no_link_is_told_beside_its_field(guild: Guild, form: dict[str, str], says: str) -> None:
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(INVITATIONS, **({"days": "7"} | form))
    assert answer.status == 422
    assert says in answer.text
    assert "No link works now." in answer.text


async def test_an_ended_link_says_so_and_offers_the_groups_own_way(guild: Guild) -> None:
    token = guild.invitation()
    guild.hamlet.sign_in(guild.otto)
    assert where(await guild.hamlet.post(f"{INVITATIONS}/1/end")) == f"{INVITATIONS}?notice=invitation-ended"
    browser = guild.hamlet.sign_in(guild.mia)
    answer = await browser.get(f"/g/guild/invited/{token}")
    assert answer.status == 410
    assert "This invitation no longer lets anybody in" in answer.text
    assert "A word to the organisers" in answer.text
    assert (await guild.hamlet.post("/g/guild/join", invitation=token)).status == 410
    assert guild.role(Person(guild.mia)) is None


async def test_a_guest_comes_by_a_link_and_the_way_to_sign_in_leads_back_to_it(guild: Guild) -> None:
    token = guild.invitation()
    page = (await guild.hamlet.browser.get(f"/g/guild/invited/{token}")).text
    assert f'href="/sign-in/fediverse?next=%2Fg%2Fguild%2Finvited%2F{token}"' in page
    guild.alice()
    assert where(await guild.hamlet.post("/g/guild/join", invitation=token)) == "/g/guild?notice=joined"


# By name


def can_be_found(guild: Guild) -> None:
    guild.hamlet.member("Zoë", trades=("light",), discoverable=True)


def zoe(guild: Guild) -> int:
    return int(guild.read(lambda session: session.scalar(select(Member.id).where(Member.name == "Zoë"))))


async def test_a_member_is_found_invited_told_and_in_with_one_button(guild: Guild) -> None:
    can_be_found(guild)
    guild.rule(joining="invitation")
    browser = guild.hamlet.sign_in(guild.otto)
    assert "Zoë" in (await browser.get(f"{INVITATIONS}?q=light")).text

    answer = await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)), q="light")

    assert where(answer) == f"{INVITATIONS}?notice=member-invited"
    told = ("group-invitation", {"who": "Otto", "group": "Guild", "path": "/g/guild/join"})
    assert guild.told(zoe(guild)) == [told]
    assert guild.mails()[-1][0] == "zoë@members.example"
    assert "Invited, no answer yet" in (await browser.get(INVITATIONS)).text
    browser = guild.hamlet.sign_in(zoe(guild))
    assert "Otto invites you." in (await browser.get("/g/guild/join")).text
    assert where(await guild.hamlet.post("/g/guild/join")) == "/g/guild?notice=joined"
    assert "Invited, no answer yet" not in (await guild.hamlet.sign_in(guild.otto).get(INVITATIONS)).text


async def test_whoever_says_no_is_asked_again_after_a_month_at_the_earliest(guild: Guild) -> None:
    can_be_found(guild)
    guild.rule(joining="closed")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)))
    guild.hamlet.sign_in(zoe(guild))
    assert where(await guild.hamlet.post("/g/guild/decline")) == "/g/guild?notice=invitation-declined"
    assert (await guild.hamlet.post("/g/guild/join")).status == 422
    guild.hamlet.sign_in(guild.otto)
    answer = await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)))
    assert answer.status == 422
    assert "Nobody is asked twice so soon." in answer.text
    guild.hamlet.forward(days=31)
    answer = await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)))
    assert where(answer) == f"{INVITATIONS}?notice=member-invited"


async def test_an_invitation_by_name_is_taken_back(guild: Guild) -> None:
    can_be_found(guild)
    guild.rule(joining="closed")
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)))
    answer = await guild.hamlet.post(f"{INVITATIONS}/people/{zoe(guild)}/end")
    assert where(answer) == f"{INVITATIONS}?notice=invitation-ended"
    guild.hamlet.sign_in(zoe(guild))
    assert (await guild.hamlet.post("/g/guild/join")).status == 422


async def test_E6_nobody_is_invited_by_name_who_does_not_want_to_be_found(guild: Guild) -> None:
    browser = guild.hamlet.sign_in(guild.otto)
    assert "Nobody was found." in (await browser.get(f"{INVITATIONS}?q=mia")).text
    for member in (guild.mia, 999_999):
        answer = await guild.hamlet.post(f"{INVITATIONS}/people", member=str(member), q="mia")
        assert answer.status == 422
        assert "This member can&#39;t be invited" in answer.text
    assert guild.told(guild.mia) == []


async def test_whoever_takes_part_is_not_invited(guild: Guild) -> None:
    gus = guild.takes_part("Gus", discoverable=True)
    browser = guild.hamlet.sign_in(guild.otto)
    assert "takes part" in (await browser.get(f"{INVITATIONS}?q=gus")).text
    assert (await guild.hamlet.post(f"{INVITATIONS}/people", member=str(gus))).status == 422


# Newcomers


def link_for(guild: Guild, address: str, kind: str = "confirm-address") -> str:
    """The path of the link in the newest mail of this kind to this address."""

    def newest(session: Any) -> Any:
        query = select(Mail).where(Mail.recipient == address, Mail.kind == kind).order_by(Mail.id.desc())
        return session.scalars(query).first()

    facts = opened(guild.hamlet.house.vault, guild.read(newest).facts)
    return str(facts["link"].removeprefix("https://coop.example"))


def nina(guild: Guild) -> Member:
    found = guild.read(people.member_at, NINA["address"])
    assert found is not None
    return found


async def comes(guild: Guild, token: str, **form: str) -> Any:
    """Nina fills in the form behind the link, and opens the one that is mailed to her."""
    browser = guild.hamlet.browser
    page = (await browser.get(f"/join-us?into={token}")).text
    assert f'name="into" value="{token}"' in page
    assert "Otto invites you to the group Guild." in page or "Noor invites you to the group Guild." in page
    answer = await browser.post("/join-us", NINA | {"into": token} | form)
    assert answer.status == 200, answer.text
    return await browser.post(link_for(guild, NINA["address"]), {})


async def test_where_everybody_may_join_a_newcomer_lands_in_the_group(guild: Guild) -> None:
    rule(guild, "open")
    answer = await comes(guild, guild.invitation(most_uses=1))
    assert where(answer) == "/g/guild?notice=welcome-in"
    assert guild.role(Person(nina(guild).id)) == "member"


@pytest.mark.parametrize("registration_rule", ["invitation", "request"])
async def test_an_organisers_link_opens_the_group_and_not_the_house(guild: Guild, registration_rule: str) -> None:
    rule(guild, registration_rule)
    token = guild.invitation(most_uses=1)

    answer = await comes(guild, token)

    # She waits, those who decide see into which group she was invited, and her place is kept
    assert answer.status == 200
    assert (nina(guild).state, guild.role(Person(nina(guild).id))) == ("waiting", None)
    page = (await guild.hamlet.sign_in(guild.hamlet.world.noor.id).get("/admin/registrations")).text
    assert "Invited to the group Guild" in page
    guild.hamlet.forward(days=20)
    await guild.hamlet.post(f"/admin/registrations/{nina(guild).id}", decision="approve")
    assert guild.role(Person(nina(guild).id)) == "member"
    token = link_for(guild, NINA["address"], "request-approved").rpartition("/")[2]
    assert where(await guild.hamlet.browser.post("/sign-in", {"token": token, "form_token": guild.hamlet.token})) == (
        "/g/guild?notice=signed-in"
    )


@pytest.mark.parametrize("registration_rule", ["invitation", "request"])
async def test_the_link_of_who_may_let_people_into_the_house_opens_both(guild: Guild, registration_rule: str) -> None:
    rule(guild, registration_rule, questions=[{"en": "Who are you?"}])
    answer = await comes(guild, guild.invitation(by=guild.hamlet.world.noor.id))
    assert where(answer) == "/g/guild?notice=welcome-in"
    assert (nina(guild).state, guild.role(Person(nina(guild).id))) == ("active", "member")


async def test_who_is_turned_away_leaves_nothing_behind(guild: Guild) -> None:
    rule(guild, "request")
    await comes(guild, guild.invitation())
    waiting = nina(guild).id
    guild.write(registering.refuse, waiting, by=None, reason="", now=guild.hamlet.now)
    assert guild.read(people.member_at, NINA["address"]) is None


async def test_a_link_that_ended_before_the_address_was_confirmed_gives_no_place(guild: Guild) -> None:
    rule(guild, "open")
    token = guild.invitation(days=1)
    browser = guild.hamlet.browser
    await browser.post("/join-us", NINA | {"into": token})
    guild.hamlet.forward(hours=25)
    answer = await browser.post(link_for(guild, NINA["address"]), {})
    assert where(answer) == "/me/profile?notice=welcome"
    assert guild.role(Person(nina(guild).id)) is None


async def test_a_link_that_is_made_up_opens_no_form(guild: Guild) -> None:
    rule(guild, "invitation")
    assert (await guild.hamlet.browser.get("/join-us?into=made-up")).status == 410
    assert (await guild.hamlet.browser.post("/join-us", NINA | {"into": "made-up"})).status == 410


async def test_a_member_who_fills_in_the_form_is_mailed_the_way_to_the_invitation(guild: Guild) -> None:
    rule(guild, "open")
    token = guild.invitation()
    await guild.hamlet.browser.post("/join-us", NINA | {"into": token, "address": "mia@members.example"})
    link = link_for(guild, "mia@members.example", "sign-in")
    answer = await guild.hamlet.browser.post("/sign-in", {"token": link.rpartition("/")[2]})
    assert where(answer) == f"/g/guild/invited/{token}?notice=signed-in"


async def test_two_newcomers_do_not_share_one_last_use(guild: Guild) -> None:
    rule(guild, "open")
    token = guild.invitation(most_uses=1)
    browser = guild.hamlet.browser
    for name in ("nina", "otis"):
        form = {"name": name.title(), "address": f"{name}@new.example", "agrees": "yes", "into": token}
        await browser.post("/join-us", form)
    assert where(await browser.post(link_for(guild, "nina@new.example"), {})) == "/g/guild?notice=welcome-in"
    guild.hamlet.sign_in(guild.mia)
    other = guild.write(
        registering.confirm,
        link_for(guild, "otis@new.example").rpartition("/")[2],
        device="Test",
        network=None,
        now=guild.hamlet.now + timedelta(minutes=1),
    )
    assert other.path is None


async def test_what_somebody_does_not_want_to_hear_they_are_not_told(guild: Guild) -> None:
    can_be_found(guild)
    choice = notices.Choice(site=False, mail=notices.Rhythm.NONE)
    guild.write(notices.choose, zoe(guild), {"group-invitation": choice})
    before = len(guild.mails())
    guild.hamlet.sign_in(guild.otto)
    await guild.hamlet.post(f"{INVITATIONS}/people", member=str(zoe(guild)))
    assert len(guild.mails()) == before
    assert "Guild" not in (await guild.hamlet.sign_in(zoe(guild)).get("/me/notifications")).text
