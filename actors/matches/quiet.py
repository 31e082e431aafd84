"""Quiet hours: nobody is told of a match in the evening and the night of the place where they live."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FROM_HOUR, TO_HOUR = 21, 7


def is_quiet(now: datetime, *zones: str | None) -> bool:
    """Whether it is between 21 and 7 o'clock in the first of `zones` that there is; UTC without any."""
    hour = now.astimezone(next((zone for name in zones if (zone := _zone(name))), ZoneInfo("UTC"))).hour
    return hour >= FROM_HOUR or hour < TO_HOUR


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
