"""Founding a group or a project on its page."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actors import groups, site
from actors.database import Database
from actors.groups import Group
from actors.people import Actor
from tests.web.hamlet import Hamlet, make_hamlet

INTERIOR = "https://coop.example/g/interior"
FORM = {
    "kind": "project",
    "name_en": "Atelier Vélo",
    "about_en": "A **shared** workshop.",
    "name_fr": "Atelier Vélo",
    "about_fr": "Un atelier partagé.",
    "username": "atelier_velo",
    "part_of": [INTERIOR],
    "region": "BE-BRU",
    "level": "local",
    "theme": "bicycles",
    "colour": "#2b6a4d",
    "joining": "approval",
    "question_1_en": "What do you ride?",
    "question_1_fr": "Que roulez-vous ?",
    "question_1_required": "yes",
    "posting": "members",
    "members_shown": "all",
    "private": "no",
}


@pytest.fixture
def hamlet(db: Database, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


def founded(hamlet: Hamlet, username: str) -> tuple[Actor, Group, list[Any], str] | None:
    def read(session: Any) -> Any:
        actor = session.scalar(select(Actor).where(Actor.username == username, Actor.local))
        if actor is None:
            return None
        role = [groups.member_behind(session, each).name for each in groups.organisers(session, actor.id)]
        return actor, groups.rules_of(session, actor), groups.questions_of(session, actor.id), role

    return hamlet.db.read_now(read)


async def test_a_member_founds_a_project_in_two_languages_and_organises_it(hamlet: Hamlet):
    hamlet.sign_in(hamlet.member("Ada").id)
    answer = await hamlet.post("/found", **FORM)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/g/atelier_velo/settings/picture?")
    actor, rules, questions, organisers = founded(hamlet, "atelier_velo")
    assert (actor.kind, actor.name, actor.language) == ("project", "Atelier Vélo", "en")
    assert actor.summary == "<p>A <strong>shared</strong> workshop.</p>"
    assert actor.summary_map["fr"] == "<p>Un atelier partagé.</p>"
    assert (rules.region, rules.theme, rules.colour, rules.members_shown) == ("BE-BRU", "bicycles", "#2b6a4d", "all")
    assert [(each.texts["fr"], each.required) for each in questions] == [("Que roulez-vous ?", True)]
    assert organisers == ["Ada"]
    page = await hamlet.browser.get("/g/atelier_velo?language=fr")
    assert "Un atelier partagé." in page.text


async def test_without_a_handle_one_is_suggested_before_anything_is_founded(hamlet: Hamlet):
    hamlet.sign_in(hamlet.member("Ada").id)
    answer = await hamlet.post("/found", **FORM | {"username": ""})
    assert answer.status == 200
    assert 'value="atelier_velo"' in answer.text
    assert "@atelier_velo@coop.example" in answer.text
    assert "Un atelier partagé." in answer.text
    assert founded(hamlet, "atelier_velo") is None
    again = await hamlet.post("/found", **FORM | {"username": "", "name_en": "日本"})
    assert "We could not make an address from this name" in again.text


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"name_en": "", "name_fr": ""}, "Type a name.", "f-name_en"),
        ({"username": "Atelier Vélo"}, "Use small letters", "f-username"),
        ({"username": "interior"}, "This name is taken", "f-username"),
        ({"part_of": []}, "Choose at least one group", "f-part_of"),
        ({"part_of": ["https://coop.example/g/nowhere"]}, "Choose at least one group", "f-part_of"),
        ({"colour": "own", "own_colour": "#ffee88"}, "be read on this colour", "f-own_colour"),
        ({"colour": "own", "own_colour": "green"}, "A colour is written as #", "f-own_colour"),
        ({"about_fr": "x" * 6000}, "This is too long", "f-about_fr"),
        ({"question_1_fr": "x" * 300}, "This is too long", "f-question_1_fr"),
        ({"theme": "x" * 80}, "This is too long", "f-theme"),
        ({"name_en": "A\x00B"}, "There is a sign in it", "f-name_en"),
        ({"kind": "sector"}, "You may not found a group of this kind", ""),
        ({"kind": "club"}, "This was not understood", ""),
        ({"level": "cosmic"}, "Choose who sees it", ""),
        ({"joining": "bribe"}, "This was not understood", ""),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    hamlet: Hamlet, changes: dict[str, Any], problem: str, field: str
):
    hamlet.sign_in(hamlet.member("Ada").id)
    answer = await hamlet.post("/found", **FORM | {"username": "velo"} | changes)
    assert answer.status == 422
    assert problem in answer.text
    if field:
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert f'id="{field}-problem"' in answer.text or field == "f-colour"
    if "about_fr" not in changes:
        assert "Un atelier partagé." in answer.text
    assert "What do you ride?" in answer.text
    assert founded(hamlet, "velo") is None


async def test_a_sector_group_is_founded_by_an_admin_alone(hamlet: Hamlet):
    sector = FORM | {"kind": "sector", "username": "sound", "part_of": []}
    hamlet.sign_in(hamlet.member("Ada").id)
    assert "A sector group" not in (await hamlet.browser.get("/found")).text
    assert (await hamlet.post("/found", **sector)).status == 422
    hamlet.sign_in(hamlet.world.noor.id)
    assert "A sector group" in (await hamlet.browser.get("/found")).text
    assert (await hamlet.post("/found", **sector)).status == 303


async def test_where_only_admins_found_a_member_is_told_so(hamlet: Hamlet):
    hamlet.db.write_now(site.set_choices, founding_projects="admins", now=hamlet.now)
    hamlet.sign_in(hamlet.member("Ada").id)
    page = await hamlet.browser.get("/found")
    assert page.status == 200
    assert "Groups are founded here by those who run the site" in page.text
    assert 'action="/found"' not in page.text
    assert (await hamlet.post("/found", **FORM)).status == 422


async def test_a_private_group_says_that_this_stays(hamlet: Hamlet):
    hamlet.sign_in(hamlet.member("Ada").id)
    assert "This can't be changed later" in (await hamlet.browser.get("/found")).text
    assert (await hamlet.post("/found", **FORM | {"private": "yes"})).status == 303
    actor, rules, *_ = founded(hamlet, "atelier_velo")
    assert rules.private
    assert actor.manually_approves
    assert not actor.indexable


async def test_the_page_is_filled_with_what_one_came_for(hamlet: Hamlet):
    hamlet.sign_in(hamlet.member("Ada").id)
    page = await hamlet.browser.get(f"/found?kind=theme&in={INTERIOR}")
    assert 'value="theme" checked' in page.text
    assert f'value="{INTERIOR}" checked' in page.text
