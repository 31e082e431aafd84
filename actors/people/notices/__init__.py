"""What a member is told: the notifications, and the member's choices of what, where and how often.

* `kinds`    the kinds of notifications, the channels' rhythms, what holds for who chose nothing
* `tables`   notifications and choices
* `choices`  what a member chose
* `lists`    the list, its count, marking it read
"""

from actors.people.notices.choices import Choice, choice_of, choices, choose, stop_mail
from actors.people.notices.kinds import DEFAULTS, KINDS, Rhythm
from actors.people.notices.lists import (
    PRUNED_TOGETHER,
    forget,
    mark_all_read,
    mark_read,
    notifications,
    prune,
    unread,
)
from actors.people.notices.tables import NoticeChoice, Notification

__all__ = [
    "DEFAULTS",
    "KINDS",
    "PRUNED_TOGETHER",
    "Choice",
    "NoticeChoice",
    "Notification",
    "Rhythm",
    "choice_of",
    "choices",
    "choose",
    "forget",
    "mark_all_read",
    "mark_read",
    "notifications",
    "prune",
    "stop_mail",
    "unread",
]
