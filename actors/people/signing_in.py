"""Every way in which a member signs in, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors.people import identities, passkeys
from actors.people.passkeys import PasskeyLine
from actors.people.sign_in.account import Account, account
from actors.views import IdentityLine


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What stands on the page «signing in».

    Attributes:
        own: with address and password.
        passkeys, identities: the oldest first.
        spare: whether one of these two may go without leaving the member outside.
    """

    own: Account
    passkeys: list[PasskeyLine]
    identities: list[IdentityLine]
    spare: bool


def ways_in(session: Session, member_id: int) -> WaysIn:
    """How the member signs in."""
    elsewhere = identities.ways_of(session, member_id)
    own = account(session, member_id)
    return WaysIn(own, passkeys.passkeys_of(session, member_id), elsewhere.identities, elsewhere.spare)
