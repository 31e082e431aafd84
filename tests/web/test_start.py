"""The first start founds what is missing; the second does nothing; a wrong one is refused in a sentence."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from actors import groups, people
from actors.database import Database, utc_now
from web.settings import Settings, UnusableSettings
from web.start import Prepared, prepare, read_secret

STARTER = """
name = "Proef"
languages = ["nl", "fr"]

[[group]]
username = "interior"
kind = "sector"
level = "regional"
region = "BE-BRU"
name.nl = "Interieur"
name.fr = "Intérieur"
summary.nl = "Ruimtes."
summary.fr = "Espaces."
"""


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "starter.toml"
    path.write_text(STARTER)
    return path


def settings(database_url: str, tmp_path: Path, starter: Path, **more: Any) -> Settings:
    given: dict[str, Any] = {"origin": "https://coop.example", "database_url": database_url} | more
    return Settings(data_dir=tmp_path / "data", starter_file=starter, **given)


def started(chosen: Settings) -> Prepared:
    prepared = prepare(chosen)
    prepared.db.close()
    return prepared


def token_of(prepared: Prepared) -> str:
    assert prepared.sign_in_link is not None
    return prepared.sign_in_link.rpartition("/")[2]


def test_the_first_start_founds_groups_and_an_admin(database_url: str, tmp_path: Path, starter: Path):
    prepared = prepare(settings(database_url, tmp_path, starter))
    try:
        assert prepared.founded == ("interior",)
        assert prepared.sign_in_link is not None
        assert prepared.sign_in_link.startswith("https://coop.example/sign-in/")
        lines = prepared.db.read_now(groups.lines, language="fr")
        assert [line.actor.name for line in lines] == ["Intérieur"]
        assert prepared.db.read_now(lambda session: people.instance_actor(session).name) == "Proef"
    finally:
        prepared.db.close()


def test_the_second_start_founds_nothing_and_goes_on(database_url: str, tmp_path: Path, starter: Path):
    chosen = settings(database_url, tmp_path, starter)
    first, second = started(chosen), started(chosen)
    assert second.founded == ()
    assert token_of(first) != token_of(second)


def test_no_link_is_made_once_the_admin_has_signed_in(database_url: str, tmp_path: Path, starter: Path):
    chosen = settings(database_url, tmp_path, starter)
    token = token_of(started(chosen))
    db = Database(chosen.database)
    db.write_now(people.open_session, token, now=utc_now())
    db.close()
    assert started(chosen).sign_in_link is None


def test_a_database_of_another_origin_is_refused(database_url: str, tmp_path: Path, starter: Path):
    started(settings(database_url, tmp_path, starter))
    with pytest.raises(UnusableSettings, match=r"belongs to https://coop\.example") as refused:
        started(settings(database_url, tmp_path, starter, origin="https://other.example"))
    assert "Ids never change" in refused.value.lines[1]


def test_an_instance_can_start_without_a_starter_file(database_url: str, tmp_path: Path):
    prepared = prepare(settings(database_url, tmp_path, tmp_path / "none.toml"))
    try:
        assert prepared.founded == ()
        assert prepared.db.read_now(lambda session: people.instance_actor(session).name) == "coop.example"
    finally:
        prepared.db.close()


def test_a_starter_file_that_is_no_toml_is_refused(database_url: str, tmp_path: Path):
    broken = tmp_path / "starter.toml"
    broken.write_text("name = ")
    with pytest.raises(UnusableSettings, match=r"starter\.toml"):
        started(settings(database_url, tmp_path, broken))


def test_a_starter_file_with_a_group_that_can_not_be_is_refused_and_nothing_is_founded(
    database_url: str, tmp_path: Path, starter: Path
):
    starter.write_text(STARTER.replace('level = "regional"', 'level = "cosmic"'))
    with pytest.raises(UnusableSettings, match=r"starter\.toml: level-unknown"):
        started(settings(database_url, tmp_path, starter))
    starter.write_text(STARTER)
    assert started(settings(database_url, tmp_path, starter)).founded == ("interior",)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    chosen = Settings(data_dir=tmp_path)
    secret = read_secret(chosen)
    assert len(secret) == 32
    assert read_secret(chosen) == secret
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path):
    chosen = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: read_secret(chosen), range(8)))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_secret_in_the_settings_wins_over_the_file(tmp_path: Path):
    read_secret(Settings(data_dir=tmp_path))
    assert read_secret(Settings(data_dir=tmp_path, secret_key="ab" * 32)) == b"\xab" * 32


def test_a_secret_that_is_none_is_refused(tmp_path: Path):
    (tmp_path / "secret.key").write_text("rubbish")
    with pytest.raises(UnusableSettings, match="not 64 hexadecimal digits"):
        read_secret(Settings(data_dir=tmp_path))
