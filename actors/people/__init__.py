"""Every actor we know, local or remote; members, their sign-in tokens and sessions; keys.

* `keys`     the vault, the keyring, keys of others
* `naming`   bylines, and the version of a text for a reader
* `local`    founding actors of ours; finding anybody
* `remote`   remembering actors of other servers; suspending and burying
* `roll`     names behind handles, members in numbers
* `sign_in`  members, one-time tokens, sessions
* `lists`    the reading functions of `actors.views`
"""

from actors.people.keys import Keyring, Keys, KnownKey, NewKeys, Vault, find_key, make_keys
from actors.people.lists import kind_of, page, signed_in, site
from actors.people.local import (
    by_handle,
    check_username,
    ensure_instance,
    find_actor,
    find_again,
    found_local,
    instance_actor,
    local_actor,
)
from actors.people.naming import actor_line, in_language, kind_of_actor, other_languages
from actors.people.remote import (
    bury,
    forget_keys,
    inbox_row,
    mark_deleted,
    note_move,
    remember,
    remember_key,
    suspend,
    tombstone,
    unsuspend,
)
from actors.people.roll import Named, Population, list_members, named_by_iri, named_locally, population
from actors.people.sign_in import (
    SIGN_IN,
    SIGN_IN_LASTS,
    create_member,
    end_session,
    issue_token,
    mark_seen,
    member_of_session,
    open_session,
    peek_sign_in,
    redeem,
    revoke_all,
    start_session,
    suspend_member,
)
from actors.people.tables import (
    Actor,
    Inbox,
    KeyPair,
    Member,
    OneTimeToken,
    RemoteKey,
    SignInSession,
    Tombstone,
)

__all__ = [
    "SIGN_IN",
    "SIGN_IN_LASTS",
    "Actor",
    "Inbox",
    "KeyPair",
    "Keyring",
    "Keys",
    "KnownKey",
    "Member",
    "Named",
    "NewKeys",
    "OneTimeToken",
    "Population",
    "RemoteKey",
    "SignInSession",
    "Tombstone",
    "Vault",
    "actor_line",
    "bury",
    "by_handle",
    "check_username",
    "create_member",
    "end_session",
    "ensure_instance",
    "find_actor",
    "find_again",
    "find_key",
    "forget_keys",
    "found_local",
    "in_language",
    "inbox_row",
    "instance_actor",
    "issue_token",
    "kind_of",
    "kind_of_actor",
    "list_members",
    "local_actor",
    "make_keys",
    "mark_deleted",
    "mark_seen",
    "member_of_session",
    "named_by_iri",
    "named_locally",
    "note_move",
    "open_session",
    "other_languages",
    "page",
    "peek_sign_in",
    "population",
    "redeem",
    "remember",
    "remember_key",
    "revoke_all",
    "signed_in",
    "site",
    "start_session",
    "suspend",
    "suspend_member",
    "tombstone",
    "unsuspend",
]
