"""The index: what is found, by whom, in which order, and that it follows every change. The same on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from actors import events, groups, offers, people, search
from actors.groups import GroupDraft
from actors.moderation import block
from actors.people import Actor, profile
from actors.people.profile import ProfileDraft
from actors.places import PlaceDraft
from actors.search import COUNTED, HERE, Asked, Asker
from actors.search.rebuilding import clear
from actors.trades import scheme
from tests.actors.stories import meeting, need, remote_meeting, remote_need
from tests.world import NOW, ORIGIN, World, prepared_keys

NOBODY, MEMBER = Asker(), Asker(is_member=True)


class Finding:
    """A world with its index; times pass between what is posted."""

    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world, self.now = session, world, NOW

    def post(self, title: str, text: str = "", *, by: Actor | None = None, **changes: Any) -> offers.Offer:
        self.now += timedelta(seconds=1)
        draft = need(**{"title": title, "text": text} | changes)
        return offers.post(self.session, by or self.world.interior, draft, now=self.now)

    def find(self, words: str = "", asker: Asker = NOBODY, **asked: Any) -> list[str]:
        """The titles of the offers and needs that are found, in their order."""
        self.session.flush()
        found = search.find(self.session, Asked(words=words, **asked), asker, now=self.now)
        rows = [hit for hit in found.hits if hit.family == "offer"]
        return [self.session.get_one(offers.Offer, hit.item_id).title for hit in rows]

    def count(self, facet: str, **asked: Any) -> dict[str, int]:
        self.session.flush()
        return dict(search.find(self.session, Asked(**asked), NOBODY, now=self.now).facets[facet])

    def kinds(self, words: str, asker: Asker = NOBODY) -> list[str]:
        self.session.flush()
        found = search.find(self.session, Asked(words=words), asker, now=self.now)
        return [hit.family for hit in found.hits]


@pytest.fixture
def finding(session: Session, world: World) -> Finding:
    return Finding(session, world)


# Words


def test_a_word_is_found_in_any_of_its_forms_with_and_without_accents(finding):
    finding.post("Muren pleisteren", language="nl")
    finding.post("Plâtriers demandés", language="fr")
    finding.post("Plasterer wanted", language="en")
    finding.post("Gipser für zwei Häuser", language="de")
    assert finding.find("muur") == ["Muren pleisteren"]
    assert finding.find("PLATRIER") == ["Plâtriers demandés"]
    assert finding.find("plasterers") == ["Plasterer wanted"]
    assert finding.find("Haus") == ["Gipser für zwei Häuser"]


def test_all_words_must_be_there_and_little_ones_do_not_count(finding):
    finding.post("Stukadoor", "voor een huis in Gent")
    finding.post("Stukadoor", "in een kapel")
    assert finding.find("stukadoor voor het huis") == ["Stukadoor"]
    assert finding.find("stukadoor kasteel") == []


def test_words_that_are_only_little_are_looked_for_after_all(finding):
    finding.post("Wie is wij?")
    assert finding.find("wij") == ["Wie is wij?"]


def test_what_has_the_words_in_its_title_comes_first_then_the_newest(finding):
    finding.post("Oude stukadoor")
    finding.post("Kapel", "met een stukadoor")
    finding.post("Stukadoor voor drie dagen")
    finding.post("Huis", "stukadoor gevraagd")
    by_relevance = ["Stukadoor voor drie dagen", "Oude stukadoor", "Huis", "Kapel"]
    assert finding.find("stukadoor") == by_relevance
    assert finding.find("stukadoor", newest=True) == ["Huis", "Stukadoor voor drie dagen", "Kapel", "Oude stukadoor"]


def test_quotes_ask_for_words_beside_each_other_and_a_sign_for_what_must_not_be_there(finding):
    finding.post("Front-end ontwikkelaar", language="nl")
    finding.post("End of the front", language="en")
    assert finding.find('"front end"') == ["Front-end ontwikkelaar"]
    assert sorted(finding.find("front end")) == ["End of the front", "Front-end ontwikkelaar"]
    assert finding.find("front -ontwikkelaar") == ["End of the front"]
    assert finding.find("-front", kind="need") == []


def test_no_phrase_reaches_from_the_title_into_the_text(finding):
    finding.post("Een houten deur", "knop van messing")
    assert finding.find('"deur knop"') == []


def test_the_last_word_may_be_unfinished_while_somebody_types(finding):
    finding.post("Stukadoor gezocht")
    assert finding.find("stukad") == []
    assert finding.find("stukad", typing=True) == ["Stukadoor gezocht"]
    assert finding.find("stukad ", typing=True) == []


@pytest.mark.parametrize(
    "typed",
    ['"', '"""', "'; DROP TABLE", "a:b", "NEAR(x y)", "* ^ ( ) { }", "- -", "\\", "🌿", "x" * 5000, "& | ! <->", "'"],
)
def test_nothing_that_is_typed_breaks_the_search(finding, typed):
    finding.post("Stukadoor")
    assert finding.find(typed) == []


