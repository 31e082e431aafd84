"""Asking to take part, invitations, roles, and closing a group."""

from datetime import timedelta

import pytest

from actors import groups, people
from actors.groups import GroupChange, GroupDraft, Person, Question
from actors.refusals import Refused
from tests.world import NOW, ORIGIN, prepared_keys

ASKED = Question({"nl": "Wat is je vak?", "fr": "Quel est votre métier ?"})


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def new_member(session, name="Sam"):
    return people.create_member(session, name=name, email=f"{name.lower()}@members.example", language="nl")


def found(session, world, **changes):
    draft = GroupDraft(**({"username": "music", "name": "Music"} | changes))
    return groups.found(session, world.vault, draft, origin=ORIGIN, member_id=world.noor.id, keys=prepared_keys(7))


def ask(session, group, person, **more):
    return groups.ask_to_join(session, group, person, **({"now": NOW} | more))


# Asking


def test_an_open_group_lets_a_member_in_at_once(world, session):
    sam = Person(new_member(session).id)
    music = found(session, world, joining="open")
    assert ask(session, music, sam).state == "active"
    assert groups.role_of(session, music.id, sam) == "member"
    assert ask(session, music, sam).state == "active"
    assert groups.members_count(session, music) == 2


def test_where_organisers_decide_the_questions_must_be_answered_and_are_kept_as_they_were_read(world, session):
    sam = Person(new_member(session).id)
    groups.set_questions(session, world.interior.id, [ASKED, Question({"nl": "Hoe ken je ons?"}, required=False)])
    first, second = groups.questions_of(session, world.interior.id)
    assert refusal(ask, session, world.interior, sam, answers={second.id: "via Noor"}) == "answer-missing"
    asked = ask(session, world.interior, sam, answers={first.id: " plâtrier "}, language="fr")
    assert asked.state == "requested"
    assert asked.answers == [
        {"question": "Quel est votre métier ?", "answer": "plâtrier"},
        {"question": "Hoe ken je ons?", "answer": ""},
    ]
    groups.set_questions(session, world.interior.id, [])
    assert asked.answers[0]["question"] == "Quel est votre métier ?"
    assert groups.role_of(session, world.interior.id, sam) is None
    assert groups.decide_join(session, asked, True, now=NOW)
    assert groups.role_of(session, world.interior.id, sam) == "member"


def test_questions_stay_few_and_short(world, session):
    many = [Question({"nl": f"{n}?"}) for n in range(6)]
    assert refusal(groups.set_questions, session, world.interior.id, many) == "too-many"
    assert refusal(groups.set_questions, session, world.interior.id, [Question({"nl": "x" * 201})]) == "too-long"


def test_an_answer_has_an_end(world, session):
    groups.set_questions(session, world.interior.id, [ASKED])
    question = groups.questions_of(session, world.interior.id)[0]
    sam = Person(new_member(session).id)
    assert refusal(ask, session, world.interior, sam, answers={question.id: "x" * 1_001}) == "too-long"


@pytest.mark.parametrize(("joining", "code"), [("closed", "join-closed"), ("invitation", "join-by-invitation")])
def test_a_group_that_is_shut_says_so(world, session, joining, code):
    music = found(session, world, joining=joining)
    assert refusal(ask, session, music, Person(new_member(session).id)) == code


def test_nobody_and_who_is_suspended_may_not_ask(world, session):
    sam = new_member(session)
    people.suspend_member(session, sam.id, now=NOW)
    assert refusal(ask, session, world.interior, Person(sam.id)) == "actor-suspended"
    assert refusal(ask, session, world.interior, Person()) == "nobody"
    assert refusal(ask, session, world.bouw, Person(world.noor.id)) == "not-our-group"


def test_somebody_of_another_server_who_signed_in_takes_part_as_their_actor(world, session):
    alice = Person(actor_id=world.alice.id)
    music = found(session, world, joining="open")
    assert ask(session, music, alice).actor_id == world.alice.id
    assert groups.is_member(session, music, world.alice)


