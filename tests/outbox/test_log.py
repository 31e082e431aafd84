"""The outgoing log as documents and collections see it."""

from __future__ import annotations

import orjson
from sqlalchemy.orm import Session

from fediverse.keys import PublicKey
from fediverse.proofs import verify_proof
from outbox import log
from outbox.addressing import retract
from tests.outbox.conftest import say
from tests.world import NOW, World


def test_the_proof_of_an_activity_is_the_same_each_time_and_holds(session: Session, world: World) -> None:
    row = log.activity(session, say(session, "hello", NOW))
    assert row is not None
    keys = world.keyring.load(session, row.actor_id)

    first, second = log.signed_body(row, keys), log.signed_body(row, keys)

    assert first == second
    public = PublicKey(keys.ed25519.key_iri, keys.ed25519.owner_iri, keys.ed25519.private.public_key())
    verify_proof(orjson.loads(first), public, now=NOW)


def test_an_activity_and_its_object_are_addressed_alike_and_always_in_arrays(session: Session, world: World) -> None:
    row = log.activity(session, say(session, "hello", NOW))
    assert row is not None
    document = orjson.loads(row.body)
    for name in ("to", "cc"):
        assert isinstance(document[name], list)
        assert document[name] == document["object"][name]
    assert document["id"] == row.iri
    assert document["id"].startswith(f"{world.interior.iri}/activities/")


def test_the_outbox_shows_what_stands_newest_first_page_by_page(session: Session, world: World) -> None:
    said = [say(session, f"n{number}", NOW) for number in range(5)]
    retract(session, world.interior, f"{world.interior.iri}/notes/n3", "Note", now=NOW)

    first = log.outbox_page(session, world.interior, None, 3)
    second = log.outbox_page(session, world.interior, first[-1].id, 3)

    assert [row.iri for row in first] == [said[4], said[2], said[1]]
    assert [row.iri for row in second] == [said[0]]
    assert log.outbox_count(session, world.interior) == 4


def test_what_is_for_followers_only_is_in_no_outbox(session: Session, world: World) -> None:
    say(session, "inside", NOW, public=False)
    assert log.outbox_page(session, world.interior, None, 10) == []


def test_a_forgotten_activity_is_still_known_by_its_id(session: Session, world: World) -> None:
    iri = say(session, "gone", NOW)
    retract(session, world.interior, f"{world.interior.iri}/notes/gone", "Note", now=NOW)
    row = log.activity(session, iri)
    assert row is not None
    assert row.forgotten
