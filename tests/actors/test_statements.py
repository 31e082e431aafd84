"""Statements past the ORM: they say the same, to both kinds of database."""

import pytest
from sqlalchemy import bindparam, literal, select
from sqlalchemy.exc import IntegrityError

from actors import people
from actors.people import Actor, Inbox, RemoteKey
from actors.statements import Prepared, new_row, sole_table
from tests.world import NOW, stranger

INBOXES = sole_table(Inbox)
NEW_INBOX = new_row(INBOXES)


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


def test_a_list_of_values_is_refused_when_it_is_first_asked(session):
    asked = Prepared(select(INBOXES.c.id).where(INBOXES.c.iri.in_(["a", "b"])))
    with pytest.raises(TypeError, match="a list"):
        asked.rows(session, {})


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
