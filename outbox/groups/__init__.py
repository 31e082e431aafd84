"""Groups of ours: found and change them, follow and be followed, take part.

* `following`  Follow, Accept, Reject, Undo, and what a new follower gets
* `joining`    asking to take part, deciding, leaving
* `roles`      roles change hands
* `inviting`   links, and invitations by name
* `telling`    who is told what about it
* `founding`   who may found, and doing it
* `changing`   changing, closing
* `accounts`   accounts by language, and moving
"""

from outbox.groups.accounts import come_home, drop_alias, end_account, move, name_alias, open_account
from outbox.groups.changing import (
    alter,
    ask_these,
    change,
    close,
    end_due,
    keep_open,
    show_picture,
    tell_changed,
)
from outbox.groups.following import accept_follow, backfill_follower, follow, reject_follow, unfollow
from outbox.groups.founding import Founding, found, found_by, founding_for
from outbox.groups.inviting import (
    decline_invitation,
    end_invitation,
    invite,
    invite_member,
    take_back_invitation,
)
from outbox.groups.joining import (
    answer_join,
    ask,
    come_back,
    decide,
    decide_follows,
    decide_join,
    leave,
    let_in_after_all,
    organised,
    our_group,
    take_in,
)
from outbox.groups.roles import hand_over, remove_member, set_role
from outbox.groups.telling import name_of, tell_asked, tell_follow

__all__ = [
    "Founding",
    "accept_follow",
    "alter",
    "answer_join",
    "ask",
    "ask_these",
    "backfill_follower",
    "change",
    "close",
    "come_back",
    "come_home",
    "decide",
    "decide_follows",
    "decide_join",
    "decline_invitation",
    "drop_alias",
    "end_account",
    "end_due",
    "end_invitation",
    "follow",
    "found",
    "found_by",
    "founding_for",
    "hand_over",
    "invite",
    "invite_member",
    "keep_open",
    "leave",
    "let_in_after_all",
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
    "take_back_invitation",
    "take_in",
    "tell_asked",
    "tell_changed",
    "tell_follow",
    "unfollow",
]
