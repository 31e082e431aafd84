"""Members, their one-time tokens and their sessions.

* `members`   rows of members
* `tokens`    links that open once
* `sessions`  browsers that are signed in
"""

from actors.people.sign_in.members import (
    ROLES,
    bare_address,
    create_member,
    member_at,
    suspend_member,
    unsuspend_member,
)
from actors.people.sign_in.sessions import (
    SEEN_EVERY,
    SessionLine,
    actor_of_session,
    end_one,
    end_others,
    end_session,
    mark_seen,
    member_of_session,
    open_by_link,
    open_session,
    open_session_for,
    prune_sessions,
    revoke_all,
    sessions_of,
    start_session,
)
from actors.people.sign_in.tokens import (
    SIGN_IN,
    SIGN_IN_LASTS,
    digest_of,
    issue_token,
    peek,
    peek_sign_in,
    prune_tokens,
    redeem,
    spend,
)

__all__ = [
    "ROLES",
    "SEEN_EVERY",
    "SIGN_IN",
    "SIGN_IN_LASTS",
    "SessionLine",
    "actor_of_session",
    "bare_address",
    "create_member",
    "digest_of",
    "end_one",
    "end_others",
    "end_session",
    "issue_token",
    "mark_seen",
    "member_at",
    "member_of_session",
    "open_by_link",
    "open_session",
    "open_session_for",
    "peek",
    "peek_sign_in",
    "prune_sessions",
    "prune_tokens",
    "redeem",
    "revoke_all",
    "sessions_of",
    "spend",
    "start_session",
    "suspend_member",
    "unsuspend_member",
]
