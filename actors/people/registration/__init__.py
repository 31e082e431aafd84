"""Coming in: who may, by which invitation, with which answers, and what is agreed to.

* `tables`       the rows
* `counting`     how often a mail was asked for
* `invitations`  links that let somebody join
* `asking`       the form, the link that confirms an address, who waits and who decides
"""

from actors.people.registration.asking import (
    ACTIVE,
    CONFIRM_WITHIN,
    WAITING,
    JoinDraft,
    WaitingLine,
    agreements,
    ask,
    confirm,
    group_invitation_of,
    keepers,
    let_in,
    peek_registration,
    renew,
    turn_away,
    waiting,
)
from actors.people.registration.counting import forget, prune
from actors.people.registration.invitations import (
    InvitationLine,
    end_invitation,
    invitation,
    invitations,
    invite,
)

__all__ = [
    "ACTIVE",
    "CONFIRM_WITHIN",
    "WAITING",
    "InvitationLine",
    "JoinDraft",
    "WaitingLine",
    "agreements",
    "ask",
    "confirm",
    "end_invitation",
    "forget",
    "group_invitation_of",
    "invitation",
    "invitations",
    "invite",
    "keepers",
    "let_in",
    "peek_registration",
    "prune",
    "renew",
    "turn_away",
    "waiting",
]
