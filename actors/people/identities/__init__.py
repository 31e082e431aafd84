"""Signing in with an account elsewhere: who that is here, and the way there and back.

* `tables`    identities, our names at other servers, attempts under way
* `attempts`  states, PKCE, our names at other servers
* `linking`   an identity by itself, or as one of a member's ways of signing in
"""

from actors.people.identities.attempts import (
    ATTEMPT_LASTS,
    App,
    Attempt,
    Returned,
    app_at,
    begin_attempt,
    end_attempt,
    forget_app,
    keep_app,
    new_attempt,
)
from actors.people.identities.linking import (
    FEDIVERSE,
    OIDC,
    Entered,
    actors_of,
    enter_as_actor,
    entered,
    identities_of,
    link_actor,
    unlink,
    ways_in,
)
from actors.people.identities.tables import Identity, OAuthApp, OAuthAttempt

__all__ = [
    "ATTEMPT_LASTS",
    "FEDIVERSE",
    "OIDC",
    "App",
    "Attempt",
    "Entered",
    "Identity",
    "OAuthApp",
    "OAuthAttempt",
    "Returned",
    "actors_of",
    "app_at",
    "begin_attempt",
    "end_attempt",
    "enter_as_actor",
    "entered",
    "forget_app",
    "identities_of",
    "keep_app",
    "link_actor",
    "new_attempt",
    "unlink",
    "ways_in",
]
