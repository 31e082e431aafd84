"""An actor of ours moves out, or comes to live here, and its followers with it."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from actors import groups
from actors.groups import Person
from actors.people import create_member
from actors.refusals import Refused
from outbox import groups as orders
from outbox import moving
from outbox import people as people_orders
from outbox.log import OutgoingActivity
from tests.world import NOW


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.fixture
def noor(world):
    return Person(world.noor.id)


def said(session, actor):
    rows = session.scalars(
        select(OutgoingActivity).where(OutgoingActivity.actor_id == actor.id).order_by(OutgoingActivity.id)
    )
    return [orjson.loads(row.body) for row in rows]


def test_a_group_says_that_it_is_also_the_one_at_another_address(world, session, noor):
    orders.name_alias(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    orders.name_alias(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert said(session, world.interior)[-1]["object"]["alsoKnownAs"] == [world.bouw.iri]
    assert refusal(moving.name_alias, session, world.interior, world.interior.iri, now=NOW) == "no-target"
    assert refusal(moving.name_alias, session, world.bouw, world.interior.iri, now=NOW) == "not-ours"


def test_a_group_moves_only_to_one_that_says_it_is_the_same(world, session, noor):
    iri = world.interior.iri
    assert refusal(orders.move, session, iri, "https://nobody.example/g/x", by=noor, now=NOW) == "no-target"
    assert refusal(orders.move, session, iri, iri, by=noor, now=NOW) == "no-target"
    assert refusal(orders.move, session, iri, world.bouw.iri, by=noor, now=NOW) == "not-alike"
    world.bouw.also_known_as = [iri]
    assert refusal(orders.move, session, iri, world.bouw.iri, by=Person(), now=NOW) == "not-an-organiser"
    orders.move(session, iri, world.bouw.iri, by=noor, now=NOW)
    update, move = said(session, world.interior)
    assert (update["type"], update["object"]["movedTo"]) == ("Update", world.bouw.iri)
    assert (move["type"], move["object"], move["target"]) == ("Move", iri, world.bouw.iri)
    later = NOW + timedelta(days=6)
    assert refusal(orders.move, session, iri, world.bouw.iri, by=noor, now=later) == "moved-lately"


def test_our_own_followers_are_led_to_where_it_lives_now(world, session, noor):
    orders.follow(session, world.atelier, world.interior, now=NOW)
    world.bouw.also_known_as = [world.interior.iri]
    orders.move(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert groups.follow_between(session, world.atelier.id, world.interior.id) is None
    assert groups.follow_between(session, world.atelier.id, world.bouw.id).state == "requested"
    assert said(session, world.atelier)[-1]["type"] == "Follow"


def test_a_group_that_comes_back_lives_here_again(world, session, noor):
    world.bouw.also_known_as = [world.interior.iri]
    orders.move(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert world.interior.moved_to_iri == world.bouw.iri
    orders.name_alias(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert world.interior.moved_to_iri is None


def test_a_members_actor_moves_likewise(world, session):
    world.alice.also_known_as = [world.noor_actor.iri]
    moving.move(session, world.noor_actor, world.alice.iri, now=NOW)
    assert [each["type"] for each in said(session, world.noor_actor)] == ["Update", "Move"]


def test_an_address_that_is_named_no_more_is_told_and_another_one_does_not_end_a_move(world, session, noor):
    iri = world.interior.iri
    orders.name_alias(session, iri, world.bouw.iri, by=noor, now=NOW)
    world.bouw.also_known_as = [iri]
    orders.move(session, iri, world.bouw.iri, by=noor, now=NOW)
    orders.name_alias(session, iri, world.alice.iri, by=noor, now=NOW)
    assert world.interior.moved_to_iri == world.bouw.iri
    assert refusal(orders.drop_alias, session, iri, world.bouw.iri, by=Person(), now=NOW) == "not-an-organiser"
    orders.drop_alias(session, iri, world.bouw.iri, by=noor, now=NOW)
    assert said(session, world.interior)[-1]["object"]["alsoKnownAs"] == [world.alice.iri]
    assert refusal(moving.drop_alias, session, world.bouw, iri, now=NOW) == "not-ours"


def test_a_move_is_taken_back_by_an_organiser(world, session, noor):
    world.bouw.also_known_as = [world.interior.iri]
    orders.move(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert refusal(orders.come_home, session, world.interior.iri, by=Person(), now=NOW) == "not-an-organiser"
    orders.come_home(session, world.interior.iri, by=noor, now=NOW)
    assert world.interior.moved_to_iri is None
    assert "movedTo" not in said(session, world.interior)[-1]["object"]
    assert refusal(moving.come_home, session, world.bouw, now=NOW) == "not-ours"


def test_what_a_move_would_do_is_known_before(world, session, noor):
    def look(target):
        return moving.prospect(session, world.interior.iri, target, language="nl", now=NOW)

    orders.follow(session, world.atelier, world.interior, now=NOW)
    assert refusal(moving.check, look("https://nobody.example/g/x")) == "no-target"
    assert refusal(moving.check, look(world.interior.iri)) == "no-target"
    assert refusal(moving.check, look(world.bouw.iri)) == "not-alike"
    world.bouw.also_known_as = [world.interior.iri]
    found = look(world.bouw.iri)
    moving.check(found)
    assert (found.followers, found.ours, found.target.handle) == (1, 1, "bouw@partner.example")
    orders.move(session, world.interior.iri, world.bouw.iri, by=noor, now=NOW)
    assert refusal(moving.check, look(world.bouw.iri)) == "moved-lately"
    assert look(world.bouw.iri).again_at == NOW + timedelta(days=7)
    assert refusal(moving.prospect, session, world.bouw.iri, world.interior.iri, language="nl", now=NOW) == "not-ours"


def test_a_member_without_a_public_account_has_nothing_to_move(world, session):
    for order, arguments in (("name_alias", ["x"]), ("drop_alias", ["x"]), ("move", ["x"]), ("come_home", [])):
        plain = create_member(session, name=order, email=f"{order}@members.example", language="en")
        assert refusal(getattr(people_orders, order), session, plain.id, *arguments, now=NOW) == "not-public"
