"""The starter: what a new instance begins with."""

import itertools
import tomllib
from pathlib import Path

import pytest

from actors import groups, people, starter
from actors.people import Vault
from actors.refusals import Refused
from tests.world import NOW, ORIGIN, SECRET, prepared_keys

ROOT = Path(__file__).parents[2]
LANGUAGES = {"nl", "fr", "en", "de"}


@pytest.fixture
def description():
    return tomllib.loads((ROOT / "starter.toml").read_text(encoding="utf-8"))


@pytest.fixture
def begin(session):
    vault = Vault(SECRET)
    people.ensure_instance(session, vault, origin=ORIGIN, name="Coop", keys=prepared_keys(1))
    numbers = itertools.count(2)

    def found(description):
        return starter.found(
            session, vault, description, origin=ORIGIN, now=NOW, new_keys=lambda: prepared_keys(next(numbers))
        )

    return found


def test_the_starter_file_founds_a_dozen_groups_once(session, begin, description):
    made = begin(description)
    assert len(made) == 12
    assert begin(description) == []
    assert [group.username for group in groups.local_groups(session)] == made


def test_every_group_of_the_starter_file_speaks_all_four_languages(begin, session, description):
    begin(description)
    for group in groups.local_groups(session):
        assert set(group.name_map) == set(group.summary_map) == LANGUAGES
        assert group.summary == group.summary_map["nl"]
    lines = groups.lines(session, language="fr")
    assert lines[0].title.text == "Intérieur & scénographie"
    assert lines[0].purpose.text.startswith("Pour qui imagine")
    assert {line.region for line in lines} == {"BE", "BE-BRU", "BE-VLG", "BE-WAL", "EU"}
    assert {str(line.level) for line in lines} == {"local", "regional", "federal", "european"}


def test_the_instance_says_what_it_is_in_four_languages(begin, session, description):
    begin(description)
    site = people.site(session)
    assert site.name == "Coop"
    assert set(site.about) == LANGUAGES


def test_what_is_there_already_is_left_as_it_is(begin, session):
    first = {"group": [{"username": "music", "name": "Music"}]}
    assert begin(first) == ["music"]
    assert begin({"group": [{"username": "music", "name": "Other"}, {"username": "web", "name": "Web"}]}) == ["web"]
    assert people.local_actor(session, "music").name == "Music"


def test_a_project_names_its_groups_by_username_or_iri(begin, session):
    begin(
        {
            "group": [
                {"username": "music", "name": "Music"},
                {
                    "username": "band",
                    "kind": "project",
                    "name": {"en": "Band"},
                    "part_of": ["music", "https://x.test/g/y"],
                },
            ]
        }
    )
    band = people.local_actor(session, "band")
    assert groups.part_of(session, band) == [f"{ORIGIN}/g/music", "https://x.test/g/y"]


def test_text_of_a_starter_is_text(begin, session):
    begin({"group": [{"username": "m", "name": "R&D", "summary": "<b>1 < 2</b>"}]})
    assert people.local_actor(session, "m").summary == "<p>&lt;b&gt;1 &lt; 2&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"group": "music"},
        {"group": ["music"]},
        {"group": [{"name": "Music"}]},
        {"group": [{"username": "music"}]},
        {"group": [{"username": "music", "name": "Music", "level": 3}]},
        {"group": [{"username": "music", "name": {"nl": 3}}]},
        {"group": [{"username": "music", "name": "Music", "part_of": "web"}]},
        {"languages": "nl"},
    ],
)
def test_a_starter_that_cannot_be_read_is_refused_with_its_place(begin, wrong):
    with pytest.raises(Refused) as refused:
        begin(wrong)
    assert refused.value.code == "starter-malformed"
    assert refused.value.facts["where"]


def test_an_empty_starter_founds_nothing(begin):
    assert begin({}) == []
