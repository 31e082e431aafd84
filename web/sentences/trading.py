"""Refusals about the trades of an offer or a need."""

from __future__ import annotations

from typing import Final

from web.sentences.marking import said

REFUSALS: Final = {
    "trade-unknown": (said("This trade is not in our list"), said("Choose among those that stand here.")),
    "too-many-trades": (said("These are more than five trades"), said("Leave those that matter most.")),
}
"""By code: what happened, and what to do."""
