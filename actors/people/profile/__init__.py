"""A member's profile: what it holds, who may see what, and what the member has agreed to.

* `fields`   the fields, and the one rule `may_see`
* `tables`   consents, and the words by which a member is found
* `editing`  changing it
* `showing`  a member's page, as a reader may see it
* `finding`  the directory of members
* `indexing` members in the index of the search
* `public`   the member as an actor on the fediverse
"""

from actors.people.profile.editing import ProfileDraft, agree, change, confirm_link, draft_of
from actors.people.profile.fields import (
    DEFAULTS,
    EVERYBODY,
    FIELDS,
    LEVELS,
    NAMELESS,
    Viewer,
    level_of,
    may_see,
    viewer_of,
)
from actors.people.profile.finding import TOGETHER, can_find, directory
from actors.people.profile.indexing import FINDABLE
from actors.people.profile.public import actor_of, become_public, mirror, no_longer_public
from actors.people.profile.showing import as_seen, name_for, own, page, username_of
from actors.people.profile.tables import Consent, Findable

__all__ = [
    "DEFAULTS",
    "EVERYBODY",
    "FIELDS",
    "FINDABLE",
    "LEVELS",
    "NAMELESS",
    "TOGETHER",
    "Consent",
    "Findable",
    "ProfileDraft",
    "Viewer",
    "actor_of",
    "agree",
    "as_seen",
    "become_public",
    "can_find",
    "change",
    "confirm_link",
    "directory",
    "draft_of",
    "level_of",
    "may_see",
    "mirror",
    "name_for",
    "no_longer_public",
    "own",
    "page",
    "username_of",
    "viewer_of",
]
