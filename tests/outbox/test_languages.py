"""Language accounts: what they say, to whom, and what a reader finds at the thing's own address."""

import orjson
import pytest
from sqlalchemy import select

from actors import groups, people
from actors.groups import Person
from actors.refusals import Refused
from outbox import events, offers, published
from outbox import groups as orders
from outbox.log import Addressed, OutgoingActivity
from outbox.sharing import share, unshare
from tests.actors.stories import meeting, need
from tests.world import NOW, ORIGIN, prepared_keys, stranger

BOTH = need(
    title="Stukadoor gezocht",
    text="Drie dagen in mei.",
    title_map={"nl": "Stukadoor gezocht", "fr": "Plafonneur cherché"},
    text_map={"nl": "Drie dagen in mei.", "fr": "Trois jours en mai."},
)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.fixture
def noor(world):
    return Person(world.noor.id)


@pytest.fixture
def french(world, session, noor):
    return orders.open_account(
        session, world.vault, world.interior.iri, "fr", origin=ORIGIN, keys=prepared_keys(7), by=noor, now=NOW
    )


@pytest.fixture
def leila(session):
    return people.remember(session, stranger("leila", "leila.example", number=7).document, now=NOW)


def rows(session, actor):
    found = session.scalars(
        select(OutgoingActivity).where(OutgoingActivity.actor_id == actor.id).order_by(OutgoingActivity.id)
    )
    return [(row, orjson.loads(row.body)) for row in found if row.body]


def follow(session, follower, followed):
    made = groups.add_follower(session, follower, followed, f"{follower.iri}/f/{followed.id}", now=NOW)
    orders.accept_follow(session, made, now=NOW)
    return made


def inboxes(session, row):
    return list(session.scalars(select(Addressed.inbox_id).where(Addressed.log_id == row.id)))


def test_an_account_says_who_the_group_is_with_its_language_first(world, session, french):
    document = published.find(session, french.iri, world.keyring).document
    assert document["preferredUsername"] == "interior.fr"
    assert document["name"] == "Intérieur & scénographie"
    assert list(document["summaryMap"]) == ["fr", "nl"]
    assert document["url"] == f"{world.interior.iri}?lang=fr"
    assert people.named_locally(session, "interior.fr").iri == french.iri
    assert french.iri not in [line.actor.iri for line in groups.lines(session, language="fr")]


def test_what_the_group_publishes_is_announced_in_the_language_under_the_same_id(world, session, french):
    iri = offers.publish(session, world.interior, BOTH, now=NOW).iri
    created = rows(session, world.interior)[0][1]
    assert list(created["object"]["contentMap"]) == ["nl", "fr"]
    (whole, _), (simple, _) = rows(session, french)
    inner = rows(session, french)[0][1]["object"]
    assert (whole.type, whole.audience, inner["type"], inner["id"], inner["actor"]) == (
        "Announce",
        "followers",
        "Create",
        created["id"],
        world.interior.iri,
    )
    thing = inner["object"]
    assert (thing["id"], thing["attributedTo"]) == (iri, world.interior.iri)
    assert list(thing["contentMap"]) == ["fr", "nl"]
    assert thing["content"] == thing["contentMap"]["fr"]
    assert "Plafonneur" in thing["content"]
    assert orjson.loads(simple.body)["object"] == iri


def test_a_meeting_reads_in_the_language_where_mastodon_looks(world, session, french):
    both = meeting(name_map={"fr": "Apprendre à faire un devis"}, text_map={"fr": "Venez."})
    events.publish(session, world.interior, both, now=NOW)
    thing = rows(session, french)[0][1]["object"]["object"]
    assert thing["name"] == "Apprendre à faire un devis"
    assert thing["summary"] == thing["summaryMap"]["fr"]


def test_what_has_no_version_in_the_language_is_said_as_it_is(world, session, french):
    offers.publish(session, world.interior, need(), now=NOW)
    thing = rows(session, french)[0][1]["object"]["object"]
    assert list(thing["contentMap"]) == ["nl"]


def test_who_follows_the_account_reads_its_language_at_the_things_own_address(world, session, french, leila):
    iri = offers.publish(session, world.interior, BOTH, now=NOW).iri
    follow(session, leila, french)
    follow(session, world.alice, world.interior)
    asked = {name: published.find(session, iri, world.keyring, reader=who) for name, who in readers(world, leila)}
    assert {name: next(iter(found.document["contentMap"])) for name, found in asked.items()} == {
        "nobody": "nl",
        "leila": "fr",
        "alice": "nl",
    }
    assert asked["nobody"].by_reader


