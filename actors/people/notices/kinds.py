"""The kinds of notifications, how often a channel may tell them, and what holds until a member chooses."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Rhythm(StrEnum):
    """How often a channel tells."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


DEFAULTS: Final = {
    "join-requested": Rhythm.AT_ONCE,
    "join-approved": Rhythm.AT_ONCE,
    "join-refused": Rhythm.AT_ONCE,
    "role-changed": Rhythm.AT_ONCE,
    "membership-ended": Rhythm.AT_ONCE,
    "group-invitation": Rhythm.AT_ONCE,
    "registration-waiting": Rhythm.AT_ONCE,
    "answer": Rhythm.AT_ONCE,
    "alert": Rhythm.AT_ONCE,
    "answer-settled": Rhythm.AT_ONCE,
    "item-ending": Rhythm.AT_ONCE,
    "item-ended": Rhythm.AT_ONCE,
    "item-approved": Rhythm.AT_ONCE,
    "item-declined": Rhythm.AT_ONCE,
    "match": Rhythm.AT_ONCE,
    "follow-request": Rhythm.DAILY,
    "unanswered": Rhythm.WEEKLY,
    "member-left": Rhythm.WEEKLY,
}
"""By kind, how often it is mailed to who has not chosen."""
KINDS: Final = tuple(DEFAULTS)
