"""Statements past the ORM: they say the same, to both kinds of database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from actors import people
from actors.database import Moment
from actors.people import Actor, Inbox, RemoteKey
from actors.statements import Prepared, new_row, sole_table
from tests.world import NOW, stranger

INBOXES = sole_table(Inbox)
NEW_INBOX = new_row(INBOXES)
NEW_INBOXES = Prepared(insert(INBOXES).returning(INBOXES.c.iri, INBOXES.c.id), ("iri", "authority", "host"))


def an_inbox(name="ann"):
    return {"iri": f"https://one.test/{name}/inbox", "authority": "one.test", "host": "one.test"}


def test_a_row_that_is_inserted_can_be_read_by_the_id_it_got(world, session):
    assert session.get_one(Inbox, NEW_INBOX.insert(session, an_inbox())).iri == "https://one.test/ann/inbox"


def test_values_come_back_as_the_orm_gives_them(world, session):
    actor = sole_table(Actor).c
    row = Prepared(
        select(actor.local, actor.fetched_at, actor.also_known_as).where(actor.iri == bindparam("iri"))
    ).first(session, {"iri": world.alice.iri})
    assert row == (False, world.alice.fetched_at, world.alice.also_known_as)


def test_a_value_may_stand_in_the_statement_itself(world, session):
    asked = Prepared(select(literal("here"), INBOXES.c.id).where(INBOXES.c.host == "one.test"))
    number = NEW_INBOX.insert(session, an_inbox())
    assert asked.rows(session, {}) == [("here", number)]


def test_a_row_that_is_there_already_is_refused_as_by_any_statement(world, session):
    NEW_INBOX.insert(session, an_inbox())
    with pytest.raises(IntegrityError):
        NEW_INBOX.insert(session, an_inbox())


def test_a_list_that_stands_in_the_statement_is_refused_when_it_is_first_asked(session):
    asked = Prepared(select(INBOXES.c.id).where(INBOXES.c.iri.in_(["a", "b"])))
    with pytest.raises(TypeError, match="a list"):
        asked.rows(session, {})


@pytest.mark.parametrize("asked", [0, 1, 3, 4, 9])
def test_a_list_may_be_as_long_as_it_likes(session, asked):
    numbers = NEW_INBOXES.insert_many(session, [an_inbox(f"n{number}") for number in range(9)])
    iris = [f"https://one.test/n{number}/inbox" for number in range(asked)]
    found = Prepared(
        select(INBOXES.c.iri, INBOXES.c.id)
        .where(INBOXES.c.host == bindparam("host"), INBOXES.c.iri.in_(bindparam("iris", expanding=True)))
        .order_by(INBOXES.c.id)
    ).rows(session, {"iris": iris, "host": "one.test"})
    assert found == sorted(numbers, key=lambda row: row[1])[:asked]


@pytest.mark.parametrize("many", [0, 1, 4, 16, 39])
def test_rows_that_are_inserted_together_are_all_there_and_each_has_its_own_id(session, many):
    iris = [f"https://one.test/n{number}/inbox" for number in range(many)]
    given = NEW_INBOXES.insert_many(session, [{"iri": iri, "authority": "a", "host": "h"} for iri in iris])
    assert [iri for iri, _ in sorted(given, key=lambda row: row[1])] == iris
    assert all(session.get_one(Inbox, number).iri == iri for iri, number in given)


def test_of_rows_that_are_inserted_together_a_double_is_refused(session):
    with pytest.raises(IntegrityError):
        NEW_INBOXES.insert_many(session, [an_inbox("ann"), an_inbox("bob"), an_inbox("ann")])


def test_a_change_of_several_rows_leaves_the_others_alone(session):
    given = dict(NEW_INBOXES.insert_many(session, [an_inbox(f"n{number}") for number in range(5)]))
    some = sorted(given.values())[1:4]
    changed = Prepared(
        update(INBOXES).where(INBOXES.c.id.in_(bindparam("ids", expanding=True))).values(host="two.test")
    )
    assert changed.rows(session, {"ids": some}) == []
    assert list(session.scalars(select(Inbox.id).where(Inbox.host == "two.test").order_by(Inbox.id))) == some


def test_a_moment_is_kept_as_sqlalchemy_keeps_it(session):
    moment = datetime(2026, 3, 29, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    said = session.scalar(select(literal(moment, Moment())))
    assert said == moment
    assert said.tzinfo is UTC
    with pytest.raises(StatementError, match="without a zone"):
        session.scalar(select(literal(moment.replace(tzinfo=None), Moment())))


def test_the_key_of_a_new_actor_is_what_is_found_afterwards(world, session):
    ann = stranger("ann", "one.test")
    key = people.remember_key(session, ann.document, ann.keys.rsa.key_iri, now=NOW)
    assert key is not None
    assert key == people.find_key(session, ann.keys.rsa.key_iri)


def test_a_key_that_another_listed_first_stays_that_ones(world, session):
    ann, bob = stranger("ann", "one.test"), stranger("bob", "one.test", number=6)
    bob_id = people.remember(session, bob.document, now=NOW).id
    key_of_bob = session.scalars(select(RemoteKey).where(RemoteKey.actor_id == bob_id)).first()
    key_of_bob.iri = ann.keys.rsa.key_iri
    key = people.remember_key(session, ann.document, ann.keys.rsa.key_iri, now=NOW)
    assert key is not None
    assert key.actor_iri == bob.iri


def test_an_actor_that_is_asked_for_again_is_the_same_until_it_is_let_go(world, session):
    first = people.find_again(session, world.interior.iri)
    assert people.find_again(session, world.interior.iri) is first
    session.expunge_all()
    again = people.find_again(session, world.interior.iri)
    assert again is not None
    assert again is not first
    assert again in session