def test_a_member_with_an_actor_is_one_person(world, session):
    music = found(session, world, joining="open")
    by_actor = Person(actor_id=world.noor_actor.id)
    assert groups.role_of(session, music.id, by_actor) == "organiser"
    assert ask(session, music, Person(world.noor.id, world.noor_actor.id)).role == "organiser"
    assert groups.members_count(session, music) == 1


# Invitations


def test_an_invitation_lets_in_as_often_as_it_says_and_no_longer_than_it_lasts(world, session):
    music = found(session, world, joining="closed")
    token = groups.invite(session, music.id, made_by_id=world.noor.id, days=7, most_uses=1, now=NOW)
    assert groups.invited_to(session, token, now=NOW) == music
    assert groups.invited_to(session, token, now=NOW + timedelta(days=8)) is None
    assert ask(session, music, Person(new_member(session).id), invitation=token).state == "active"
    ada = Person(new_member(session, "Ada").id)
    assert refusal(ask, session, music, ada, invitation=token) == "invitation-spent"
    assert groups.invited_to(session, token, now=NOW) is None


def test_an_invitation_is_for_one_group_and_can_be_ended(world, session):
    music = found(session, world, joining="invitation")
    token = groups.invite(session, music.id, made_by_id=world.noor.id, days=7, now=NOW)
    sam = Person(new_member(session).id)
    assert refusal(ask, session, world.interior, sam, invitation=token) == "invitation-spent"
    standing = groups.invitations_of(session, music.id, now=NOW)[0]
    assert not groups.end_invitation(session, world.interior.id, standing.id, now=NOW)
    assert groups.end_invitation(session, music.id, standing.id, now=NOW)
    assert groups.invitations_of(session, music.id, now=NOW) == []
    assert refusal(ask, session, music, sam, invitation=token) == "invitation-spent"


def test_the_token_is_not_in_the_database(world, session):
    token = groups.invite(session, world.interior.id, made_by_id=None, days=1, now=NOW)
    kept = groups.invitations_of(session, world.interior.id, now=NOW)[0]
    assert token.encode() not in kept.digest
    assert len(kept.digest) == 32


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"days": 8}, "unknown-choice"), ({"most_uses": 0}, "too-many"), ({"note": "x" * 101}, "too-long")],
)
def test_an_invitation_has_bounds(world, session, changes, code):
    asked = {"made_by_id": None, "days": 7, "now": NOW} | changes
    assert refusal(groups.invite, session, world.interior.id, **asked) == code


# Roles


def test_the_last_organiser_can_neither_leave_nor_step_back(world, session):
    own = groups.membership_for(session, world.interior.id, Person(world.noor.id))
    assert refusal(groups.end_membership, session, own, now=NOW) == "last-organiser"
    assert refusal(groups.set_role, session, world.interior.id, own.id, "member") == "last-organiser"
    assert refusal(groups.remove_member, session, world.interior.id, own.id, now=NOW) == "last-organiser"
    assert refusal(groups.leave, session, world.interior, world.noor_actor, now=NOW) == "last-organiser"
    assert groups.organised_alone(session, world.noor.id) == [world.atelier, world.interior]


def test_a_group_is_handed_over_to_another_member(world, session):
    sam = new_member(session)
    heir = groups.add_member(session, world.interior, member_id=sam.id, now=NOW)
    noor = Person(world.noor.id)
    assert refusal(groups.hand_over, session, world.interior.id, Person(sam.id), heir.id) == "not-an-organiser"
    own = groups.membership_for(session, world.interior.id, noor)
    assert refusal(groups.hand_over, session, world.interior.id, noor, own.id) == "handed-to-oneself"
    groups.hand_over(session, world.interior.id, noor, heir.id)
    assert groups.role_of(session, world.interior.id, Person(sam.id)) == "organiser"
    assert groups.role_of(session, world.interior.id, noor) == "member"
    assert groups.organised_alone(session, world.noor.id) == [world.atelier]
    assert groups.end_membership(session, own, now=NOW) is own


