"""What fits, on the pages: beside an item, in «for you», on the board of unanswered needs, and in notifications."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from actors import matches, offers
from actors.groups import Person
from actors.places import PlaceDraft
from outbox import matches as telling
from outbox import offers as publishing
from tests.actors.stories import need
from tests.web.hamlet import Hamlet, make_hamlet

PLASTERER = "urn:knooppunt:trade:plasterer"
NEED = need(
    concept_iris=(PLASTERER,), place=PlaceDraft(name="Brussel", region="BE-BRU"), work_languages=("nl", "fr"), text="x"
)
OFFER = replace(NEED, purpose="offer", title="Plafonneur disponible", language="fr", work_languages=("fr",))


@pytest.fixture
def hamlet(db, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


@pytest.fixture
def pair(hamlet):
    """Lena's need and Karim's offer: the two members, and the path of the need."""
    lena, karim = hamlet.member("Lena"), hamlet.member("Karim")

    def publish(session, draft, member_id):
        group = session.merge(hamlet.world.interior)
        offer = offers.post(session, group, draft, by=Person(member_id, None), now=hamlet.now)
        publishing.announce(session, offer, now=hamlet.now)
        return offer.iri

    hamlet.db.write_now(publish, OFFER, karim.id)
    iri = hamlet.db.write_now(publish, NEED, lena.id)
    return lena, karim, iri.removeprefix(hamlet.house.origin)


def main_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))


async def test_an_item_shows_everybody_what_fits_it_and_why(hamlet, pair):
    shown = main_of(await hamlet.browser.get(pair[2]))
    assert "Fits this need" in shown
    assert "Plafonneur disponible" in shown
    assert "1 km · speaks French" in shown
    assert "offer it further" not in shown


async def test_for_you_shows_ones_own_items_with_what_fits_them(hamlet, pair):
    hamlet.sign_in(pair[0].id)
    shown = main_of(await hamlet.browser.get("/for-you"))
    assert shown.index("Stukadoor voor drie dagen") < shown.index("Plafonneur disponible")
    assert "Not relevant" in shown


async def test_not_relevant_takes_it_from_ones_own_list_and_can_be_undone(hamlet, pair):
    lena, karim, _ = pair
    hamlet.sign_in(lena.id)
    page = (await hamlet.browser.get("/for-you")).text
    (match,) = re.findall(r'name="match" value="(\d+)"', page)
    answer = await hamlet.post("/for-you/put-away", match=match)
    assert answer.headers["location"] == f"/for-you?away={match}"
    shown = main_of(await hamlet.browser.get(f"/for-you?away={match}"))
    assert "Plafonneur" not in shown
    assert "Undo" in shown
    await hamlet.post("/for-you/take-back", match=match)
    assert "Plafonneur disponible" in main_of(await hamlet.browser.get("/for-you"))
    hamlet.sign_in(karim.id)
    assert "Stukadoor" in main_of(await hamlet.browser.get("/for-you"))


async def test_an_empty_list_teaches_what_fills_it(hamlet):
    hamlet.sign_in(hamlet.member("Lena").id)
    shown = main_of(await hamlet.browser.get("/for-you"))
    assert "Nothing for you yet" in shown
    assert "Say what you offer" in shown


@pytest.mark.parametrize("match", ["", "x", "0", "9" * 30])
async def test_a_form_that_names_no_match_is_refused(hamlet, pair, match):
    hamlet.sign_in(pair[0].id)
    assert (await hamlet.post("/for-you/put-away", match=match)).status == 400


async def test_its_author_may_have_it_offered_further_and_take_that_back(hamlet, pair):
    lena, _, path = pair
    hamlet.sign_in(lena.id)
    assert "Yes, offer it further" in main_of(await hamlet.browser.get(path))
    await hamlet.post(f"{path}/further", wanted="yes")
    assert "Do not offer it further" in main_of(await hamlet.browser.get(path))
    await hamlet.post(f"{path}/further", wanted="no")
    assert "Yes, offer it further" in main_of(await hamlet.browser.get(path))
    assert (await hamlet.post(f"{path}/further", wanted="perhaps")).status == 400


async def test_the_board_shows_what_waits_for_more_than_a_week(hamlet, pair):
    hamlet.sign_in(hamlet.world.noor.id)
    assert "Every need has an answer." in main_of(await hamlet.browser.get("/unanswered"))
    hamlet.forward(days=matches.UNANSWERED_AFTER.days, hours=1)
    hamlet.sign_in(hamlet.world.noor.id)
    shown = main_of(await hamlet.browser.get("/unanswered"))
    assert "Stukadoor voor drie dagen" in shown
    assert "1 offer fits" in shown


async def test_who_is_told_reads_it_with_the_reasons_in_their_own_language(hamlet, pair):
    lena, karim, path = pair
    hamlet.db.write_now(telling.tell_due, hamlet.now, "Europe/Brussels")
    hamlet.sign_in(lena.id)
    shown = main_of(await hamlet.browser.get("/me/notifications?language=nl"))
    assert "Iemand biedt aan wat past bij «Stukadoor voor drie dagen»: «Plafonneur disponible»." in shown
    assert "1 km · spreekt Frans" in shown
    hamlet.sign_in(karim.id)
    answer = await hamlet.browser.get("/me/notifications?language=fr")
    assert "Quelqu’un cherche ce qui correspond à" in main_of(answer)
    (line,) = re.findall(r'href="(/me/notifications/\d+)"', answer.text)
    assert (await hamlet.browser.get(line)).headers["location"] == path
