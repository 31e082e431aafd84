"""Every setting stands in the example file with its default, explained; the example names nothing else."""

import re
import tomllib

from tests.house.source import ROOT
from web.settings import Settings

EXAMPLE = ROOT / "docs" / "operating" / "settings.example.toml"
FIELDS = Settings.model_fields


def test_the_example_names_every_setting_and_no_other():
    assert sorted(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) == sorted(FIELDS)


def test_the_example_shows_the_defaults():
    shown = Settings(**tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    assert shown.model_dump() == {name: field.get_default() for name, field in FIELDS.items()}


def test_every_group_of_lines_in_the_example_begins_with_its_explanation():
    groups = re.split(r"\n\s*\n", EXAMPLE.read_text(encoding="utf-8").strip())
    assert [group for group in groups if not group.startswith("#")] == []
