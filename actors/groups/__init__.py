"""Sector groups and projects: founding, membership, follows in both directions, and what pages show of them.

* `founding`    `found` and what belongs to what
* `following`   the rules of following, in both directions
* `hearers`     who hears whom
* `membership`  who takes part, moderates and may post
* `bonds`       the states of follows and the reach they make
* `lists`       the reading functions of `actors.views`
"""

from actors.groups.bonds import ACCEPTED, REJECTED, REQUESTED, SEVERED
from actors.groups.following import (
    accept_follower,
    add_follower,
    end_follow,
    follow_answered,
    mark_backfilled,
    reject_follower,
    remove_follower,
    request_follow,
)
from actors.groups.founding import (
    GroupDraft,
    followers_shown,
    found,
    local_groups,
    part_of,
    projects_of,
    rules_of,
    set_part_of,
)
from actors.groups.hearers import (
    follow_between,
    follow_by_iri,
    followed_iris,
    followers_count,
    followers_on,
    following,
    following_count,
    has_follower_on,
    is_followed_by_ours,
    is_following,
    own_inbox,
    waiting_follows,
)
from actors.groups.lists import figures, lines, page, partners
from actors.groups.membership import (
    ANNOUNCE,
    REFUSE,
    WAIT,
    add_member,
    decide_join,
    groups_of_member,
    is_member,
    is_moderator,
    leave,
    may_post,
    members_count,
    membership_of,
    moderators,
    request_join,
    waiting_joins,
)
from actors.groups.tables import Follow, Group, Membership, PartOf, Reach

__all__ = [
    "ACCEPTED",
    "ANNOUNCE",
    "REFUSE",
    "REJECTED",
    "REQUESTED",
    "SEVERED",
    "WAIT",
    "Follow",
    "Group",
    "GroupDraft",
    "Membership",
    "PartOf",
    "Reach",
    "accept_follower",
    "add_follower",
    "add_member",
    "decide_join",
    "end_follow",
    "figures",
    "follow_answered",
    "follow_between",
    "follow_by_iri",
    "followed_iris",
    "followers_count",
    "followers_on",
    "followers_shown",
    "following",
    "following_count",
    "found",
    "groups_of_member",
    "has_follower_on",
    "is_followed_by_ours",
    "is_following",
    "is_member",
    "is_moderator",
    "leave",
    "lines",
    "local_groups",
    "mark_backfilled",
    "may_post",
    "members_count",
    "membership_of",
    "moderators",
    "own_inbox",
    "page",
    "part_of",
    "partners",
    "projects_of",
    "reject_follower",
    "remove_follower",
    "request_follow",
    "request_join",
    "rules_of",
    "set_part_of",
    "waiting_follows",
    "waiting_joins",
]
