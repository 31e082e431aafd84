"""Refusals for those who answer offers and needs, and for those who are answered."""

from __future__ import annotations

from typing import Final

from web.sentences.marking import said

REFUSALS: Final = {
    "answers-closed": (said("It takes no answers for now"), said("Who published it may open it for answers again.")),
    "own-item": (said("This is your own"), said("Others answer it; you are told when they do.")),
    "answered-already": (
        said("You have said already that you can do this"),
        said("Take your answer back if you want to say it anew, or ask a question."),
    ),
    "too-many-answers": (
        said("These are too many answers at once"),
        said("Wait for what becomes of the others, or try it again tomorrow."),
    ),
    "answer-withdrawn": (said("This answer was taken back"), said("Nothing was changed. Look at the others.")),
    "no-voice": (
        said("Nobody here can say this for you there"),
        said("Join a group, which then speaks for you, or let others see your own account; or answer from Mastodon."),
    ),
    "already-open": (said("It is open"), said("Nothing was changed.")),
    "degrees-malformed": (
        said("This is no number of degrees, such as 50.8503"),
        said("Copy both numbers from a map, or leave both empty."),
    ),
    "link-used": (said("This link has done its work"), said("You find everything that is yours in one list.")),
    "not-published": (said("It is not published yet"), said("Publish it first.")),
    "too-many-drafts": (
        said("You have 50 drafts, which is the most"),
        said("Publish or delete some of them; then this one can be kept too."),
    ),
}
