"""Signing in with an account elsewhere: who that is here, and the way there and back.

* `tables`    identities, our names at other servers, attempts under way
* `attempts`  states, PKCE, our names at other servers
* `arrivals`  identities of the instance's own issuer, and who is new with one
* `linking`   an identity by itself, or as one of a member's ways of signing in
"""

from actors.people.identities.arrivals import (
    ARRIVAL_LASTS,
    OIDC,
    Arrival,
    arrival_of,
    come_back,
    end_arrival,
    forget_arrivals,
    keep_arrival,
    link_subject,
)
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
    Ways,
    actors_of,
    arrive,
    forget_identities,
    ids_of_actors,
    link_actor,
    unlink,
    ways_of,
)
from actors.people.identities.tables import Identity, OAuthApp, OAuthAttempt, OidcArrival

__all__ = [
    "ARRIVAL_LASTS",
    "ATTEMPT_LASTS",
    "FEDIVERSE",
    "OIDC",
    "App",
    "Arrival",
    "Attempt",
    "Identity",
    "OAuthApp",
    "OAuthAttempt",
    "OidcArrival",
    "Returned",
    "Ways",
    "actors_of",
    "app_at",
    "arrival_of",
    "arrive",
    "begin_attempt",
    "come_back",
    "end_arrival",
    "end_attempt",
    "forget_app",
    "forget_arrivals",
    "forget_identities",
    "ids_of_actors",
    "keep_app",
    "keep_arrival",
    "link_actor",
    "link_subject",
    "new_attempt",
    "unlink",
    "ways_of",
]
