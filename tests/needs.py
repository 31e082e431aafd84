"""What some tests need besides Python: PostgreSQL, Chromium, Node.js and the packages of the Fedify peer.

Each function returns where the thing is. Where it is missing, a developer's run skips the test with one line that says
how to get it; a run under CI (`CI=true`) fails, because there nobody would notice what was left out.
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

OLDEST_POSTGRESQL = 14
OLDEST_NODE = 20
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
PEERS = Path(__file__).parent / "peers"


def postgresql() -> Path:
    """The folder with PostgreSQL's server programs (`initdb`, `postgres`), the newest release there is."""
    return _postgresql() or _missing("PostgreSQL's server is not installed: «apt-get install postgresql».")


def chromium() -> Path:
    """The Chromium (or Chrome) that Playwright is told to drive."""
    return _chromium() or _missing("Chromium is not installed: «apt-get install chromium».")


def node() -> Path:
    """Node.js, new enough for the Fedify peer."""
    return _node() or _missing(f"Node.js {OLDEST_NODE} or newer is not installed: «apt-get install nodejs npm».")


def peer() -> Path:
    """The folder of the Fedify peer, with its npm packages in it; run it with `node()`."""
    node()
    if not (PEERS / "node_modules" / "@fedify" / "fedify").is_dir():
        _missing("The packages of the Fedify peer are not installed: «make peers» (needs npm).")
    return PEERS


def under_ci() -> bool:
    """Whether nobody is looking, so that what is missing has to fail."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _missing(line: str) -> NoReturn:
    if under_ci():
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


@cache
def _postgresql() -> Path | None:
    # Debian keeps initdb out of PATH, one folder a release.
    folders = [release / "bin" for release in DEBIAN_POSTGRESQL.glob("*")]
    if initdb := shutil.which("initdb"):
        folders.append(Path(initdb).resolve().parent)
    releases = {folder: _major(folder / "postgres") for folder in folders if (folder / "initdb").exists()}
    newest = max(releases, key=lambda folder: releases[folder], default=None)
    return newest if newest and releases[newest] >= OLDEST_POSTGRESQL else None


@cache
def _chromium() -> Path | None:
    return next((Path(found) for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


@cache
def _node() -> Path | None:
    found = shutil.which("node") or shutil.which("nodejs")
    return Path(found) if found and _major(Path(found)) >= OLDEST_NODE else None


def _major(program: Path) -> int:
    """The first number that `program --version` prints; 0 when it prints none."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0
