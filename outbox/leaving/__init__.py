"""Leaving, through all doors: what it means in numbers, a copy of everything, and the end of everything.

* `belongings`  what is a member's: rows and things, in every table
* `copying`     the copy, as documents
* `exports`     what was asked for: leaving, and copies, which are due, ready, fetched once, over
* `erasing`     the end, here and everywhere that ever heard of it
"""

from outbox.leaving.belongings import numbers
from outbox.leaving.copying import Copy, copy_of
from outbox.leaving.erasing import Erased, erase, erase_again, expired
from outbox.leaving.exports import ask_for_copy, ask_to_leave, copies_due, copies_of, fetch_copy, over, peek_copy, ready

__all__ = [
    "Copy",
    "Erased",
    "ask_for_copy",
    "ask_to_leave",
    "copies_due",
    "copies_of",
    "copy_of",
    "erase",
    "erase_again",
    "expired",
    "fetch_copy",
    "numbers",
    "over",
    "peek_copy",
    "ready",
]
