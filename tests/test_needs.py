"""What is missing is a skip with one line for a developer, and a failure where nobody looks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES = {
    "chromium": "Chromium is not installed: «apt-get install chromium».",
    "node": "Node.js 20 or newer is not installed: «apt-get install nodejs npm».",
}


def run_where_nothing_is_installed(folder: Path, need: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A test that asks for `need`, in a run of its own whose PATH is empty."""
    (folder / "test_asking.py").write_text(f"from tests import needs\ndef test_it():\n    needs.{need}()\n")
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "PATH"} and "PYTEST" not in name}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-c", os.devnull, "-p", "no:cacheprovider", folder],
        env=kept | {"PATH": str(folder), "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("need", LINES)
def test_a_developer_gets_a_skip_and_the_line_that_helps(tmp_path, need):
    # When nothing is installed and nobody said this is CI
    run = run_where_nothing_is_installed(tmp_path, need)

    # Then the run is green, and says once what to install
    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout
    assert run.stdout.count(LINES[need]) == 1


@pytest.mark.parametrize("need", LINES)
def test_under_ci_the_same_is_a_failure_with_the_same_line(tmp_path, need):
    run = run_where_nothing_is_installed(tmp_path, need, CI="true")
    assert run.returncode == 1, run.stdout
    assert "1 failed" in run.stdout
    assert LINES[need] in run.stdout
