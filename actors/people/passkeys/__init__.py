"""Passkeys: keys in a member's phone, computer or password manager that sign them in without a mail or a password.

* `tables`    passkeys, and challenges under way
* `attempts`  a challenge: made, given to one browser, used once
* `proving`   what an authenticator answers, verified
* `keeping`   a member's passkeys: added, named, used, taken away
"""

from actors.people.passkeys.attempts import ATTEMPT_LASTS, begin, challenge_in, end
from actors.people.passkeys.keeping import (
    MOST,
    NAME_CHARS,
    Known,
    PasskeyLine,
    add,
    called,
    known,
    known_to,
    open_by_passkey,
    passkeys_of,
    remove,
    rename,
)
from actors.people.passkeys.proving import Made, Site, Used, asked_to_make, asked_to_use, made, used
from actors.people.passkeys.tables import Passkey, PasskeyAttempt

__all__ = [
    "ATTEMPT_LASTS",
    "MOST",
    "NAME_CHARS",
    "Known",
    "Made",
    "Passkey",
    "PasskeyAttempt",
    "PasskeyLine",
    "Site",
    "Used",
    "add",
    "asked_to_make",
    "asked_to_use",
    "begin",
    "called",
    "challenge_in",
    "end",
    "known",
    "known_to",
    "made",
    "open_by_passkey",
    "passkeys_of",
    "remove",
    "rename",
    "used",
]
