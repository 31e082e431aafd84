"""The lock files hold exact versions and hashes of everything, and no address of anybody."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

RUNTIME, DEVELOPMENT = ROOT / "requirements.lock.txt", ROOT / "requirements-dev.lock.txt"
PEER = ROOT / "tests" / "peers" / "package-lock.json"
LOCKS = (RUNTIME, DEVELOPMENT, PEER)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ADDRESS = re.compile(r"://|\bfile:|--(?:index|extra-index|find-links|trusted)|@ |/(?:opt|home|root|tmp|usr)/")
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def addresses(text: str) -> list[str]:
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def locked(text: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package in a requirements file."""
    found = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.lstrip().startswith("#"):
            requirement = Requirement(entry.partition("--hash")[0].strip())
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", entry
            found[canonicalize_name(requirement.name)] = (specifier.version, len(SHA256.findall(entry)))
    return found


def unlocked(wanted: list[str], text: str) -> list[str]:
    """The requirements that the lock `text` does not fulfil."""
    have = locked(text)
    wrong = []
    for requirement in map(Requirement, wanted):
        version, hashes = have.get(canonicalize_name(requirement.name), ("", 0))
        if not hashes or not requirement.specifier.contains(version):
            wrong.append(f"{requirement} is locked as {version or 'nothing'} with {hashes} hashes")
    return wrong


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address(lock: Path):
    assert addresses(lock.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(lock: Path):
    packages = locked(lock.read_text(encoding="utf-8"))
    assert packages
    assert [name for name, (_, hashes) in packages.items() if hashes == 0] == []


def test_every_dependency_is_locked_in_a_version_it_allows():
    assert unlocked(PROJECT["project"]["dependencies"], RUNTIME.read_text(encoding="utf-8")) == []
    assert unlocked(PROJECT["dependency-groups"]["dev"], DEVELOPMENT.read_text(encoding="utf-8")) == []


def test_tests_run_with_the_very_versions_that_serve():
    runtime, development = locked(RUNTIME.read_text(encoding="utf-8")), locked(DEVELOPMENT.read_text(encoding="utf-8"))
    assert {name: development.get(name) for name in runtime} == runtime


def test_every_package_of_the_peer_is_locked_with_its_hash():
    lock = json.loads(PEER.read_text(encoding="utf-8"))
    wanted = json.loads(PEER.with_name("package.json").read_text(encoding="utf-8"))["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    packages = {place: package for place, package in lock["packages"].items() if place}
    assert {f"node_modules/{name}" for name in wanted} <= set(packages)
    assert [
        place for place, package in packages.items() if not package.get("integrity", "").startswith("sha512-")
    ] == []


def test_an_address_or_a_missing_hash_is_named():
    text = "--find-links /opt/wheels\nidna==3.20 \\\n    --hash=sha256:" + "0" * 64 + "\nanyio==4.16.0\n"
    assert addresses(text) == ["--find-links /opt/wheels"]
    text = text.partition("\n")[2]
    assert unlocked(["idna>=3", "anyio>=4", "click>=8"], text) == [
        "anyio>=4 is locked as 4.16.0 with 0 hashes",
        "click>=8 is locked as nothing with 0 hashes",
    ]
