"""What binds actors to one another: who hears whom, and who takes part where.

Machinery below the doors: `groups` has the rules of following and joining, `moderation` severs what a block cuts,
`people` moves and ends what a changed or deleted actor is bound by. All of them change state here and nowhere else.

Following is not joining: a `Follow` makes an actor hear what a group publishes, a `Membership` lets a person take
part. `Reach` counts, per actor and inbox, the followers that are heard there. It makes the cost of a publication follow
the number of inboxes, not of followers, and it remembers with a count of zero every inbox that ever got something, so
that a Delete can be sent there too.
"""

from actors.bonds.changes import (
    ACCEPTED,
    REJECTED,
    REQUESTED,
    SEVERED,
    end,
    forget_actor,
    heard_more,
    move_inbox,
    restore,
    set_state,
    sever,
)
from actors.bonds.tables import Follow, Membership, Reach

__all__ = [
    "ACCEPTED",
    "REJECTED",
    "REQUESTED",
    "SEVERED",
    "Follow",
    "Membership",
    "Reach",
    "end",
    "forget_actor",
    "heard_more",
    "move_inbox",
    "restore",
    "set_state",
    "sever",
]
