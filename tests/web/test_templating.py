"""Templates are kept compiled where there is room for them, and shown where there is none."""

import pytest

from web.templating import compiled_in, environment

NAME = "people/copy.html"


def test_a_compiled_template_is_kept_for_the_next_process(tmp_path):
    environment(compiled_in(tmp_path / "templates")).get_template(NAME)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "templates").iterdir()}
    assert kept
    environment(compiled_in(tmp_path / "templates")).get_template(NAME)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "templates").iterdir()} == kept


def test_what_was_damaged_is_compiled_anew(tmp_path):
    environment(compiled_in(tmp_path)).get_template(NAME)
    for path in tmp_path.iterdir():
        path.write_bytes(b"j2")
    assert environment(compiled_in(tmp_path)).get_template(NAME).blocks is not None


@pytest.mark.parametrize("gone", ["folder", "room"])
def test_a_page_is_shown_though_it_can_not_be_kept(tmp_path, gone):
    compiled = compiled_in(tmp_path / "templates")
    (tmp_path / "templates").rmdir()
    if gone == "room":
        (tmp_path / "templates").symlink_to("/dev/full")
    assert environment(compiled).get_template(NAME).name == NAME
