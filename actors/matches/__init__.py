"""Who looks for work finds who has it: needs and offers that fit, with the reasons.

* `cards`      what is compared of an item, and how it is read
* `scoring`    how well two cards fit, and why: pure
* `reasons`    the reasons as data
* `keeping`    cards and terms, kept in the transaction that writes an item
* `finding`    candidates, scores, pairs
* `lists`      what readers are shown
* `dismissing` «not relevant», which teaches one person's list
* `pursuing`   what nobody answers is offered further
* `quiet`      quiet hours
"""

from actors.matches.dismissing import learnt, put_away, take_back, unfit
from actors.matches.finding import LISTED, TOLD, look
from actors.matches.keeping import SWEPT_TOGETHER, keep, leading_concepts, sweep
from actors.matches.lists import (
    UNANSWERED_AFTER,
    Fit,
    OwnFits,
    Unanswered,
    beside,
    both_stand,
    for_reader,
    organised_by,
    own_match,
    unanswered,
)
from actors.matches.pursuing import PAUSE, Step, advance, due, plea_of, plead
from actors.matches.quiet import is_quiet
from actors.matches.reasons import Reason, restored
from actors.matches.tables import Match, MatchCard, MatchPlea, MatchTerm, MatchUnfit

__all__ = [
    "LISTED",
    "PAUSE",
    "SWEPT_TOGETHER",
    "TOLD",
    "UNANSWERED_AFTER",
    "Fit",
    "Match",
    "MatchCard",
    "MatchPlea",
    "MatchTerm",
    "MatchUnfit",
    "OwnFits",
    "Reason",
    "Step",
    "Unanswered",
    "advance",
    "beside",
    "both_stand",
    "due",
    "for_reader",
    "is_quiet",
    "keep",
    "leading_concepts",
    "learnt",
    "look",
    "organised_by",
    "own_match",
    "plea_of",
    "plead",
    "put_away",
    "restored",
    "sweep",
    "take_back",
    "unanswered",
    "unfit",
]