def test_signs_that_belong_to_a_word_are_part_of_it(finding):
    finding.post("Ontwikkelaar C++")
    finding.post("Ontwikkelaar C#")
    assert finding.find("c++") == ["Ontwikkelaar C++"]


def test_further_languages_of_a_text_are_found_too(finding):
    finding.post("Stukadoor", language="nl", title_map={"fr": "Plâtrier"}, text_map={"fr": "des murs anciens"})
    assert finding.find("platriers mur ancien") == ["Stukadoor"]
    assert finding.count("language", words="stukadoor") == {"nl": 1, "fr": 1}


# Filters


def test_a_region_holds_what_lies_in_it_down_to_the_town_that_the_author_typed(finding):
    finding.post("In Gent", place=PlaceDraft(name="Gand"))
    finding.post("In de provincie", place=PlaceDraft(region="BE-VOV"))
    finding.post("In Brussel", place=PlaceDraft(name="Matongé", region="BE-BRU"))
    assert finding.find(region="BE-VLG") == ["In de provincie", "In Gent"]
    assert finding.find(region="gent") == ["In Gent"]
    assert finding.find(region="elsene") == ["In Brussel"]
    assert len(finding.find(region="BE")) == 3
    assert finding.find(region="FR") == []


def test_a_town_of_another_region_than_the_author_chose_is_not_believed(finding):
    finding.post("Elders", place=PlaceDraft(name="Bergen", region="NL"))
    assert finding.find(region="BE-WHT") == []
    assert finding.find(region="NL") == ["Elders"]


def test_a_distance_is_measured_from_a_point(finding):
    finding.post("Gent", place=PlaceDraft(name="Gent"))
    finding.post("Aalst", place=PlaceDraft(name="Aalst"))
    finding.post("Luik", place=PlaceDraft(name="Luik"))
    finding.post("Ergens in Vlaanderen", place=PlaceDraft(region="BE-VLG"))
    ghent = (51.0543, 3.7174)
    assert finding.find(near=ghent, within_km=10) == ["Gent"]
    assert finding.find(near=ghent, within_km=30) == ["Aalst", "Gent"]
    assert finding.find(near=ghent, within_km=150) == ["Luik", "Aalst", "Gent"]


def test_degrees_that_the_author_gave_count_more_than_the_town(finding):
    finding.post("Bij Gent", place=PlaceDraft(name="Gent", latitude=51.2, longitude=3.2))
    assert finding.find(near=(51.0543, 3.7174), within_km=10) == []


def test_a_trade_is_found_by_its_concept(finding):
    finding.post("Stukadoor", concept_iris=("urn:knooppunt:trade:plasterer", "urn:knooppunt:trade:painter"))
    finding.post("Iets anders")
    assert finding.find(trade="urn:knooppunt:trade:painter") == ["Stukadoor"]
    assert finding.count("trade") == {"urn:knooppunt:trade:plasterer": 1}


def test_a_trade_finds_its_narrower_ones(finding):
    concept = next(each for each in scheme().concepts if each.broader)
    finding.post("Smal", concept_iris=(concept.iri,))
    assert finding.find(trade=concept.broader[0]) == ["Smal"]
    finding.post("Breed", concept_iris=(concept.broader[0],))
    assert finding.find(trade=concept.iri) == ["Smal"]


def test_what_can_be_done_both_ways_is_found_either_way(finding):
    finding.post("Ter plaatse", mode="onsite")
    finding.post("Op afstand", mode="remote")
    finding.post("Beide", mode="both")
    assert finding.find(mode="remote") == ["Beide", "Op afstand"]
    assert finding.find(mode="onsite") == ["Beide", "Ter plaatse"]
    assert finding.count("mode", kind="need") == {"onsite": 2, "remote": 2}


