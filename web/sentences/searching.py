"""Refusals and notices about searches that are saved."""

from __future__ import annotations

from typing import Final

from web.sentences.marking import said

REFUSALS: Final = {
    "asks-nothing": (
        said("This search asks for everything"),
        said("Type a word or choose a filter first, so that you are told only of what you look for."),
    ),
    "too-many-alerts": (
        said("You have saved as many searches as there is room for"),
        said("Take one away that you no longer need, under «Saved searches», then save this one."),
    ),
}
"""By code: what happened, and what to do."""
NOTICES: Final = {
    "alert-saved": said("The search is saved. You are told of what is new in it."),
    "alert-removed": said("The search is no longer saved. You are told nothing more of it."),
}
"""What a page says after a redirect, by code."""
