"""How a group of ours looks on Mastodon."""

from datetime import timedelta

import pytest

from actors.events import EventDraft
from actors.groups import Person
from actors.offers import OfferDraft
from actors.people import mark_deleted
from actors.refusals import Refused
from outbox import abroad, events, offers
from outbox import groups as orders
from tests.world import NOW


def look(session, group):
    return abroad.on_mastodon(session, group.iri)


def test_the_profile_is_the_one_that_others_are_sent(world, session):
    seen = look(session, world.interior)
    assert (seen.name, seen.handle) == ("Interieur & scenografie", "interior@coop.example")
    assert seen.about_html == "<p>Ruimtes die kloppen.</p>"
    assert (seen.language, seen.locked, seen.post, seen.posts) == ("nl", False, None, 0)
    assert seen.followers is None


def test_how_many_follow_is_told_only_where_the_group_lets_it_be(world, session):
    orders.follow(session, world.atelier, world.interior, now=NOW)
    assert look(session, world.interior).followers is None
    orders.alter(session, world.interior.iri, {"followers_shown": True}, by=Person(world.noor.id), now=NOW)
    assert look(session, world.interior).followers == 1


def test_a_need_is_shown_whole(world, session):
    draft = OfferDraft(purpose="request", title="Stukadoor", text="Drie dagen.", language="nl")
    offers.publish(session, world.interior, draft, now=NOW)
    post = look(session, world.interior).post
    assert "Stukadoor" in post.html
    assert "Drie dagen." in post.html
    assert post.language == "nl"


def test_of_a_meeting_mastodon_shows_name_summary_and_link_alone(world, session):
    draft = EventDraft(
        name="Ontbijt <b>",
        text="Breng brood mee.",
        language="nl",
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=2),
    )
    said = events.publish(session, world.interior, draft, now=NOW)
    post = look(session, world.interior).post
    assert post.html.startswith("<p><strong>Ontbijt &lt;b&gt;</strong></p>")
    assert said.iri in post.html


def test_what_was_deleted_is_not_the_newest(world, session):
    draft = OfferDraft(purpose="request", title="Stukadoor", text="", language="nl")
    first = offers.publish(session, world.interior, draft, now=NOW)
    assert look(session, world.interior).post is not None
    offers.delete_by(session, first.iri, by=Person(world.noor.id), now=NOW)
    assert look(session, world.interior).post is None


def test_there_is_no_look_of_others_or_of_what_is_gone(world, session):
    with pytest.raises(Refused, match="not-ours"):
        look(session, world.bouw)
    with pytest.raises(Refused, match="not-ours"):
        abroad.on_mastodon(session, "https://coop.example/g/nobody")
    mark_deleted(session, world.atelier, now=NOW)
    with pytest.raises(Refused, match="gone"):
        look(session, world.atelier)
