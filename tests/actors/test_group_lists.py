"""What pages show of groups and people."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from actors import groups, moderation, people
from actors.database import is_postgresql
from actors.events import Event
from actors.offers import Offer
from actors.views import ActorKind, Level, SubjectKind
from tests.actors.test_plans import plans
from tests.world import NOW, ORIGIN


def offer(session, group, number=1, **more):
    values = {"iri": f"{group.iri}/needs/{number}", "local": group.local, "purpose": "request", "group_id": group.id}
    session.execute(insert(Offer), values | {"title": "T", "published_at": NOW} | more)


def event(session, group, number=1, **more):
    values = {"iri": f"{group.iri}/events/{number}", "local": group.local, "group_id": group.id, "name": "E"}
    values |= {"starts_at": NOW + timedelta(hours=1)} | more
    session.execute(insert(Event), values | {"over_at": more.get("ends_at", values["starts_at"])})


def followed(session, world):
    ours = groups.request_follow(session, world.interior, world.bouw, f"{ORIGIN}/a/1", now=NOW)
    groups.follow_answered(session, ours.iri, world.bouw, True, now=NOW)


def test_groups_are_lined_up_sectors_first_in_the_readers_language(world, session):
    lines = groups.lines(session, language="fr", now=NOW)
    assert [line.title.text for line in lines] == ["Intérieur & scénographie", "Atelier Canal"]
    first, second = lines
    assert (first.actor.kind, first.region, first.level) == (ActorKind.SECTOR, "BE-BRU", Level.REGIONAL)
    assert (first.purpose.text, first.purpose.language) == ("Des espaces justes.", "fr")
    assert (second.actor.kind, second.purpose) == (ActorKind.PROJECT, None)
    assert [parent.iri for parent in second.parents] == [world.interior.iri]
    assert groups.lines(session, language="nl", now=NOW)[0].title.text == "Interieur & scenografie"
    assert groups.lines(session, language="de", now=NOW)[0].title.language == "nl"


def test_a_line_counts_what_is_alive_and_public_only(world, session):
    group = world.interior
    offer(session, group, 1)
    offer(session, group, 2, purpose="offer", status="talks")
    offer(session, group, 3, status="filled")
    offer(session, group, 4, expires_at=NOW - timedelta(1))
    offer(session, group, 5, deleted_at=NOW)
    offer(session, group, 6, shown=False)
    offer(session, group, 7, visibility="members")
    event(session, group, 1)
    event(session, group, 2, starts_at=NOW - timedelta(2), ends_at=NOW + timedelta(1))
    event(session, group, 3, starts_at=NOW - timedelta(2))
    event(session, group, 4, deleted_at=NOW)
    line = groups.lines(session, language="nl", now=NOW)[0]
    assert (line.open_needs, line.open_offers, line.coming_events) == (1, 1, 2)
    figures = groups.figures(session, now=NOW)
    assert (figures.open_needs, figures.open_offers, figures.coming_events) == (1, 1, 2)
    assert (figures.groups, figures.projects) == (1, 1)


def test_counting_what_is_alive_walks_indexes(world, session):
    if is_postgresql(session):
        pytest.skip("plans are read from SQLite, whose planner needs no statistics")
    seen = plans(session, lambda: groups.lines(session, language="nl"))
    for index in ("ix_offer_open_group", "ix_event_coming_group", "ix_offer_due"):
        assert any(f"SEARCH {index.split('_')[1]} USING" in plan and index in plan for plan in seen), index
    assert not any(re.search(r"SCAN (offer|event|post)", plan) for plan in seen)


def test_a_group_page_says_its_rules_and_whom_it_follows(world, session):
    followed(session, world)
    groups.add_follower(session, world.alice, world.interior, "https://mastodon.example/f/1", now=NOW)
    page = groups.page(session, world.interior.iri, language="fr", now=NOW)
    assert (page.about_html, page.about_language, page.other_languages) == ("<p>Des espaces justes.</p>", "fr", ("nl",))
    assert (page.followers, page.posts_by, page.approves_followers) == (1, "members", False)
    assert [project.actor.iri for project in page.projects] == [world.atelier.iri]
    assert [(each.handle, each.host) for each in page.follows] == [("bouw@partner.example", "partner.example")]


def test_a_group_elsewhere_has_a_page_until_its_host_is_blocked(world, session):
    assert groups.page(session, world.bouw.iri, language="nl").line.actor.host == "partner.example"
    moderation.block(session, "partner.example", now=NOW)
    assert groups.page(session, world.bouw.iri, language="nl") is None


@pytest.mark.parametrize("who", ["alice", "noor_actor", "instance"])
def test_who_is_no_group_has_no_group_page(world, session, who):
    assert groups.page(session, getattr(world, who).iri, language="nl") is None


def test_partners_are_those_that_groups_of_ours_follow(world, session):
    assert groups.partners(session, language="nl") == []
    followed(session, world)
    offer(session, world.bouw)
    (partner,) = groups.partners(session, language="nl")
    assert (partner.actor.iri, partner.followed_by) == (world.bouw.iri, (world.interior.iri,))
    assert partner.last_heard_at == NOW
    assert groups.figures(session).partners == 1
    assert groups.partners(session, language="nl", limit=0) == []
    moderation.block(session, "partner.example", now=NOW)
    assert groups.partners(session, language="nl") == []
    assert groups.figures(session).partners == 0


def test_a_person_has_a_page_unless_nobody_may_see_them(world, session):
    page = people.page(session, world.noor_actor.iri, language="nl")
    assert (page.actor.handle, page.actor.host, page.indexable) == ("noor@coop.example", None, False)
    assert people.page(session, world.interior.iri, language="nl") is None
    people.suspend(session, world.alice, now=NOW)
    assert people.page(session, world.alice.iri, language="nl") is None


def test_a_thing_is_known_by_its_id_or_its_address(world, session):
    offer(session, world.interior, 1)
    event(session, world.bouw, 1, url="https://partner.example/e/1")
    assert people.kind_of(session, world.interior.iri).kind == SubjectKind.GROUP
    assert people.kind_of(session, world.alice.url).iri == world.alice.iri
    assert people.kind_of(session, f"{world.interior.iri}/needs/1").kind == SubjectKind.OFFER
    found = people.kind_of(session, "https://partner.example/e/1")
    assert (found.kind, found.iri) == (SubjectKind.EVENT, f"{world.bouw.iri}/events/1")
    assert people.kind_of(session, "https://nowhere.example/") is None


def test_O3_an_address_that_somebody_claims_never_hides_the_thing_with_that_id(world, session):
    event(session, world.bouw, 1, url=f"{world.interior.iri}/needs/1")
    offer(session, world.interior, 1)
    assert people.kind_of(session, f"{world.interior.iri}/needs/1").kind == SubjectKind.OFFER


def test_O3_an_address_counts_only_on_its_authors_own_server(world, session):
    event(session, world.bouw, 1, url="https://mastodon.example/@alice/1")
    assert people.kind_of(session, "https://mastodon.example/@alice/1") is None
    assert people.kind_of(session, "not an address") is None


def test_what_a_thing_is_is_found_by_index(world, session):
    if is_postgresql(session):
        pytest.skip("plans are read from SQLite, whose planner needs no statistics")
    seen = plans(session, lambda: people.kind_of(session, "https://nowhere.example/"))
    assert len(seen) == 5
    assert not any(re.search(r"SCAN (offer|event|post|actor)", plan) for plan in seen)


def test_what_nobody_may_see_is_unknown(world, session):
    offer(session, world.interior, 1, shown=False)
    offer(session, world.interior, 2, status="draft")
    event(session, world.bouw, 1)
    moderation.block(session, "partner.example", now=NOW)
    for iri in (f"{world.interior.iri}/needs/1", f"{world.interior.iri}/needs/2", f"{world.bouw.iri}/events/1"):
        assert people.kind_of(session, iri) is None


def test_groups_are_found_by_words_without_accents_region_level_and_kind(world, session):
    def found(**asked):
        return [line.actor.handle.partition("@")[0] for line in groups.matching(session, language="fr", **asked)]

    assert found() == ["interior", "atelier"]
    assert found(words="interieur scenographie") == found(region="BE") == found(level="regional") == ["interior"]
    assert found(kind="project") == found(words="canal") == ["atelier"]
    assert found(words="fromage") == found(region="BE-WAL") == []
