"""Our actors as others read them."""

from datetime import timedelta

import orjson
import pytest

from actors import groups, people
from actors.refusals import Refused
from actors.wire import people as wire
from fediverse import vocabulary
from fediverse.context import with_context
from fediverse.keys import read_key
from fediverse.limits import Limits
from tests.world import NOW, ORIGIN

GROUP = f"{ORIGIN}/g/interior"


def written(session, actor):
    return vocabulary.write(wire.to_wire(session, actor))


def test_a_sector_group_is_what_every_reader_needs(world, session):
    document = written(session, world.interior)
    assert document["id"] == document["url"] == GROUP
    assert (document["type"], document["preferredUsername"]) == ("Group", "interior")
    assert document["webfinger"] == "interior@coop.example"
    for name in ("inbox", "outbox", "followers", "following", "featured", "members"):
        assert document[name] == f"{GROUP}/{name}"
    assert document["endpoints"] == {"sharedInbox": f"{ORIGIN}/inbox"}
    assert document["attributedTo"] == f"{GROUP}/moderators"
    assert document["upcomingEvents"] == f"{GROUP}/events"
    assert (document["manuallyApprovesFollowers"], document["discoverable"], document["indexable"]) == (
        False,
        True,
        True,
    )
    assert document["kind"] == "sector"
    assert "language" not in document
    assert document["publicKey"]["owner"] == GROUP


def test_its_keys_are_listed_both_ways_and_are_those_it_signs_with(world, session):
    actor = wire.to_wire(session, world.interior)
    keys = world.keyring.load(session, world.interior.id)
    for listed, ours in ((actor.public_keys[0], keys.rsa), (actor.assertion_methods[0], keys.ed25519)):
        key = read_key(listed)
        assert (key.key_iri, key.owner_iri) == (ours.key_iri, GROUP)
        key.verify(ours.sign(b"x"), b"x")


def test_names_and_texts_come_in_their_languages_the_own_one_first_and_identical(world, session):
    document = written(session, world.interior)
    assert list(document["nameMap"]) == ["nl", "fr"]
    assert document["nameMap"]["nl"] == document["name"]
    assert document["summaryMap"]["nl"] == document["summary"]


def test_a_project_is_a_group_that_says_whose_it_is(world, session):
    document = written(session, world.atelier)
    assert (document["type"], document["kind"]) == ("Group", "project")
    assert document["partOfGroup"] == [GROUP]
    assert document["manuallyApprovesFollowers"] is True


def test_a_member_on_the_wire_has_nothing_that_was_not_chosen_to_be_public(world, session):
    # Given Noor, whose member row has an address, and everything that is written about her and her groups
    documents = [
        with_context(vocabulary.write(each))
        for each in (
            wire.to_wire(session, world.noor_actor),
            wire.to_wire(session, world.interior),
            wire.moderators_wire(session, world.interior),
            wire.members_wire(session, world.interior),
        )
    ]
    # Then her address is in none of it, nor are the things that only a group has
    text = orjson.dumps(documents).decode()
    assert "members.example" not in text
    person = documents[0]
    assert not {"members", "attributedTo", "upcomingEvents", "postingRestrictedToMods", "kind"} & set(person)
    assert (person["manuallyApprovesFollowers"], person["indexable"]) == (True, False)


def test_the_instance_is_an_application_that_says_what_it_reads(world, session):
    document = written(session, world.instance)
    assert (document["type"], document["preferredUsername"]) == ("Application", "coop.example")
    assert "rfc9421" in orjson.dumps(document["implements"]).decode()
    assert "generator" not in document


def test_what_we_write_we_can_read_and_remember_elsewhere(world, session):
    document = written(session, world.interior)
    there = orjson.loads(orjson.dumps(document).replace(b"coop.example", b"away.example"))
    read = vocabulary.read(there, Limits())
    actor = people.remember(session, read, now=NOW)
    assert (actor.iri, actor.kind, actor.name) == ("https://away.example/g/interior", "sector", world.interior.name)
    assert actor.moderators_iri == "https://away.example/g/interior/moderators"
    assert actor.delivery_inbox_id == people.inbox_row(session, "https://away.example/inbox").id
    assert people.find_key(session, "https://away.example/g/interior#ed25519-key") is not None
    assert actor.summary_map["fr"] == world.interior.summary_map["fr"]


def test_the_moderators_are_listed_and_the_members_only_counted(world, session):
    moderators = wire.moderators_wire(session, world.interior)
    assert (moderators.items, moderators.total_items) == ((world.noor_actor.iri,), 1)
    groups.add_member(session, world.interior, actor_id=world.alice.id, now=NOW)
    members = wire.members_wire(session, world.interior)
    assert (members.items, members.total_items) == (None, 2)
    assert world.alice.iri not in wire.moderators_wire(session, world.interior).items


def test_only_ours_and_only_the_living_are_written(world, session):
    with pytest.raises(Refused) as refused:
        wire.to_wire(session, world.alice)
    assert refused.value.code == "not-ours"
    people.mark_deleted(session, world.atelier, now=NOW)
    with pytest.raises(Refused) as refused:
        wire.to_wire(session, world.atelier)
    assert refused.value.code == "gone"
    stone = wire.gone(world.atelier)
    assert (stone.id, stone.former_type, stone.deleted) == (world.atelier.iri, "Group", NOW)


def test_a_move_and_other_names_are_told(world, session):
    world.interior.also_known_as = ["https://old.example/g/interior"]
    world.interior.updated_at = NOW + timedelta(1)
    people.note_move(session, world.interior, "https://new.example/g/interior")
    session.refresh(world.interior, ["moved_to_iri"])
    actor = wire.to_wire(session, world.interior)
    assert actor.also_known_as == ("https://old.example/g/interior",)
    assert actor.moved_to == "https://new.example/g/interior"
