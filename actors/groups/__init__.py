"""Sector groups and projects: founding, membership, follows in both directions, and what pages show of them.

* `founding`    `found` and what belongs to what
* `following`   the rules of following, in both directions
* `hearers`     who hears whom
* `endings`     how it ended, and what can be taken back
* `membership`  who takes part and moderates
* `posting`     who may post
* `joining`     asking to take part on our pages, with the group's questions
* `invitations` links that let people in
* `roles`       who organises, and how that changes hands
* `accounts`    language accounts: followed in one's own language
* `editing`     what the form of a group shows
* `personal`    inviting a member by name
* `gate`        a group from its door, and where the reader stands
* `taking`      who takes part, who asks, who is invited
* `changing`    what a group says of itself, its rules, its end
* `finding`     groups in the index of the search
* `lists`       the reading functions of `actors.views`; `searching` among them
"""

from actors.bonds import ACCEPTED, REJECTED, REQUESTED, SEVERED, Follow, Membership, Reach
from actors.groups.accounts import (
    accounts_of,
    end_account,
    follow_group,
    group_behind,
    group_named,
    language_for,
    open_account,
    voices_of,
)
from actors.groups.changing import (
    GRACE,
    Ending,
    GroupChange,
    as_it_is,
    change,
    close,
    due_to_close,
    ending,
    keep_open,
)
from actors.groups.editing import ending_of, handle_from, is_free, sector_groups, settings_of
from actors.groups.endings import LEFT, REFUSED_KEPT, forget_answers, left_lately, let_in_after_all
from actors.groups.finding import FINDABLE
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
from actors.groups.gate import gate, invited_into, person_of
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
from actors.groups.invitations import (
    end_invitation,
    invitation_with,
    invitations_of,
    invite,
    invited_to,
    use,
    vouches,
)
from actors.groups.joining import Question, ask_to_join, questions_of, set_questions
from actors.groups.lists import figures, lines, page, partners
from actors.groups.membership import (
    Person,
    add_member,
    decide_join,
    end_membership,
    groups_of_member,
    is_member,
    is_moderator,
    leave,
    members_count,
    membership_for,
    membership_of,
    moderators,
    request_join,
    role_of,
    waiting_joins,
)
from actors.groups.personal import answer, invite_member, reserve, reserved_for
from actors.groups.posting import ANNOUNCE, KEEP, REFUSE, WAIT, may_answer, may_post, may_publish
from actors.groups.roles import (
    hand_over,
    may_found,
    may_organise,
    member_behind,
    organised_alone,
    organisers,
    remove_member,
    set_role,
)
from actors.groups.searching import lines_by_id, matching
from actors.groups.tables import Group, GroupInvitation, JoinQuestion, LanguageAccount, PartOf, is_private
from actors.groups.taking import SHOWN, asking, inside, invitations, invited, requests, taker, takers

__all__ = [
    "ACCEPTED",
    "ANNOUNCE",
    "FINDABLE",
    "GRACE",
    "KEEP",
    "LEFT",
    "REFUSE",
    "REFUSED_KEPT",
    "REJECTED",
    "REQUESTED",
    "SEVERED",
    "SHOWN",
    "WAIT",
    "Ending",
    "Follow",
    "Group",
    "GroupChange",
    "GroupDraft",
    "GroupInvitation",
    "JoinQuestion",
    "LanguageAccount",
    "Membership",
    "PartOf",
    "Person",
    "Question",
    "Reach",
    "accept_follower",
    "accounts_of",
    "add_follower",
    "add_member",
    "answer",
    "as_it_is",
    "ask_to_join",
    "asking",
    "change",
    "close",
    "decide_join",
    "due_to_close",
    "end_account",
    "end_follow",
    "end_invitation",
    "end_membership",
    "ending",
    "ending_of",
    "figures",
    "follow_answered",
    "follow_between",
    "follow_by_iri",
    "follow_group",
    "followed_iris",
    "followers_count",
    "followers_on",
    "followers_shown",
    "following",
    "following_count",
    "forget_answers",
    "found",
    "gate",
    "group_behind",
    "group_named",
    "groups_of_member",
    "hand_over",
    "handle_from",
    "has_follower_on",
    "inside",
    "invitation_with",
    "invitations",
    "invitations_of",
    "invite",
    "invite_member",
    "invited",
    "invited_into",
    "invited_to",
    "is_followed_by_ours",
    "is_following",
    "is_free",
    "is_member",
    "is_moderator",
    "is_private",
    "keep_open",
    "language_for",
    "leave",
    "left_lately",
    "let_in_after_all",
    "lines",
    "lines_by_id",
    "local_groups",
    "mark_backfilled",
    "matching",
    "may_answer",
    "may_found",
    "may_organise",
    "may_post",
    "may_publish",
    "member_behind",
    "members_count",
    "membership_for",
    "membership_of",
    "moderators",
    "open_account",
    "organised_alone",
    "organisers",
    "own_inbox",
    "page",
    "part_of",
    "partners",
    "person_of",
    "projects_of",
    "questions_of",
    "reject_follower",
    "remove_follower",
    "remove_member",
    "request_follow",
    "request_join",
    "requests",
    "reserve",
    "reserved_for",
    "role_of",
    "rules_of",
    "sector_groups",
    "set_part_of",
    "set_questions",
    "set_role",
    "settings_of",
    "taker",
    "takers",
    "use",
    "voices_of",
    "vouches",
    "waiting_follows",
    "waiting_joins",
]
