"""The documents in tests/samples, each as (program/name, bytes)."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "samples"
SAMPLES = {f"{path.parent.name}/{path.stem}": path.read_bytes() for path in sorted(FOLDER.rglob("*.json"))}
