"""Answers on the page of an offer or a need: given, accepted, declined, taken back; closed, reopened, renewed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actors import groups, offers, people
from actors.answering import Answer
from actors.people import Actor, Member, Vault
from actors.people.notices import Notification
from actors.views.answers import Became
from outbox import answers as orders
from outbox import offers as offer_orders
from outbox.log import OutgoingActivity
from outbox.mail import Mail
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import ORIGIN, SECRET
from web.groups.settings.became import bars
from web.renewal import read_token, renew_path, with_links

NEED = offers.OfferDraft(purpose="request", title="Plasterer", text="Three days.", language="en")


@pytest.fixture
def hamlet(db, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


@pytest.fixture
def gus(hamlet: Hamlet) -> Member:
    """Gus takes part in «interior», and published a need there."""
    member = hamlet.member("Gus")

    def write(session):
        group = session.get_one(Actor, hamlet.world.interior.id)
        groups.add_member(session, group, member_id=member.id, now=hamlet.now)
        offer_orders.publish(session, group, NEED, member_id=member.id, now=hamlet.now)

    hamlet.db.write_now(write)
    return member


def need(hamlet: Hamlet) -> offers.Offer:
    return hamlet.db.read_now(lambda session: session.scalars(select(offers.Offer).order_by(offers.Offer.id)).first())


def path(hamlet: Hamlet) -> str:
    return need(hamlet).iri.removeprefix(ORIGIN)


def given(hamlet: Hamlet) -> list[Answer]:
    return hamlet.db.read_now(lambda session: list(session.scalars(select(Answer).order_by(Answer.id))))


def told(hamlet: Hamlet, member: Member) -> list[tuple[str, str | None]]:
    query = select(Notification).where(Notification.member_id == member.id).order_by(Notification.id)
    return hamlet.db.read_now(lambda s: [(row.kind, row.facts.get("state")) for row in s.scalars(query)])


def said(hamlet: Hamlet) -> list[str]:
    query = select(OutgoingActivity.type).order_by(OutgoingActivity.id)
    return hamlet.db.read_now(lambda session: list(session.scalars(query)))


def newcomer(hamlet: Hamlet, name: str = "Mia") -> Member:
    member = hamlet.member(name)
    hamlet.sign_in(member.id)
    return member


def as_alice(hamlet: Hamlet) -> None:
    secret = hamlet.db.write_now(people.open_session_for, actor_id=hamlet.world.alice.id, device="Test", now=hamlet.now)
    hamlet.come_as(secret)


async def answer(hamlet: Hamlet, kind: str = "can", text: str = "From Monday on.", **more: str):
    return await hamlet.post(path(hamlet) + "/answers", answer_kind=kind, answer_text=text, **more)


async def test_a_member_answers_and_the_author_is_told(hamlet: Hamlet, gus: Member):
    mia = newcomer(hamlet)
    sent = await answer(hamlet)
    assert sent.status == 303
    assert sent.headers["location"] == f"{path(hamlet)}?notice=answer-given#answer-1"
    assert told(hamlet, gus) == [("answer", None)]
    page = (await hamlet.browser.get(path(hamlet))).text
    assert "I can do this" in page
    assert "From Monday on." in page
    assert "Take it back" in page
    # And nobody who is not signed in misses it, or may settle it
    hamlet.browser.cookies.clear()
    page = (await hamlet.browser.get(path(hamlet))).text
    assert "From Monday on." in page
    assert "Talk with them" not in page
    assert mia.id == given(hamlet)[0].member_id


async def test_a_guest_answers_with_an_account_elsewhere(hamlet: Hamlet, gus: Member):
    as_alice(hamlet)
    assert (await answer(hamlet)).status == 303
    (one,) = given(hamlet)
    assert (one.member_id, one.actor_id) == (None, hamlet.world.alice.id)


async def test_a_private_answer_is_for_two(hamlet: Hamlet, gus: Member):
    newcomer(hamlet)
    await answer(hamlet, text="My number is 0123.", answer_private="yes")
    assert "0123" in (await hamlet.browser.get(path(hamlet))).text
    newcomer(hamlet, "Ben")
    assert "0123" not in (await hamlet.browser.get(path(hamlet))).text
    hamlet.sign_in(gus.id)
    assert "0123" in (await hamlet.browser.get(path(hamlet))).text


async def test_talks_come_and_go_with_what_is_accepted(hamlet: Hamlet, gus: Member):
    mia = newcomer(hamlet)
    await answer(hamlet)
    hamlet.sign_in(gus.id)
    sent = await hamlet.post("/answers/1", do="accept", words="Call me tomorrow.")
    assert sent.status == 303
    assert need(hamlet).status == "talks"
    assert told(hamlet, mia) == [("answer-settled", "accepted")]
    page = (await hamlet.browser.get(path(hamlet))).text
    assert "in talks (1)" in page
    assert "Word back: Call me tomorrow." in page
    assert said(hamlet) == ["Create", "Update"]
    # When it did not work out
    await hamlet.post("/answers/1", do="decline", words="")
    # Then it is open again, for everybody who follows too
    assert need(hamlet).status == "open"
    assert said(hamlet) == ["Create", "Update", "Update"]
    # And only the two of them read which answer was declined, and the words
    hamlet.sign_in(mia.id)
    assert "declined" in (await hamlet.browser.get(path(hamlet))).text
    newcomer(hamlet, "Ben")
    assert "declined" not in (await hamlet.browser.get(path(hamlet))).text


async def test_whoever_answered_takes_it_back_and_its_words_go(hamlet: Hamlet, gus: Member):
    newcomer(hamlet)
    await answer(hamlet)
    assert (await hamlet.post("/answers/1", do="withdraw")).status == 303
    (one,) = given(hamlet)
    assert (one.state, one.text) == ("withdrawn", "")
    assert "From Monday on." not in (await hamlet.browser.get(path(hamlet))).text


@pytest.mark.parametrize("do", ["accept", "decline", "reopen", "private", "withdraw", "tell"])
async def test_a_third_person_can_do_nothing_with_an_answer(hamlet: Hamlet, gus: Member, do: str):
    newcomer(hamlet)
    await answer(hamlet)
    newcomer(hamlet, "Ben")
    assert (await hamlet.post("/answers/1", do=do)).status == 404
    assert given(hamlet)[0].state == "open"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"kind": "question", "text": " "}, "text"),
        ({"text": "x" * 5_001}, "long"),
        ({"text": "a\x00b"}, "character"),
    ],
)
async def test_what_is_wrong_with_an_answer_stands_beside_it_and_nothing_is_lost(
    hamlet: Hamlet, gus: Member, form: dict[str, str], sentence: str
):
    newcomer(hamlet)
    sent = await answer(hamlet, **form)
    assert sent.status == 422
    assert 'id="a-answer_text-problem"' in sent.text
    assert given(hamlet) == []
    if sentence == "long":
        assert "x" * 5_001 in sent.text


async def test_nobody_answers_twice_that_they_can_or_their_own(hamlet: Hamlet, gus: Member):
    newcomer(hamlet)
    await answer(hamlet)
    again = await answer(hamlet)
    assert again.status == 422
    assert "You have said already that you can do this" in again.text
    assert (await answer(hamlet, "question", "How big is it?")).status == 303
    hamlet.sign_in(gus.id)
    assert "This is your own" in (await answer(hamlet)).text


async def test_one_person_does_not_flood_an_item(hamlet: Hamlet, gus: Member):
    newcomer(hamlet)
    for number in range(5):
        await answer(hamlet, "question", f"Question {number}?")
    assert "These are too many answers at once" in (await answer(hamlet, "question", "One more?")).text
    assert len(given(hamlet)) == 5


async def test_the_author_closes_answers_and_opens_them_again(hamlet: Hamlet, gus: Member):
    hamlet.sign_in(gus.id)
    await hamlet.post(path(hamlet) + "/taking", takes="no")
    newcomer(hamlet)
    assert "It takes no answers for now" in (await answer(hamlet)).text
    assert (await hamlet.post(path(hamlet) + "/taking", takes="yes")).status == 404
    hamlet.sign_in(gus.id)
    await hamlet.post(path(hamlet) + "/taking", takes="yes")
    newcomer(hamlet, "Ben")
    assert (await answer(hamlet)).status == 303


async def test_who_filled_it_is_told_to_everybody_when_both_agree_and_never_before(hamlet: Hamlet, gus: Member):
    mia = newcomer(hamlet)
    await answer(hamlet)
    ben = newcomer(hamlet, "Ben")
    await answer(hamlet, "knows", "My neighbour.")
    hamlet.sign_in(gus.id)
    assert "Who did it" in (await hamlet.browser.get(path(hamlet) + "/close")).text
    await hamlet.post(path(hamlet) + "/close", status="filled", answer="1", tells="yes")
    assert (told(hamlet, mia)[-1], told(hamlet, ben)[-1]) == (("answer-settled", "asked"), ("answer-settled", "over"))
    assert "done by Mia" not in (await hamlet.browser.get(path(hamlet))).text
    hamlet.sign_in(mia.id)
    assert "May everybody read that?" in (await hamlet.browser.get(path(hamlet))).text
    await hamlet.post("/answers/1", do="tell")
    hamlet.browser.cookies.clear()
    assert "done by Mia" in (await hamlet.browser.get(path(hamlet))).text


async def test_who_filled_it_stays_between_them_when_either_says_no(hamlet: Hamlet, gus: Member):
    mia = newcomer(hamlet)
    await answer(hamlet)
    hamlet.sign_in(gus.id)
    await hamlet.post(path(hamlet) + "/close", status="filled", answer="1")
    assert told(hamlet, mia)[-1] == ("answer-settled", "filled")
    hamlet.sign_in(mia.id)
    await hamlet.post("/answers/1", do="tell")
    assert "done by" not in (await hamlet.browser.get(path(hamlet))).text


async def test_what_was_closed_is_opened_again_and_the_others_are_told(hamlet: Hamlet, gus: Member):
    hamlet.sign_in(gus.id)
    await hamlet.post(path(hamlet) + "/close", status="withdrawn")
    assert need(hamlet).finished
    assert (await hamlet.post(path(hamlet) + "/reopen")).status == 303
    offer = need(hamlet)
    assert (offer.status, offer.finished, offer.closed_at) == ("open", False, None)
    assert said(hamlet) == ["Create", "Update", "Update"]
    # And what is open is not opened
    assert (await hamlet.post(path(hamlet) + "/reopen")).status == 422


async def test_an_item_without_a_day_stands_for_ninety_days(hamlet: Hamlet, gus: Member):
    offer = need(hamlet)
    assert offer.expires_at == hamlet.now + timedelta(days=90)
    assert offer.remind_at == hamlet.now + timedelta(days=83)


async def test_the_author_is_reminded_once_and_told_on_the_day(hamlet: Hamlet, gus: Member):
    def round_at(days: float) -> tuple[int, int]:
        at = hamlet.now + timedelta(days=days)
        write = hamlet.db.write_now
        return write(orders.remind_due, at), write(orders.expire_due, at)

    assert round_at(82.9) == (0, 0)
    assert round_at(83.1) == (1, 0)
    assert round_at(84) == (0, 0)
    assert round_at(90.1) == (0, 1)
    assert round_at(91) == (0, 0)
    assert told(hamlet, gus) == [("item-ending", None), ("item-ended", None)]


async def test_one_click_from_the_mail_renews_once(hamlet: Hamlet, gus: Member):
    hamlet.db.write_now(orders.remind_due, hamlet.now + timedelta(days=84))
    mail = hamlet.db.read_now(lambda session: session.scalars(select(Mail)).one())
    link = with_links(Vault(SECRET), mail.facts)["facts"]["path"]
    assert "path" not in mail.facts["facts"]
    hamlet.forward(days=84)
    hamlet.browser.cookies.clear()
    # Given the page behind the link, which does nothing by being opened
    shown = await hamlet.browser.get(link)
    assert (shown.status, "Renew it for 90 days" in shown.text) == (200, True)
    before = need(hamlet).expires_at
    # When its button is pressed
    done = await hamlet.browser.post(link, {})
    # Then it stands for 90 days more, which the followers are told, and the link is used up
    assert done.status == 200
    assert need(hamlet).expires_at == hamlet.now + timedelta(days=90) > before
    assert said(hamlet) == ["Create", "Update"]
    assert (await hamlet.browser.post(link, {})).status == 410
    assert (await hamlet.browser.get(link)).status == 410


async def test_what_ran_out_is_open_again_by_the_same_click(hamlet: Hamlet, gus: Member):
    offer = need(hamlet)
    link = renew_path(Vault(SECRET), f"{offer.id}.{int(offer.expires_at.timestamp())}")
    hamlet.forward(days=91)
    hamlet.db.write_now(orders.expire_due, hamlet.now)
    assert need(hamlet).status == "expired"
    assert (await hamlet.browser.post(link, {})).status == 200
    assert (need(hamlet).status, need(hamlet).finished) == ("open", False)


def test_a_link_that_others_made_renews_nothing():
    vault = Vault(SECRET)
    assert read_token(vault, renew_path(vault, "1.2").rpartition("/")[2]) == (1, 2)
    assert read_token(vault, f"1.2.{vault.mark('unsubscribe', '1.2')}") is None
    assert read_token(vault, "1.2.made-up") is None
    assert read_token(vault, "") is None


async def test_organisers_see_what_became_of_the_needs_as_a_chart_and_its_table(hamlet: Hamlet, gus: Member):
    newcomer(hamlet)
    hamlet.forward(hours=5)
    await answer(hamlet)
    hamlet.sign_in(hamlet.world.noor.id)
    await hamlet.post(path(hamlet) + "/close", status="filled")
    page = (await hamlet.browser.get("/g/interior/settings/needs")).text
    row = page.partition("November 2026")[2].partition("</tr>")[0]
    assert [part.partition("</td>")[0] for part in row.split("<td>")[1:]] == ["1", "1", "1", "5"]
    assert page.count("<rect") == 36
    newcomer(hamlet, "Ben")
    assert (await hamlet.browser.get("/g/interior/settings/needs")).status == 404


def test_the_bars_are_as_high_as_the_highest_allows():
    month = Became(month=datetime(2026, 5, 1, tzinfo=UTC), opened=4, answered=2, filled=1, first_answer_h=1.0)
    assert [(bar.x, bar.y, bar.height) for bar in bars([month])] == [(0, 0, 100), (8, 50, 50), (16, 75, 25)]
    empty = Became(month=month.month, opened=0, answered=0, filled=0, first_answer_h=None)
    assert [bar.height for bar in bars([empty])] == [0, 0, 0]
