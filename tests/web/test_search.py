"""The page of the search: what its address asks, what it shows to whom, and what it says when nothing is found."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actors import offers
from actors.groups import GroupDraft, found
from actors.places import PlaceDraft
from tests.actors.stories import need
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import NOW, ORIGIN, prepared_keys
from web.search.asking import read_search, without

ZONE = ZoneInfo("Europe/Brussels")


@pytest.fixture
def hamlet(db, tmp_path) -> Hamlet:
    return make_hamlet(db, tmp_path)


def publish(hamlet: Hamlet, title: str, *, minutes: int = 0, **changes: Any) -> None:
    def post(session: Any) -> None:
        draft = need(**{"title": title} | changes)
        offers.post(session, hamlet.world.interior, draft, now=NOW + timedelta(minutes=minutes))

    hamlet.db.write_now(post)


async def test_what_is_found_stands_on_the_page_with_its_facets_and_the_way_back(hamlet):
    publish(hamlet, "Stukadoor in Gent", place=PlaceDraft(name="Gent"), pay="paid", minutes=1)
    publish(hamlet, "Stukadoor in Luik", place=PlaceDraft(name="Luik"), pay="barter")
    page = (await hamlet.browser.get("/search?q=stukadoor")).text
    assert page.index("Stukadoor in Gent") < page.index("Stukadoor in Luik")
    assert "2 results" in page
    assert "/search?q=stukadoor&amp;pay=barter" in page
    assert "/search?q=stukadoor&amp;region=BE-VOV" in page
    narrowed = (await hamlet.browser.get("/search?q=stukadoor&pay=barter")).text
    assert "Stukadoor in Gent" not in narrowed
    assert 'href="/search?q=stukadoor" aria-current="true"' in narrowed


async def test_every_page_has_the_field(hamlet):
    assert 'action="/search"' in (await hamlet.browser.get("/groups")).text


async def test_near_a_town_and_within_a_distance(hamlet):
    publish(hamlet, "Werk in Gent", place=PlaceDraft(name="Gent"))
    publish(hamlet, "Werk in Luik", place=PlaceDraft(name="Luik"))
    page = (await hamlet.browser.get("/search?near=Gand&within=50&kind=need")).text
    assert "Werk in Gent" in page
    assert "Werk in Luik" not in page


async def test_a_place_that_nobody_knows_is_said_beside_its_field_and_the_rest_is_found(hamlet):
    publish(hamlet, "Stukadoor")
    page = (await hamlet.browser.get("/search?q=stukadoor&near=Xanadu&from=2026-02-31")).text
    assert "We do not know this place." in page
    assert "This day does not exist." in page
    assert 'value="Xanadu"' in page
    assert "Stukadoor" in page


async def test_where_nothing_is_found_it_says_which_filter_to_leave_out(hamlet):
    publish(hamlet, "Stukadoor", pay="paid")
    page = (await hamlet.browser.get("/search?q=stukadoor&pay=barter")).text
    assert "Nothing was found" in page
    assert "on any terms" in page
    assert "1 result" in page


async def test_an_address_with_nonsense_is_a_search_all_the_same(hamlet):
    publish(hamlet, "Stukadoor")
    for query in (
        "kind=x&region=../..&mode=%00&within=9e9&page=0&sort=;",
        "page=999999",
        "q=" + "x" * 3000,
        "q=%00%0a",
    ):
        assert (await hamlet.browser.get(f"/search?{query}")).status == 200


async def test_nobody_reads_on_the_page_what_is_not_for_them(hamlet):
    publish(hamlet, "Geheim voor leden", visibility="members")

    def private(session: Any) -> None:
        draft = GroupDraft(username="circle", name="Kring", private=True, language="nl")
        circle = found(session, hamlet.world.vault, draft, origin=ORIGIN, keys=prepared_keys(7), now=NOW)
        offers.post(session, circle, need(title="Geheim van de kring"), now=NOW)

    hamlet.db.write_now(private)
    nobody = (await hamlet.browser.get("/search?q=geheim")).text
    assert "Geheim voor" not in nobody
    assert "Geheim van" not in nobody
    hamlet.sign_in(hamlet.member("Mia").id)
    member = (await hamlet.browser.get("/search?q=geheim")).text
    assert "Geheim voor leden" in member
    assert "Geheim van" not in member


async def test_members_find_members_who_agreed_to_it(hamlet):
    hamlet.member("Zeynep", discoverable=True, trades=("stucwerk",))
    assert "Zeynep" not in (await hamlet.browser.get("/search?q=stucwerk")).text
    hamlet.sign_in(hamlet.member("Mia").id)
    assert "Zeynep" in (await hamlet.browser.get("/search?q=stucwerk")).text


async def test_a_search_is_a_feed_with_an_address_of_its_own(hamlet):
    publish(hamlet, "Stukadoor in Gent")
    publish(hamlet, "Schilder")
    feed = (await hamlet.browser.get("/search.atom?q=stukadoor&kind=need")).text
    assert "Stukadoor in Gent" in feed
    assert "Schilder" not in feed
    assert f"<id>{ORIGIN}/search.atom?q=stukadoor&amp;kind=need</id>" in feed
    publish(hamlet, "Stukadoor onder ons", visibility="members")
    assert "onder ons" not in (await hamlet.browser.get("/search.atom?q=stukadoor")).text


def test_an_address_says_a_search_always_in_the_same_way():
    search = read_search({"sort": "newest", "q": "  stukadoor \n", "kind": "need", "page": "3", "mode": "x"}, ZONE)
    assert search.query == "q=stukadoor&kind=need&sort=newest"
    assert without(search, "words") == "/search?kind=need&sort=newest"


def test_a_region_typed_as_a_place_is_a_region():
    asked = read_search({"near": "Hainaut", "within": "10"}, ZONE).asked
    assert (asked.region, asked.near) == ("BE-WHT", None)
