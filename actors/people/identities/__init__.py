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
    Ways,
    actors_of,
    arrive,
    forget_identities,
    ids_of_actors,
    link_actor,
    unlink,
    ways_of,
)
from actors.people.identities.tables import Identity, OAuthApp, OAuthAttempt

__all__ = [
    "ATTEMPT_LASTS",
    "FEDIVERSE",
    "OIDC",
    "App",
    "Attempt",
    "Identity",
    "OAuthApp",
    "OAuthAttempt",
    "Returned",
    "Ways",
    "actors_of",
    "app_at",
    "arrive",
    "begin_attempt",
    "end_attempt",
    "forget_app",
    "forget_identities",
    "ids_of_actors",
    "keep_app",
    "link_actor",
    "new_attempt",
    "unlink",
    "ways_of",
]
