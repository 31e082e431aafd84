"""Documents as other programs send them, from tests/samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

SAMPLES = Path(__file__).parents[2] / "samples"


def sample(name: str, *, inner: bool = True) -> dict[str, Any]:
    """The document in `tests/samples/{name}`; of an activity the object that it carries, if `inner`."""
    document = orjson.loads((SAMPLES / name).read_bytes())
    while inner and document["type"] in ("Create", "Update", "Announce"):
        document = document["object"]
    return document