def readers(world, leila):
    return (("nobody", None), ("leila", leila), ("alice", world.alice))


def test_a_server_that_asks_in_its_own_name_gets_the_one_language_that_is_followed_there(world, session, french):
    iri = offers.publish(session, world.interior, BOTH, now=NOW).iri
    partner = stranger("actor", "partner.example", type="Application", number=7)
    asking = people.remember(session, partner.document, now=NOW)

    def first():
        found = published.find(session, iri, world.keyring, reader=asking)
        return next(iter(found.document["contentMap"]))

    assert first() == "nl"
    follow(session, world.bouw, french)
    assert first() == "fr"
    follow(session, world.bouw, world.interior)
    assert first() == "nl"


def test_a_new_follower_of_the_account_is_sent_what_is_open_in_the_group(world, session, french, leila):
    iri = offers.publish(session, world.interior, BOTH, now=NOW).iri
    follow(session, leila, french)
    row, document = rows(session, french)[-1]
    assert (row.type, row.audience, document["object"]) == ("Announce", "none", iri)
    assert inboxes(session, row) == [leila.inbox_id]


def test_a_change_and_an_end_reach_those_who_hear_only_the_account(world, session, french, leila):
    said = offers.publish(session, world.interior, BOTH, now=NOW)
    follow(session, leila, french)
    follow(session, world.alice, world.interior)
    follow(session, world.alice, french)
    offer = offers.offers.find(session, said.iri)
    offers.close(session, offer, "filled", now=NOW)
    updates = [(row, body) for row, body in rows(session, world.interior) if row.type == "Update"]
    assert [(row.audience, inboxes(session, row)) for row, _ in updates] == [
        ("followers", []),
        ("none", [leila.delivery_inbox_id]),
    ]
    assert list(updates[1][1]["object"]["contentMap"]) == ["fr", "nl"]
    offers.delete(session, offer, now=NOW)
    gone = rows(session, world.interior)[-1][0]
    assert (gone.type, gone.audience, inboxes(session, gone)) == ("Delete", "ever", [leila.delivery_inbox_id])
    assert [row for row, _ in rows(session, french) if row.object_iri == said.iri] == []


def test_what_the_group_shares_the_account_shares_and_takes_back(world, session, french):
    iri = "https://mastodon.example/users/alice/statuses/1"
    share(session, world.interior, iri, author_iri=world.alice.iri, now=NOW)
    assert [(row.type, body["object"]) for row, body in rows(session, french)] == [("Announce", iri)]
    assert unshare(session, french, iri, now=NOW) is not None


def test_the_account_hears_when_the_group_changes_and_says_nothing_once_it_is_ended(world, session, french, noor):
    wanted = groups.GroupChange("Interieur", "nl", name_map={"fr": "Intérieur"})
    orders.change(session, world.interior.iri, wanted, by=noor, now=NOW)
    assert french.name == "Intérieur"
    assert [row.type for row, _ in rows(session, french)] == ["Update"]
    assert orders.end_account(session, world.interior.iri, "fr", by=noor, now=NOW)
    assert not orders.end_account(session, world.interior.iri, "fr", by=noor, now=NOW)
    offers.publish(session, world.interior, BOTH, now=NOW)
    assert len(rows(session, french)) == 1
    again = orders.open_account(session, world.vault, world.interior.iri, "fr", origin=ORIGIN, by=noor, now=NOW)
    assert again is french


def test_who_may_not_have_an_account_is_refused(world, session, noor):
    asked = {"origin": ORIGIN, "keys": prepared_keys(7), "now": NOW}
    nobody = Person(people.create_member(session, name="Sam", email=None, language="nl").id)
    assert refusal(orders.open_account, session, world.vault, world.interior.iri, "fr", by=nobody, **asked) == (
        "not-an-organiser"
    )
    draft = groups.GroupDraft("club", "Club", private=True)
    groups.found(session, world.vault, draft, member_id=world.noor.id, **asked)
    assert refusal(orders.open_account, session, world.vault, f"{ORIGIN}/g/club", "fr", by=noor, **asked) == (
        "private-group"
    )
    long = groups.GroupDraft("a" * 29, "Long")
    groups.found(session, world.vault, long, origin=ORIGIN, member_id=world.noor.id, keys=prepared_keys(8), now=NOW)
    assert refusal(orders.open_account, session, world.vault, f"{ORIGIN}/g/{'a' * 29}", "fr", by=noor, **asked) == (
        "name-malformed"
    )
