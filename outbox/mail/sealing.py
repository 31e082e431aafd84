"""Links that open something: sealed in the log, so that a copy of the database opens nothing (row L7)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from actors.people import Vault

SEALED = "sealed_link"


def sealed(vault: Vault, link: str, lasts: timedelta) -> dict[str, str | int]:
    """The facts that hold `link`, and how long it opens, for whoever has the instance's secret: who sends the mail."""
    minutes = int(lasts.total_seconds() // 60)
    return {SEALED: base64.b64encode(vault.seal(link.encode())).decode(), "minutes": minutes}


def opened(vault: Vault, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with their link, as letters need it.

    Raises:
        Refused: "wrong-secret", another secret sealed it.
    """
    kept = {name: value for name, value in facts.items() if name != SEALED}
    if SEALED not in facts:
        return kept
    return {**kept, "link": vault.unseal(base64.b64decode(facts[SEALED])).decode()}
