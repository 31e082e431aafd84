"""What our groups say, what others say to them, and who shares and likes it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actors import people, threads
from actors.refusals import Refused
from actors.tags import Tagged
from actors.threads import PostDraft
from tests.actors.stories import LATER, remote_note
from tests.world import NOW


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_group_says_something_under_its_own_address(session, world):
    post = threads.say(session, world.interior, PostDraft(text="Dag #allemaal"), member_id=world.noor.id, now=NOW)
    assert post.iri.startswith(f"{world.interior.iri}/notes/")
    assert (post.author_id, post.group_id, post.language) == (world.interior.id, world.interior.id, "nl")
    assert post.tags == ["allemaal"]
    assert set(session.scalars(select(Tagged.tag))) == {"allemaal"}


def test_a_person_says_something_in_no_group(session, world):
    post = threads.say(session, world.noor_actor, PostDraft(text="Dag"), member_id=world.noor.id, now=NOW)
    assert (post.author_id, post.group_id) == (world.noor_actor.id, None)


def test_an_answer_stays_in_the_conversation(session, world):
    note = remote_note(context_iri="https://mastodon.example/contexts/1")
    threads.record_remote(session, world.alice, note, group=None, state="kept", now=NOW)
    answer = threads.say(session, world.interior, PostDraft(text="Ja!", in_reply_to_iri=note.iri), now=NOW)
    assert (answer.in_reply_to_iri, answer.context_iri) == (note.iri, "https://mastodon.example/contexts/1")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (PostDraft(text=" \n"), "text-missing"),
        (PostDraft(text="x" * 20_001), "too-long"),
        (PostDraft(text="x", warning="x" * 501), "too-long"),
        (PostDraft(text="a\x00b"), "unreadable-character"),
        (PostDraft(text="x", language="Nederlands"), "unknown-language"),
        (PostDraft(text="x", attachments=({},) * 9), "too-many"),
    ],
)
def test_what_cannot_be_said_is_refused(session, world, draft, code):
    assert refusal(threads.say, session, world.interior, draft, now=NOW) == code


def test_nobody_here_speaks_for_somebody_elsewhere(session, world):
    assert refusal(threads.say, session, world.alice, PostDraft(text="x"), now=NOW) == "not-ours"


def test_what_was_said_can_be_said_better(session, world):
    post = threads.say(session, world.interior, PostDraft(text="Dga #een"), now=NOW)
    threads.change(session, post, PostDraft(text="Dag #twee"), now=NOW)
    assert post.content.startswith("<p>Dag")
    assert post.updated_at == NOW + timedelta(seconds=1)
    assert set(session.scalars(select(Tagged.tag))) == {"twee"}


def test_what_is_taken_back_leaves_no_word_behind(session, world):
    post = threads.say(session, world.interior, PostDraft(text="geheim #geheim", warning="geheim"), now=NOW)
    threads.delete(session, post, now=LATER)
    session.refresh(post)
    assert "geheim" not in repr([getattr(post, column.key) for column in post.__table__.columns])
    assert session.scalar(select(func.count()).select_from(Tagged)) == 0
    assert people.tombstone(session, post.iri).former_type == "Note"
    assert refusal(threads.change, session, post, PostDraft(text="x"), now=LATER) == "gone"


def test_a_post_elsewhere_is_not_ours_to_change(session, world):
    post = threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    assert refusal(threads.change, session, post, PostDraft(text="x"), now=LATER) == "not-ours"
    assert refusal(threads.delete, session, post, now=LATER) == "not-ours"


def test_the_row_that_comes_back_is_a_row_like_any_other(session, world):
    post = threads.record_remote(session, world.alice, remote_note(), group=world.interior, state="waiting", now=NOW)
    threads.set_state(session, post, "shown")
    session.flush()
    session.expunge_all()
    found = threads.find(session, remote_note().iri)
    assert (found.state, found.group_id, found.content_map, found.options) == ("shown", world.interior.id, {}, None)


def test_a_post_that_was_rolled_back_does_not_stand_in_the_way_of_the_next(session, world):
    undone = session.begin_nested()
    ghost = threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    undone.rollback()
    post = threads.record_remote(session, world.alice, remote_note(2), group=None, state="kept", now=NOW)
    assert ghost is not post
    assert threads.find(session, remote_note().iri) is None
    assert threads.find(session, remote_note(2).iri) is post


def test_a_post_that_was_only_kept_can_come_into_a_group(session, world):
    threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    post = threads.record_remote(session, world.alice, remote_note(), group=world.interior, state="shown", now=NOW)
    assert (post.state, post.group_id) == ("shown", world.interior.id)


def test_a_post_that_a_moderator_hid_stays_hidden(session, world):
    post = threads.record_remote(session, world.alice, remote_note(), group=world.interior, state="shown", now=NOW)
    threads.set_state(session, post, "hidden")
    newer = remote_note(updated_at=LATER)
    threads.record_remote(session, world.alice, newer, group=world.interior, state="shown", now=LATER)
    assert post.state == "hidden"


def test_a_state_that_nobody_knows_is_refused(session, world):
    post = threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    assert refusal(threads.set_state, session, post, "loud") == "unknown-choice"


def test_an_update_to_a_post_that_we_do_not_hold_does_nothing(session, world):
    assert threads.change_remote(session, world.alice, remote_note(updated_at=LATER), now=LATER) is None


def test_an_update_changes_the_words_and_the_tags(session, world):
    threads.record_remote(session, world.alice, remote_note(tags=("oud",)), group=None, state="kept", now=NOW)
    newer = remote_note(content="<p>Nieuw</p>", tags=("nieuw",), updated_at=LATER)
    post = threads.change_remote(session, world.alice, newer, now=LATER)
    assert (post.content, post.tags) == ("<p>Nieuw</p>", ["nieuw"])
    assert set(session.scalars(select(Tagged.tag))) == {"nieuw"}


def test_an_actor_shares_a_thing_once(session, world):
    iri = remote_note().iri
    share, new = threads.add_share(session, world.interior, iri, "https://coop.example/a/1", now=NOW)
    again, newer = threads.add_share(session, world.interior, iri, "https://coop.example/a/2", now=NOW)
    assert (again, new, newer, share.iri) == (share, True, False, "https://coop.example/a/1")
    assert threads.share_of(session, world.interior.id, iri) is share
    assert threads.shares_of_object(session, iri) == [share]


@pytest.mark.parametrize("named", ["https://r.example/a/1", "https://mastodon.example/users/alice/statuses/1"])
def test_a_share_is_undone_by_its_id_or_by_what_was_shared(session, world, named):
    threads.add_share(session, world.bouw, remote_note().iri, "https://r.example/a/1", now=NOW)
    assert threads.remove_share(session, world.alice, named) is None
    assert threads.remove_share(session, world.bouw, named).iri == "https://r.example/a/1"
    assert threads.remove_share(session, world.bouw, named) is None


def test_the_id_of_a_share_cannot_be_taken_twice(session, world):
    threads.add_share(session, world.bouw, remote_note().iri, "https://r.example/a/1", now=NOW)
    code = refusal(threads.add_share, session, world.alice, remote_note(2).iri, "https://r.example/a/1", now=NOW)
    assert code == "id-taken"


def test_an_actor_likes_a_thing_once_and_may_stop(session, world):
    iri = remote_note().iri
    like, new = threads.react(session, world.alice, iri, "https://r.example/like/1", now=NOW)
    again, newer = threads.react(session, world.alice, iri, "https://r.example/like/2", now=NOW)
    assert (again, new, newer) == (like, True, False)
    assert refusal(threads.react, session, world.bouw, iri, "https://r.example/like/1", now=NOW) == "id-taken"
    assert not threads.unreact(session, world.bouw, iri)
    assert threads.unreact(session, world.alice, "https://r.example/like/1")
    assert not threads.unreact(session, world.alice, iri)
