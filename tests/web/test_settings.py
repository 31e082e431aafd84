"""Settings: what can't be is told in a sentence, the environment wins over the file."""

from pathlib import Path

import pytest

from web.settings import Settings, UnusableSettings, read_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests reaches them."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KNOOPPUNT_{name.upper()}", raising=False)
    monkeypatch.delenv("KNOOPPUNT_SETTINGS", raising=False)


def test_nothing_needs_to_be_set():
    settings = read_settings()
    assert settings.public_origin == "http://localhost:8000"
    assert settings.database == "sqlite:///data/knooppunt.sqlite3"


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "settings.toml").write_text('port = 9001\nhost = "127.0.0.2"\nlanes = 3\n')
    monkeypatch.setenv("KNOOPPUNT_PORT", "9002")
    monkeypatch.setenv("KNOOPPUNT_LANES", "4")
    settings = read_settings(port=9003, host=None)
    assert (settings.port, settings.lanes, settings.host) == (9003, 4, "127.0.0.2")


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.toml").write_text('origin = "https://smart.example"\n')
    monkeypatch.setenv("KNOOPPUNT_SETTINGS", str(tmp_path / "mine.toml"))
    assert read_settings().public_origin == "https://smart.example"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("origin", "http://smart.example", "origin: must begin with https://"),
        ("origin", "https://smart.example/path", "origin: an address without path"),
        ("origin", "https://SMART.example", "origin: an address without path, in lower case: https://smart.example"),
        ("origin", "smart.example", "origin: not an address"),
        ("origin", "https://user@smart.example", "origin: not an address"),
        ("port", 0, "port: "),
        ("port", 65536, "port: "),
        ("database_url", "mysql://x/y", "database_url: begins with postgresql:// or sqlite:///"),
        ("secret_key", "abc", "secret_key: 64 hexadecimal digits"),
        ("lanes", 0, "lanes: "),
        ("inbox_per_host_per_s", 0, "inbox_per_host_per_s: "),
        ("log_level", "loud", "log_level: "),
        ("languages", ("nl", "xx"), "languages.1: "),
        ("no_such_setting", 1, "no_such_setting: "),
    ],
)
def test_a_value_that_can_not_be_is_told_in_a_sentence(name: str, value: object, sentence: str):
    with pytest.raises(UnusableSettings) as refused:
        read_settings(**{name: value})
    assert len(refused.value.lines) == 1
    assert refused.value.lines[0].startswith(sentence)


def test_a_file_that_is_no_toml_is_told_in_a_sentence(tmp_path: Path):
    (tmp_path / "settings.toml").write_text("port = = 1")
    with pytest.raises(UnusableSettings, match="settings file"):
        read_settings()


def test_a_loopback_origin_may_speak_http_and_every_other_may_not():
    for origin in (
        "http://localhost:8001",
        "http://brussels.localhost:8001",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    ):
        assert read_settings(origin=origin).public_origin == origin


def test_postgresql_is_reached_through_its_driver():
    for plain in ("postgresql://u@h/n", "postgres://u@h/n"):
        assert read_settings(database_url=plain).database == "postgresql+psycopg://u@h/n"


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1


def test_the_limits_that_an_operator_may_raise_reach_the_limits():
    limits = read_settings(inbox_per_host_per_s=5000, inbox_per_host_burst=9000, fetches_total=7).limits
    assert (limits.inbox_per_host_per_s, limits.inbox_per_host_burst, limits.fetches_total) == (5000, 9000, 7)
