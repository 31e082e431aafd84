"""Who may see which field of a profile, what a change checks and keeps, and by what a member is found."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups, people
from actors.people import Member, profile
from actors.people.profile import EVERYBODY, Consent, Findable, ProfileDraft, Viewer, may_see
from actors.refusals import Refused
from tests.world import NOW, World


def member(session: Session, name: str, **changes: object) -> Member:
    made = people.create_member(session, name=name, email=None, language="nl")
    if changes:
        profile.change(session, made.id, ProfileDraft(**({"name": name} | changes)), now=NOW)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("level", "sees"),
    [("all", "pmgo"), ("members", "mgo"), ("groups", "go"), ("nobody", "o"), ("gibberish", "o")],
)
def test_a_field_is_seen_as_far_as_its_level_goes(session: Session, world: World, level: str, sees: str):
    # Given a member who shares a group with one neighbour and not with the other
    owner, neighbour, stranger = (member(session, name) for name in ("Ada", "Bo", "Cy"))
    for each in (owner, neighbour):
        groups.add_member(session, world.interior, now=NOW, member_id=each.id)
    owner.shown = {"about": level}

    # When a passer-by, a member, somebody of a shared group and the owner look
    viewers = {
        "p": EVERYBODY,
        **{
            letter: profile.viewer_of(session, each.id, among=[owner.id])
            for letter, each in (("m", stranger), ("g", neighbour), ("o", owner))
        },
    }

    # Then each sees it or not
    assert "".join(letter for letter, viewer in viewers.items() if may_see(viewer, owner, "about")) == sees


def test_without_a_choice_nothing_is_seen_by_passers_by(session: Session, world: World):
    ada = member(session, "Ada")
    assert [field for field in profile.FIELDS if may_see(EVERYBODY, ada, field)] == []
    assert may_see(Viewer(world.noor.id), ada, "name")
    assert not may_see(Viewer(world.noor.id), ada, "links")
    assert not may_see(Viewer(world.noor.id), ada, "email")


def test_of_a_suspended_member_nothing_is_seen(session: Session, world: World):
    ada = member(session, "Ada", shown={"name": "all"})
    people.suspend_member(session, ada.id, now=NOW)
    assert not may_see(EVERYBODY, ada, "name")


def test_a_shared_group_counts_by_the_public_actor_too_and_only_while_it_lasts(session: Session, world: World):
    # Given Noor, whose public actor takes part, and Bo, who takes part as a member
    bo = member(session, "Bo")
    groups.add_member(session, world.atelier, now=NOW, actor_id=world.noor_actor.id)
    mine = groups.add_member(session, world.atelier, now=NOW, member_id=bo.id)
    assert world.noor.id in profile.viewer_of(session, bo.id, among=[world.noor.id]).circle

    # When Bo's membership ends
    mine.state = "ended"
    session.flush()

    # Then they share it no more
    assert profile.viewer_of(session, bo.id, among=[world.noor.id]).circle == frozenset()


def test_consent_is_no_until_it_is_given_and_each_change_is_kept_with_its_time(session: Session, world: World):
    ada = member(session, "Ada")
    assert (ada.byline, ada.discoverable, ada.indexable) == (False, False, False)
    for minutes, given in enumerate((True, True, False)):
        draft = ProfileDraft(name="Ada", indexable=given)
        profile.change(session, ada.id, draft, now=NOW + timedelta(minutes=minutes))
    kept = session.scalars(select(Consent).where(Consent.member_id == ada.id).order_by(Consent.id)).all()
    assert [(row.what, row.given, row.at) for row in kept] == [
        ("indexable", True, NOW),
        ("indexable", False, NOW + timedelta(minutes=2)),
    ]


def test_nobody_is_found_without_consent_nor_by_what_is_hidden(session: Session, world: World):
    ada = member(session, "Ada", about="Ik lijm stoelen", trades=("Schrijnwerk",))
    assert session.scalars(select(Findable).where(Findable.member_id == ada.id)).all() == []
    draft = ProfileDraft(name="Ada", about="Ik lijm stoelen", discoverable=True, shown={"about": "nobody"})
    profile.change(session, ada.id, draft, now=NOW)
    rows = session.scalars(select(Findable).where(Findable.member_id == ada.id)).all()
    assert [(row.field, row.text) for row in rows] == [("name", "ada")]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "  "}, "name-missing", "name"),
        ({"about": "x" * 2_001}, "too-long", "about"),
        ({"trades": ("t",) * 11}, "too-many", "trades"),
        ({"about": "\x00"}, "unreadable-character", "about"),
        ({"speaks": ("klingon!",)}, "unknown-language", "speaks"),
        ({"region": "Brussel"}, "region-unknown", "region"),
        ({"links": ("javascript:alert(1)",)}, "link-malformed", "links"),
        ({"links": ("http://ada.example/",)}, "link-malformed", "links"),
        ({"shown": {"email": "all"}}, "level-unknown", "shown"),
    ],
)
def test_what_can_not_be_kept_is_refused(session: Session, world: World, changes: dict, code: str, field: str):
    with pytest.raises(Refused) as refused:
        profile.change(session, world.noor.id, ProfileDraft(**({"name": "Noor"} | changes)), now=NOW)
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)


def test_a_link_keeps_its_confirmation_while_it_stays(session: Session, world: World):
    draft = ProfileDraft(name="Noor", links=("https://noor.example/", "https://other.example/"))
    profile.change(session, world.noor.id, draft, now=NOW)
    assert profile.confirm_link(session, world.noor.id, "https://noor.example/", links_back=True, now=NOW)
    assert not profile.confirm_link(session, world.noor.id, "https://noor.example/", links_back=True, now=NOW)
    changed = profile.change(session, world.noor.id, ProfileDraft(name="Noor", links=draft.links[:1]), now=NOW)
    assert changed.links == [{"url": "https://noor.example/", "confirmed": NOW.isoformat(timespec="seconds")}]


def test_a_long_text_in_any_script_finds_its_writer(session: Session, world: World):
    # 2,000 signs that nothing makes shorter: more than fits into an index of PostgreSQL
    about = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(1_990))
    ada = member(session, "Ada", about=f"{about} lijmt", discoverable=True)
    found = profile.directory(session, world.noor.id, words="lijmt")
    assert [line.member_id for line in found.lines] == [ada.id]


def test_a_page_beyond_the_last_is_the_last(session: Session, world: World):
    for number in range(25):
        member(session, f"Ada {number:02}", discoverable=True)
    second = profile.directory(session, world.noor.id, number=9)
    assert (second.total, second.number, second.last) == (25, 2, 2)
    assert [line.name for line in second.lines] == ["Ada 24"]
    none = profile.directory(session, world.noor.id, words="nobody", number=9)
    assert (none.total, none.number, none.last, none.lines) == (0, 1, 1, ())
