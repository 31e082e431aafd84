"""What a private group says is read by those who take part in it, on our pages too, and by nobody else."""

import pytest

from actors import events, groups, offers, people, threads
from actors.groups import GroupDraft, Person
from actors.threads import PostDraft
from actors.views import Purpose, Viewer
from tests.actors.stories import meeting, need, remote_note
from tests.world import NOW, ORIGIN, prepared_keys

MARK = "Only among us"


@pytest.fixture
def club(session, world):
    draft = GroupDraft(username="club", name="Club", private=True, joining="approval", language="en")
    return groups.found(session, world.vault, draft, origin=ORIGIN, keys=prepared_keys(5), now=NOW)


@pytest.fixture
def said(session, club):
    """The IRIs of a need, an event and a note of the club."""
    return {
        "need": offers.post(session, club, need(title=MARK), now=NOW).iri,
        "event": events.post(session, club, meeting(name=MARK), now=NOW).iri,
        "note": threads.say(session, club, PostDraft(text=MARK), now=NOW).iri,
    }


def read(session, said, viewer):
    """What this viewer is shown: pages by kind, and in the group's lists."""
    pages = {"need": offers.page, "event": events.page, "note": threads.page}
    shown = {kind for kind, page in pages.items() if page(session, said[kind], language="en", viewer=viewer)}
    of_group = {"group_iri": said["need"].partition("/needs/")[0], "language": "en", "viewer": viewer}
    lists = {
        "needs": offers.latest(session, purpose=Purpose.NEED, now=NOW, **of_group),
        "events": events.coming(session, now=NOW, **of_group),
        "notes": threads.latest(session, **of_group),
    }
    return shown | {name for name, lines in lists.items() if lines}


EVERYTHING = {"need", "event", "note", "needs", "events", "notes"}


def member_in(session, group, state, name="Zoe"):
    member = people.create_member(session, name=name, email=f"{name.lower()}@members.example", language="en")
    if state:
        groups.add_member(session, group, member_id=member.id, role="member", now=NOW)
    if state == "ended":
        groups.end_membership(session, groups.membership_for(session, group.id, Person(member.id, None)), now=NOW)
    return Viewer(member.id)


def test_who_takes_part_reads_what_is_said(session, club, said):
    assert read(session, said, member_in(session, club, "active")) == EVERYTHING


def test_somebody_elsewhere_who_takes_part_reads_it_too(session, world, club, said):
    groups.add_member(session, club, actor_id=world.alice.id, role="member", now=NOW)
    assert read(session, said, Viewer(0, world.alice.iri)) == EVERYTHING


@pytest.mark.parametrize("state", ["", "ended"], ids=["never in", "left"])
def test_P3_a_member_who_takes_no_part_reads_nothing(session, club, said, state):
    assert read(session, said, member_in(session, club, state)) == set()


def test_P3_nobody_and_a_stranger_read_nothing(session, world, said):
    assert read(session, said, None) == set()
    assert read(session, said, Viewer(0, world.alice.iri)) == set()


def test_P3_who_asks_to_take_part_reads_nothing_yet(session, club, said):
    viewer = member_in(session, club, "")
    groups.ask_to_join(session, club, Person(viewer.member_id, None), now=NOW)
    assert read(session, said, viewer) == set()


def test_P3_taking_part_in_one_private_group_opens_no_other(session, world, club, said):
    draft = GroupDraft(username="other", name="Other", private=True, language="en")
    other = groups.found(session, world.vault, draft, origin=ORIGIN, keys=prepared_keys(6), now=NOW)
    assert read(session, said, member_in(session, other, "active")) == set()


def test_P3_a_message_to_the_group_is_not_for_those_who_take_part(session, world, club):
    note = remote_note(9, public=False)
    post = threads.record_remote(session, world.alice, note, group=club, state="shown", now=NOW)
    assert threads.page(session, post.iri, language="en", viewer=member_in(session, club, "active")) is None


def test_what_is_for_members_of_the_instance_is_read_by_them_alone(session, world):
    iri = offers.post(session, world.interior, need(visibility="members"), now=NOW).iri
    member = member_in(session, world.interior, "")
    assert offers.page(session, iri, language="en", viewer=member) is not None
    assert offers.page(session, iri, language="en", viewer=Viewer(0, world.alice.iri)) is None
    assert offers.page(session, iri, language="en") is None
