"""Groups of ours: found and change them, follow and be followed, take part.

* `following`  Follow, Accept, Reject, Undo, and what a new follower gets
* `joining`    taking part, and the roles in a group
* `changing`   founding, changing, closing
* `accounts`   accounts by language, and moving
"""

from outbox.groups.accounts import end_account, move, name_alias, open_account
from outbox.groups.changing import (
    ask_these,
    change,
    close,
    end_due,
    found,
    found_by,
    keep_open,
    show_picture,
    tell_changed,
)
from outbox.groups.following import accept_follow, backfill_follower, follow, reject_follow, unfollow
from outbox.groups.joining import (
    answer_join,
    ask,
    come_back,
    decide,
    decide_join,
    end_invitation,
    hand_over,
    invite,
    leave,
    name_of,
    organised,
    our_group,
    remove_member,
    set_role,
)

__all__ = [
    "accept_follow",
    "answer_join",
    "ask",
    "ask_these",
    "backfill_follower",
    "change",
    "close",
    "come_back",
    "decide",
    "decide_join",
    "end_account",
    "end_due",
    "end_invitation",
    "follow",
    "found",
    "found_by",
    "hand_over",
    "invite",
    "keep_open",
    "leave",
    "move",
    "name_alias",
    "name_of",
    "open_account",
    "organised",
    "our_group",
    "reject_follow",
    "remove_member",
    "set_role",
    "show_picture",
    "tell_changed",
    "unfollow",
]