def test_a_role_is_given_within_the_group_only(world, session):
    heir = groups.add_member(session, world.interior, member_id=new_member(session).id, now=NOW)
    assert refusal(groups.set_role, session, world.atelier.id, heir.id, "moderator") == "not-a-member"
    assert refusal(groups.set_role, session, world.interior.id, heir.id, "king") == "role-unknown"
    assert groups.set_role(session, world.interior.id, heir.id, "moderator").role == "moderator"
    assert groups.may_organise(session, world.interior.id, Person(heir.member_id), moderators_too=True)
    assert not groups.may_organise(session, world.interior.id, Person(heir.member_id))


def test_an_admin_of_the_instance_organises_every_group_of_ours(world, session):
    music = groups.found(session, world.vault, GroupDraft("music", "Music"), origin=ORIGIN, keys=prepared_keys(7))
    assert groups.may_organise(session, music.id, Person(world.noor.id))
    assert not groups.may_organise(session, world.bouw.id, Person(world.noor.id))
    assert not groups.may_organise(session, music.id, Person(new_member(session).id))


@pytest.mark.parametrize(
    ("role", "kind", "rule", "may"),
    [
        ("admin", "sector", "admins", True),
        ("moderator", "sector", "members", False),
        ("member", "sector", "members", False),
        ("member", "project", "members", True),
        ("member", "theme", "moderators", False),
        ("moderator", "theme", "moderators", True),
        ("moderator", "project", "admins", False),
        ("admin", "project", "admins", True),
    ],
)
def test_who_may_found_what(role, kind, rule, may):
    assert groups.may_found(role, kind, rule) is may


# What a group says of itself


def test_a_private_group_approves_its_followers_and_is_not_indexed(world, session):
    club = found(session, world, private=True)
    assert club.manually_approves
    assert not club.indexable
    groups.change(session, club, GroupChange("Club", "en", indexable=True, manually_approves=False), now=NOW)
    assert club.manually_approves
    assert not club.indexable
    assert groups.is_private(session, club.id)
    assert not groups.is_private(session, world.interior.id)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "name-missing"),
        ({"name": "x" * 101}, "too-long"),
        ({"summary_map": {"fr": "x" * 5_001}}, "too-long"),
        ({"theme": "x" * 65}, "too-long"),
        ({"level": "world"}, "level-unknown"),
        ({"posting": "nobody"}, "posting-unknown"),
        ({"joining": "maybe"}, "joining-unknown"),
        ({"members_shown": "some"}, "unknown-choice"),
        ({"region": "Gent"}, "region-unknown"),
        ({"colour": "red"}, "colour-malformed"),
        ({"colour": "#ffee00"}, "colour-too-pale"),
        ({"part_of": ("interior",)}, "group-malformed"),
    ],
)
def test_a_change_that_is_not_well_described_is_refused(world, session, changes, code):
    wanted = GroupChange(**({"name": "Interieur", "language": "nl"} | changes))
    assert refusal(groups.change, session, world.interior, wanted, now=NOW) == code


def test_a_project_keeps_a_sector_and_nothing_belongs_to_itself(world, session):
    assert refusal(groups.change, session, world.atelier, GroupChange("A", "fr"), now=NOW) == "project-without-group"
    own = GroupChange("Interieur", "nl", part_of=(world.interior.iri,))
    assert refusal(groups.change, session, world.interior, own, now=NOW) == "group-malformed"


def test_a_group_that_was_closed_can_be_taken_back_for_a_week(world, session):
    assert groups.ending(session, world.interior).members == 1
    at = groups.close(session, world.interior, now=NOW)
    assert at == NOW + groups.GRACE
    assert groups.close(session, world.interior, now=NOW + timedelta(days=1)) == at
    assert refusal(ask, session, world.interior, Person(new_member(session).id)) == "join-closed"
    assert groups.due_to_close(session, at - timedelta(seconds=1), 10) == []
    assert groups.due_to_close(session, at, 10) == [world.interior]
    assert groups.keep_open(session, world.interior)
    assert not groups.keep_open(session, world.interior)
    assert groups.due_to_close(session, at, 10) == []
