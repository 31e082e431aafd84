"""Members and guests write offers and needs on our pages: form, preview, publication, and what becomes of one's own."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from actors import groups, people
from actors.groups import Person
from actors.moderation import Host
from actors.offers import Offer
from actors.people import Member
from actors.people.notices.tables import Notification
from outbox import waiting
from outbox.log import OutgoingActivity
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import ORIGIN

FORM = {
    "group": f"{ORIGIN}/g/interior",
    "title": "Stukadoor voor drie dagen",
    "text": "Een plafond van **40 m²**.",
    "language": "nl",
    "tags": "plafond, #gyproc",
    "quantity": "3",
    "unit": "day",
    "begins": "2027-05-10",
    "ends": "2027-05-12",
    "town": "Molenbeek",
    "region": "BE-BRU",
    "mode": "onsite",
    "pay": "paid",
    "amount": "320,50",
    "per": "day",
    "step": "publish",
}


@pytest.fixture
def hamlet(db, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


def taking_part(hamlet: Hamlet, name: str = "Gus", role: str = "member") -> Member:
    member = hamlet.member(name)
    hamlet.db.write_now(
        lambda session: groups.add_member(
            session, people.find_actor(session, FORM["group"]), member_id=member.id, role=role, now=hamlet.now
        )
    )
    hamlet.sign_in(member.id)
    return member


def posting(hamlet: Hamlet, rule: str) -> None:
    def change(session):
        groups.rules_of(session, people.find_actor(session, FORM["group"])).posting = rule

    hamlet.db.write_now(change)


def rows(hamlet: Hamlet) -> list[Offer]:
    return hamlet.db.read_now(lambda session: list(session.scalars(select(Offer).order_by(Offer.id))))


def told(hamlet: Hamlet) -> list[str]:
    return hamlet.db.read_now(
        lambda session: list(session.scalars(select(OutgoingActivity.type).order_by(OutgoingActivity.id)))
    )


async def test_a_member_publishes_a_need_and_the_followers_are_told(hamlet):
    member = taking_part(hamlet)
    answer = await hamlet.post("/needs/new", **FORM)
    (need,) = rows(hamlet)
    assert answer.status == 303
    assert answer.headers["location"].startswith(need.iri.removeprefix(ORIGIN))
    assert (need.purpose, need.member_id, need.status, need.tags) == (
        "request",
        member.id,
        "open",
        ["plafond", "gyproc"],
    )
    assert (need.quantity, need.unit, need.pay_amount, need.pay_currency) == ("3", "day", "320.50", "EUR")
    assert (need.place_name, need.region) == ("Molenbeek", "BE-BRU")
    assert told(hamlet) == ["Create"]
    assert hamlet.house.courier.woken == 1


async def test_days_are_those_of_the_readers_zone(hamlet):
    taking_part(hamlet)
    await hamlet.post("/needs/new", **FORM)
    (need,) = rows(hamlet)
    assert need.begins_at.isoformat() == "2027-05-09T22:00:00+00:00"
    assert need.ends_at.isoformat() == "2027-05-12T21:59:59+00:00"


async def test_without_a_day_it_stands_for_ninety(hamlet):
    taking_part(hamlet)
    await hamlet.post("/offers/new", **FORM)
    (offer,) = rows(hamlet)
    assert (offer.purpose, offer.expires_at - hamlet.now) == ("offer", timedelta(days=90))


async def test_the_preview_shows_it_here_and_on_mastodon_and_keeps_nothing(hamlet):
    taking_part(hamlet)
    answer = await hamlet.post("/needs/new", **FORM | {"step": "preview"})
    assert answer.status == 200
    assert "This is how it will look" in answer.text
    assert "Zoekt: Stukadoor voor drie dagen" in answer.text
    assert "<strong>40 m²</strong>" in answer.text
    assert 'value="2027-05-10"' in answer.text
    assert rows(hamlet) == []
    assert told(hamlet) == []


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"title": " "}, "title", "Say in one line what it is."),
        ({"title": "x" * 201}, "title", "too long"),
        ({"group": ""}, "group", "Choose the group"),
        ({"group": f"{ORIGIN}/g/nowhere"}, "group", "not here any more"),
        ({"begins": "2027-02-30"}, "begins", "no day of the calendar"),
        ({"ends": "2027-05-09"}, "ends", "end before it begins"),
        ({"expires": "2020-01-01"}, "expires", "over already"),
        ({"amount": "much"}, "amount", "Type a number"),
        ({"quantity": "three"}, "quantity", "Type a number"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(hamlet, wrong, field, words):
    taking_part(hamlet)
    answer = await hamlet.post("/needs/new", **FORM | wrong)
    assert answer.status == 422
    problem = re.search(rf'id="f-{field}-problem">([^<]*)<', answer.text)
    assert problem is not None
    assert words in problem[1]
    assert "Een plafond van **40 m²**." in answer.text
    assert rows(hamlet) == []


async def test_who_takes_no_part_is_told_to_join_first(hamlet):
    hamlet.sign_in(hamlet.member("Mia").id)
    answer = await hamlet.post("/needs/new", **FORM)
    assert answer.status == 422
    assert "You take no part in this group." in answer.text
    assert rows(hamlet) == []


def guest(hamlet: Hamlet) -> None:
    secret = hamlet.db.write_now(people.open_session_for, actor_id=hamlet.world.alice.id, device="Test", now=hamlet.now)
    hamlet.come_as(secret)


async def test_somebody_with_an_account_elsewhere_publishes_where_anybody_may(hamlet):
    posting(hamlet, "anyone")
    guest(hamlet)
    assert (await hamlet.post("/offers/new", **FORM | {"named": "yes"})).status == 303
    (offer,) = rows(hamlet)
    assert (offer.member_id, offer.writer_id) == (None, hamlet.world.alice.id)
    assert offer.provider_iri == hamlet.world.alice.iri
    assert told(hamlet) == ["Create"]


async def test_a_guest_is_refused_where_members_post_and_let_in_as_a_member_of_the_group(hamlet):
    posting(hamlet, "members")
    guest(hamlet)
    assert (await hamlet.post("/offers/new", **FORM)).status == 422
    hamlet.db.write_now(
        lambda session: groups.add_member(
            session, people.find_actor(session, FORM["group"]), actor_id=hamlet.world.alice.id, now=hamlet.now
        )
    )
    assert (await hamlet.post("/offers/new", **FORM)).status == 303


@pytest.mark.parametrize(("policy", "status", "state"), [("limited", 303, "waiting"), ("blocked", 422, None)])
async def test_a_guests_server_is_judged_as_ever(hamlet, policy, status, state):
    posting(hamlet, "anyone")

    def judge(session):
        session.add(Host(name="mastodon.example", policy=policy))
        by = Person(None, hamlet.world.alice.id)
        return groups.may_publish(session, people.find_actor(session, FORM["group"]), by)

    decision = hamlet.db.write_now(judge)
    assert decision == (groups.WAIT if state else groups.REFUSE)


async def test_nobody_is_named_but_who_writes(hamlet):
    taking_part(hamlet)
    await hamlet.post("/offers/new", **FORM | {"named": "yes"})
    (offer,) = rows(hamlet)
    assert offer.provider_iri is None


class TestWhereAModeratorLooksFirst:
    @pytest.fixture
    def waits(self, hamlet):
        posting(hamlet, "approval")
        return taking_part(hamlet)

    def _decide(self, hamlet, accepted):
        (line,) = hamlet.db.read_now(waiting.waiting, language="en")
        return hamlet.db.write_now(
            waiting.decide, line.kind, line.id, accepted=accepted, member_id=None, now=hamlet.now
        )

    def _notices(self, hamlet, member):
        query = select(Notification.kind).where(Notification.member_id == member.id)
        return hamlet.db.read_now(lambda session: list(session.scalars(query)))

    async def test_it_waits_and_is_seen_by_its_writer_alone(self, hamlet, waits):
        answer = await hamlet.post("/needs/new", **FORM)
        (need,) = rows(hamlet)
        assert answer.headers["location"] == "/me/offers?notice=waits-for-moderator"
        assert told(hamlet) == []
        assert "waits for a moderator" in (await hamlet.browser.get("/me/offers")).text
        assert (await hamlet.browser.get(need.iri.removeprefix(ORIGIN))).status == 404

    async def test_a_yes_publishes_it_and_the_writer_hears_of_it(self, hamlet, waits):
        await hamlet.post("/needs/new", **FORM)
        hamlet.forward(hours=2)
        assert self._decide(hamlet, True)
        (need,) = rows(hamlet)
        assert (need.status, need.shown, need.published_at) == ("open", True, hamlet.now)
        assert told(hamlet) == ["Create"]
        assert self._notices(hamlet, waits) == ["item-approved"]

    async def test_a_no_leaves_it_with_its_writer(self, hamlet, waits):
        await hamlet.post("/needs/new", **FORM)
        assert self._decide(hamlet, False)
        (need,) = rows(hamlet)
        assert (need.status, need.shown) == ("withdrawn", False)
        assert told(hamlet) == []
        assert self._notices(hamlet, waits) == ["item-declined"]

    async def test_it_can_be_changed_while_it_waits(self, hamlet, waits):
        await hamlet.post("/needs/new", **FORM)
        path = rows(hamlet)[0].iri.removeprefix(ORIGIN)
        assert (await hamlet.post(f"{path}/change", **FORM | {"title": "Twee stukadoors"})).status == 303
        (need,) = rows(hamlet)
        assert (need.title, need.status, told(hamlet)) == ("Twee stukadoors", "waiting", [])


class TestOnesOwn:
    @pytest.fixture
    async def path(self, hamlet):
        taking_part(hamlet)
        await hamlet.post("/needs/new", **FORM)
        return rows(hamlet)[0].iri.removeprefix(ORIGIN)

    async def test_the_form_comes_back_as_it_was_filled_in(self, hamlet, path):
        page = (await hamlet.browser.get(f"{path}/change")).text
        for value in ("Stukadoor voor drie dagen", "2027-05-10", "2027-05-12", "Molenbeek", "320.50", "plafond gyproc"):
            assert f'value="{value}"' in page

    async def test_a_change_is_told_and_keeps_what_the_form_does_not_ask(self, hamlet, path):
        def enrich(session):
            need = session.scalar(select(Offer))
            need.concept_iris, need.title_map = ["https://vocab.example/plasterer"], {"it": "Stuccatore"}

        hamlet.db.write_now(enrich)
        await hamlet.post(f"{path}/change", **FORM | {"title": "Twee stukadoors"})
        (need,) = rows(hamlet)
        assert (need.title, need.concept_iris, need.title_map) == (
            "Twee stukadoors",
            ["https://vocab.example/plasterer"],
            {"it": "Stuccatore"},
        )
        assert told(hamlet) == ["Create", "Update"]

    async def test_closing_says_how_it_ended_and_is_told(self, hamlet, path):
        assert "Somebody was found" in (await hamlet.browser.get(f"{path}/close")).text
        assert (await hamlet.post(f"{path}/close", status="filled")).status == 303
        assert (rows(hamlet)[0].status, told(hamlet)) == ("filled", ["Create", "Update"])

    async def test_what_is_closed_is_not_changed_any_more(self, hamlet, path):
        await hamlet.post(f"{path}/close", status="withdrawn")
        answer = await hamlet.post(f"{path}/change", **FORM)
        assert answer.status == 422
        assert "It is closed, and stays as it is" in answer.text

    async def test_deleting_takes_it_away_everywhere(self, hamlet, path):
        assert (await hamlet.post(f"{path}/delete")).status == 303
        assert (rows(hamlet)[0].title, told(hamlet)) == ("", ["Create", "Delete"])
        assert (await hamlet.browser.get(path)).status == 410
        assert (await hamlet.browser.get(f"{path}/change")).status == 410

    @pytest.mark.parametrize("verb", ["change", "close", "delete"])
    async def test_O12_another_member_of_the_group_finds_no_way_in(self, hamlet, path, verb):
        taking_part(hamlet, "Wim")
        assert (await hamlet.browser.get(f"{path}/{verb}")).status == 404
        assert (await hamlet.post(f"{path}/{verb}", **FORM | {"status": "filled"})).status == 404
        assert rows(hamlet)[0].status == "open"

    async def test_the_groups_moderator_may_close_it(self, hamlet, path):
        taking_part(hamlet, "Gwen", "moderator")
        assert (await hamlet.post(f"{path}/close", status="withdrawn")).status == 303

    async def test_its_page_leads_only_its_writer_to_the_forms(self, hamlet, path):
        assert f"{path}/change" in (await hamlet.browser.get(path)).text
        hamlet.sign_in(hamlet.member("Mia").id)
        assert f"{path}/change" not in (await hamlet.browser.get(path)).text


async def test_who_is_not_signed_in_is_led_to_sign_in_and_back(hamlet):
    answer = await hamlet.browser.get("/needs/new")
    assert answer.status == 401
    assert "/sign-in?next=%2Fneeds%2Fnew" in answer.text


async def test_who_is_in_no_group_is_told_where_to_begin(hamlet):
    hamlet.db.write_now(lambda session: session.execute(update(groups.Group).values(posting="members")))
    hamlet.sign_in(hamlet.member("Mia").id)
    page = (await hamlet.browser.get("/needs/new")).text
    assert "You are in no group yet" in page
    assert "<textarea" not in page


async def test_the_group_that_one_comes_from_is_chosen(hamlet):
    taking_part(hamlet)
    page = (await hamlet.browser.get("/needs/new?group=interior")).text
    assert f'value="{FORM["group"]}" selected' in page


PLASTERER, PHOTOGRAPHER = "urn:knooppunt:trade:plasterer", "urn:knooppunt:trade:photographer"


class TestTrades:
    async def test_the_preview_suggests_what_the_text_speaks_of_and_ticks_nothing(self, hamlet):
        taking_part(hamlet)
        assert PLASTERER not in (await hamlet.browser.get("/needs/new")).text
        page = (await hamlet.post("/needs/new", **FORM | {"step": "preview"})).text
        assert f'name="trades" value="{PLASTERER}">' in page

    async def test_what_is_ticked_is_kept_and_shown_in_the_readers_language(self, hamlet):
        taking_part(hamlet)
        await hamlet.post("/needs/new", **FORM, trades=PHOTOGRAPHER)
        (need,) = rows(hamlet)
        assert need.concept_iris == [PHOTOGRAPHER]
        path = need.iri.removeprefix(ORIGIN)
        page = await hamlet.browser.get(path)
        assert ">photographer</a>" in page.text
        assert f'value="{PHOTOGRAPHER}" checked>' in (await hamlet.browser.get(f"{path}/change")).text

    async def test_unticking_takes_a_trade_away_and_leaves_those_of_another_vocabulary(self, hamlet):
        taking_part(hamlet)
        await hamlet.post("/needs/new", **FORM, trades=PHOTOGRAPHER)
        elsewhere = "https://vocab.example/plasterer"

        def enrich(session):
            session.scalar(select(Offer)).concept_iris = [PHOTOGRAPHER, elsewhere]

        hamlet.db.write_now(enrich)
        path = rows(hamlet)[0].iri.removeprefix(ORIGIN)
        await hamlet.post(f"{path}/change", **FORM, trades=PLASTERER)
        assert rows(hamlet)[0].concept_iris == [PLASTERER, elsewhere]
        await hamlet.post(f"{path}/change", **FORM)
        assert rows(hamlet)[0].concept_iris == [elsewhere]

    async def test_an_unknown_trade_is_refused_beside_the_field_and_nothing_is_lost(self, hamlet):
        taking_part(hamlet)
        answer = await hamlet.post("/needs/new", **FORM, trades="https://vocab.example/smith")
        assert answer.status == 422
        assert "This trade is not in our list" in answer.text
        assert f'value="{FORM["title"]}"' in answer.text
        assert rows(hamlet) == []

    async def test_a_sixth_trade_is_refused(self, hamlet):
        taking_part(hamlet)
        six = ("plasterer", "photographer", "plumber", "conductor", "translator", "carpenter")
        answer = await hamlet.post("/needs/new", **FORM, trades=[f"urn:knooppunt:trade:{slug}" for slug in six])
        assert answer.status == 422
        assert "These are more than five trades" in answer.text
