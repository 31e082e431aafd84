"""Asking for a batch of addresses at once lets nothing in that asking for each would keep out."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from actors import moderation, threads
from actors.arrivals import foreseen
from actors.refusals import Refused
from tests.actors.stories import remote_note
from tests.world import NOW, World


def keep(session: Session, world: World, number: int) -> threads.Post:
    return threads.record_remote(session, world.alice, remote_note(number), group=None, state="kept", now=NOW)


def statements(session: Session) -> list[str]:
    found: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: found.append(given[2]))
    return found


def test_what_is_new_is_taken_in_without_another_question(session: Session, world: World):
    notes = [remote_note(1), remote_note(2)]
    with foreseen(session, {note.iri for note in notes}, {world.alice.host}):
        ran = statements(session)
        keep(session, world, 1)
        keep(session, world, 2)
    assert [words for words in ran if "tombstone" in words] == []


def test_the_second_of_two_with_one_address_meets_the_first(session: Session, world: World):
    with foreseen(session, {remote_note(1).iri}, {world.alice.host}):
        first = keep(session, world, 1)
        assert keep(session, world, 1) is first


def test_what_was_deleted_does_not_come_back(session: Session, world: World):
    threads.delete_remote(session, keep(session, world, 1), world.alice, now=NOW)
    with (
        foreseen(session, {remote_note(1).iri}, {world.alice.host}),
        pytest.raises(Refused) as refused,
    ):
        threads.keep_remote(session, world.alice, remote_note(1), group=None, state="kept", now=NOW)
    assert refused.value.code in {"gone", "not-the-author"}


def test_a_blocked_host_stays_out(session: Session, world: World):
    moderation.block(session, world.alice.host, now=NOW)
    with (
        foreseen(session, {remote_note(1).iri}, {world.alice.host}),
        pytest.raises(Refused) as refused,
    ):
        keep(session, world, 1)
    assert refused.value.code == "host-blocked"


def test_outside_the_block_everything_is_asked_again(session: Session, world: World):
    with foreseen(session, {remote_note(1).iri}, {world.alice.host}):
        pass
    ran = statements(session)
    keep(session, world, 1)
    assert any("tombstone" in words for words in ran)