def test_pay_language_kind_and_origin(finding, session, world):
    finding.post("Betaald", pay="paid")
    finding.post("Offert", purpose="offer", language="fr", pay="barter")
    offers.record_remote(session, world.bouw, remote_need(draft={"title": "Partner"}), shown=True, now=finding.now)
    assert finding.find(pay="paid") == ["Betaald"]
    assert finding.find(language="fr") == ["Offert"]
    assert finding.find(kind="offer") == ["Offert"]
    assert finding.find(origin="partner.example") == ["Partner"]
    assert "Partner" not in finding.find(origin=HERE)


def test_dates_find_what_takes_place_between_them(finding):
    begins, ends = NOW + timedelta(days=10), NOW + timedelta(days=12)
    finding.post("Drie dagen", begins_at=begins, ends_at=ends)
    finding.post("Vanaf", begins_at=begins)
    finding.post("Wanneer ook")
    assert finding.find(begins=ends + timedelta(days=1)) == ["Vanaf"]
    assert finding.find(ends=begins - timedelta(days=1)) == []
    assert finding.find(begins=begins, ends=begins) == ["Vanaf", "Drie dagen"]


# Counts


def test_counts_of_a_facet_leave_its_own_filter_out(finding):
    finding.post("A", pay="paid", mode="remote")
    finding.post("B", pay="barter", mode="remote")
    finding.post("C", pay="barter", mode="onsite")
    assert finding.count("pay", pay="paid", kind="need") == {"paid": 1, "barter": 2}
    assert finding.count("mode", pay="barter") == {"remote": 1, "onsite": 1}


def test_counts_of_regions_count_what_lies_in_them(finding):
    finding.post("A", place=PlaceDraft(name="Gent"))
    finding.post("B", place=PlaceDraft(name="Brugge"))
    counted = finding.count("region", kind="need")
    assert (counted["BE-VLG"], counted["BE-VOV"], counted["gent"]) == (2, 1, 1)


def test_pages_follow_one_another_and_say_how_many_there_are(finding, session):
    for number in range(5):
        finding.post(f"Nummer {number}")
    session.flush()
    asked = Asked(words="nummer")
    first = search.find(session, asked, NOBODY, now=finding.now, limit=2)
    second = search.find(session, asked, NOBODY, now=finding.now, first=2, limit=2)
    assert (first.total, first.more) == (5, False)
    assert not set(first.hits) & set(second.hits)
    assert search.count(session, asked, NOBODY, now=finding.now) == 5
    assert first.total < COUNTED


# Who may see what


def test_what_is_for_members_is_found_by_members(finding):
    finding.post("Voor leden", visibility="members")
    assert finding.find("leden") == []
    assert finding.find("leden", MEMBER) == ["Voor leden"]


def test_what_is_for_a_group_is_found_by_those_who_take_part_in_it(finding, session, world):
    draft = GroupDraft(username="circle", name="Kring", private=True, language="nl")
    circle = groups.found(session, world.vault, draft, origin=ORIGIN, keys=prepared_keys(7), now=NOW)
    finding.post("Onder ons", by=circle)
    assert finding.find("onder ons") == []
    assert finding.find("onder ons", MEMBER) == []
    assert finding.find("onder ons", Asker(is_member=True, group_ids=(world.interior.id,))) == []
    assert finding.find("onder ons", Asker(is_member=True, group_ids=(circle.id,))) == ["Onder ons"]


def test_drafts_and_what_waits_or_is_hidden_are_found_by_nobody(finding, session, world):
    finding.post("Kladje", draft=True)
    offers.post(session, world.interior, need(title="Wacht"), waits=True, now=NOW)
    hidden = offers.record_remote(session, world.bouw, remote_need(draft={"title": "Weg"}), shown=False, now=NOW)
    assert [finding.find(word, MEMBER) for word in ("kladje", "wacht", "weg")] == [[], [], []]
    offers.show(session, hidden)
    assert finding.find("weg") == ["Weg"]
    offers.hide(session, hidden)
    assert finding.find("weg") == []


def test_blocked_hosts_and_suspended_authors_are_not_found_and_come_back(finding, session, world):
    offers.record_remote(session, world.bouw, remote_need(draft={"title": "Partner"}), shown=True, now=NOW)
    assert finding.find("partner") == ["Partner"]
    people.suspend(session, world.bouw, now=NOW)
    assert finding.find("partner") == []
    people.unsuspend(session, world.bouw)
    assert finding.find("partner") == ["Partner"]
    block(session, "partner.example", now=NOW)
    assert finding.find("partner") == []


