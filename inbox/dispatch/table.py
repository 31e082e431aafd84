"""`HANDLERS`: (type of the activity, type of its object or "*") -> who hears it."""

from __future__ import annotations

from inbox.heard import Handler

HANDLERS: dict[tuple[str, str], Handler] = {}
