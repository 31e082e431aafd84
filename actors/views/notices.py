"""What pages and mails show of notifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification; the facts of each kind are listed in `outbox.notices`."""

    id: int
    kind: str
    about_iri: str | None
    facts: Mapping[str, Any]
    created_at: datetime
    unread: bool = False
