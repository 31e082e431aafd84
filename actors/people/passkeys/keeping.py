"""A member's passkeys: added, named, used to sign in, taken away."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.orm import Session

from actors.people.keys import Vault
from actors.people.passkeys.proving import Made, Used
from actors.people.passkeys.tables import Passkey
from actors.people.sign_in.sessions import end_others, open_session_for
from actors.people.ways_in import count
from actors.refusals import Refused

NAME_CHARS = 60
MOST = 20
"""Passkeys of one member."""


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey as its member sees it."""

    id: int
    name: str
    synced: bool
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that an answer is said to be signed with."""

    id: int
    member_id: int
    public_key: bytes


def called(vault: Vault, member_id: int) -> str:
    """What passkeys call this member: nothing that anybody else could read (WebAuthn §14.6.1)."""
    return vault.mark("passkey", str(member_id))


def passkeys_of(session: Session, member_id: int) -> list[PasskeyLine]:
    """The member's passkeys, the oldest first."""
    rows = session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id))
    return [PasskeyLine(row.id, row.name, row.synced, row.created_at, row.used_at) for row in rows]


def known_to(session: Session, member_id: int) -> list[bytes]:
    """What their authenticators call the member's passkeys.

    Raises:
        Refused: "passkeys-full" (`limit`).
    """
    ids = list(session.scalars(select(Passkey.credential_id).where(Passkey.member_id == member_id)))
    if len(ids) >= MOST:
        raise Refused("passkeys-full", limit=MOST)
    return ids


def add(session: Session, member_id: int, made: Made, name: str, *, now: datetime) -> None:
    """From now on the member signs in with this passkey too.

    Raises:
        Refused: "passkeys-full" (`limit`), "passkey-known" (it is somebody's already), "name-missing", "too-long"
            (`field`, `chars`, `limit`).
    """
    known_to(session, member_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise Refused("passkey-known")
    session.add(
        Passkey(
            member_id=member_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            synced=made.synced,
            name=_name(name),
            created_at=now,
        )
    )
    session.flush()


def rename(session: Session, member_id: int, passkey_id: int, name: str) -> None:
    """Call one of the member's passkeys otherwise; one that is not there (any more) is no error.

    Raises:
        Refused: "name-missing", "too-long" (`field`, `chars`, `limit`).
    """
    bare = _name(name)
    session.execute(
        update(Passkey).where(Passkey.id == passkey_id, Passkey.member_id == member_id).values(name=bare),
        execution_options={"synchronize_session": "fetch"},
    )


def remove(session: Session, member_id: int, passkey_id: int, secret: str, *, now: datetime) -> None:
    """Take a passkey from a member; one that is not there (any more) is no error.

    Every other session ends with it: whoever holds that device may have opened one of them.

    Args:
        secret: of the session that asks.

    Raises:
        Refused: "last-way-in": without it nothing would be left to sign in with.
    """
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.member_id != member_id:
        return
    if count(session, member_id) <= 1:
        raise Refused("last-way-in")
    session.delete(passkey)
    session.flush()
    end_others(session, member_id, secret, now=now)


def known(session: Session, vault: Vault, answer: str) -> Known:
    """The passkey that `answer` (JSON, from the page) names, if it is that of the member whom the answer names too.

    Raises:
        Refused: "passkey-unknown", "passkey-malformed".
    """
    try:
        said = json.loads(answer)
        credential_id, handle = _bytes(said["rawId"]), said["response"].get("userHandle")
        told = _bytes(handle) if handle else b""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("passkey-malformed") from None
    row = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if row is None or not hmac.compare_digest(told, called(vault, row.member_id).encode()):
        raise Refused("passkey-unknown")
    return Known(row.id, row.member_id, row.public_key)


def open_by_passkey(
    session: Session, passkey: Known, proved: Used, *, device: str, network: str | None, now: datetime
) -> str:
    """Sign in who has proved to hold this passkey; the secret of the session.

    Raises:
        Refused: "passkey-unknown" (taken away meanwhile), "passkey-copied" (its count did not go up),
            "member-suspended".
    """
    # In one statement, so that of two who bring the same count at the same moment only one gets in (§7.2, step 22).
    counted = session.execute(
        update(Passkey)
        .where(
            Passkey.id == passkey.id,
            Passkey.credential_id == proved.credential_id,
            or_(Passkey.sign_count < proved.sign_count, (Passkey.sign_count == 0) & (proved.sign_count == 0)),
        )
        .values(sign_count=proved.sign_count, synced=proved.synced, used_at=now),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(counted, CursorResult) or counted.rowcount != 1:
        there = session.scalar(select(func.count()).where(Passkey.id == passkey.id))
        raise Refused("passkey-copied" if there else "passkey-unknown")
    return open_session_for(session, member_id=passkey.member_id, device=device, network=network, now=now)


def _name(name: str) -> str:
    bare = " ".join(name.split())
    if not bare:
        raise Refused("name-missing")
    if len(bare) > NAME_CHARS:
        raise Refused("too-long", field="name", chars=len(bare), limit=NAME_CHARS)
    return bare


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
