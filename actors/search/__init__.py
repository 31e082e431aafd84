"""Search over offers, needs, events, groups, projects and members, ours and partners'.

Doors say what of theirs is to be found (`Entry`) whenever they write it; nothing else is known here of what they hold.

* `tables`   the index: a row for each thing, and its tokens
* `tokens`   from texts to tokens
* `keeping`  putting into the index and taking out, in the transaction of the change
* `words`    what somebody typed
* `asking`   what is found, in which order
* `counting` how many of each kind
"""

from actors.search.asking import COUNTED, EVERYTHING, Asked, Asker, Found, Hit, count, find, less, news
from actors.search.counting import FACETS, HERE
from actors.search.keeping import Entry, drop, keep, show_author

__all__ = [
    "COUNTED",
    "EVERYTHING",
    "FACETS",
    "HERE",
    "Asked",
    "Asker",
    "Entry",
    "Found",
    "Hit",
    "count",
    "drop",
    "find",
    "keep",
    "less",
    "news",
    "show_author",
]