def test_a_group_that_wants_not_to_be_indexed_is_found_by_members_alone(finding, session, world):
    finding.post("Stukadoor")
    world.interior.indexable = False
    assert finding.find("stukadoor") == []
    assert finding.find("stukadoor", MEMBER) == ["Stukadoor"]
    world.interior.indexable = True
    assert finding.find("stukadoor") == ["Stukadoor"]


def test_somebody_elsewhere_is_found_only_if_they_say_yes(finding, session, world):
    draft = remote_need(iri="https://mastodon.example/notes/1", author_iri=world.alice.iri, draft={"title": "Alice"})
    offers.record_remote(session, world.alice, draft, shown=True, now=NOW)
    assert finding.find("alice", MEMBER) == []
    world.alice.indexable = True
    assert finding.find("alice") == ["Alice"]


# Upkeep


def test_what_is_changed_closed_reopened_by_its_row_or_deleted_is_found_accordingly(finding, session):
    offer = finding.post("Stukadoor", "in Gent")
    offers.change(session, offer, need(title="Schilder", text="in Gent"), now=finding.now)
    assert finding.find("stukadoor") == []
    assert finding.find("schilder gent") == ["Schilder"]
    offers.close(session, offer, "filled", now=finding.now)
    assert finding.find("schilder") == []
    assert finding.find("schilder", closed=True) == ["Schilder"]
    offers.delete(session, offer, now=finding.now)
    assert finding.find("schilder", closed=True) == []


def test_what_has_run_out_is_found_no_more_though_nobody_closed_it(finding):
    finding.post("Kort", expires_at=NOW + timedelta(hours=1))
    assert finding.find("kort") == ["Kort"]
    finding.now += timedelta(hours=2)
    assert finding.find("kort") == []


def test_events_are_found_until_they_are_over_and_not_when_called_off(finding, session, world):
    event = events.post(session, world.interior, meeting(name="Offertes leren maken"), now=NOW)
    events.record_remote(session, world.bouw, remote_meeting(draft={"name": "Offertes elders"}), shown=True, now=NOW)
    assert finding.kinds("offertes") == ["event", "event"]
    events.cancel(session, event, now=NOW)
    assert finding.kinds("offertes") == ["event"]
    finding.now += timedelta(days=60)
    assert finding.kinds("offertes") == []


def test_groups_are_found_that_want_to_be_listed(finding, session, world):
    assert finding.kinds("scénographie") == ["group"]
    assert finding.count("kind", words="canal") == {"project": 1}
    world.interior.discoverable = False
    assert finding.kinds("scénographie") == []


def test_a_group_elsewhere_is_found_while_ours_follow_it(finding, session, world):
    assert finding.kinds("bouw") == []
    groups.request_follow(session, world.interior, world.bouw, f"{ORIGIN}/follows/1", now=NOW)
    groups.follow_answered(session, f"{ORIGIN}/follows/1", world.bouw, True, now=NOW)
    assert finding.kinds("bouw") == ["group"]
    groups.end_follow(session, world.interior.id, world.bouw.id)
    assert finding.kinds("bouw") == []


def test_members_are_found_by_members_who_agreed_and_by_what_members_may_see(finding, session, world):
    draft = ProfileDraft(name="Zeynep", about="restaureert kerken", trades=("stucwerk",), shown={"about": "groups"})
    profile.change(session, world.noor.id, draft, now=NOW)
    assert finding.kinds("zeynep", MEMBER) == []
    profile.change(session, world.noor.id, replace(draft, discoverable=True), now=NOW)
    assert finding.kinds("zeynep") == []
    assert finding.kinds("zeynep stucwerk", MEMBER) == ["person"]
    assert finding.kinds("kerken", MEMBER) == []
    people.suspend_member(session, world.noor.id, now=NOW)
    assert finding.kinds("zeynep", MEMBER) == []


def test_an_index_that_is_built_anew_finds_the_same(finding, session):
    for number in range(7):
        finding.post(f"Stukadoor {number}")
    before = finding.find("stukadoor")
    connection = session.connection()
    clear(connection)
    assert finding.find("stukadoor") == []
    last: int | None = 0
    while last is not None:
        last, _ = offers.FINDABLE.index_after(connection, last, 3)
    assert finding.find("stukadoor") == before


def test_a_sample_says_what_the_index_has_wrong(finding, session):
    offer = finding.post("Stukadoor")
    finding.post("Kladje", draft=True)
    connection = session.connection()
    assert offers.FINDABLE.wrong(connection, 10) == 0
    search.drop(connection, "offer", offer.id)
    assert offers.FINDABLE.wrong(connection, 10) == 1
