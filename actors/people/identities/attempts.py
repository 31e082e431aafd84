"""Sent to another server and back: the state of OAuth, and what we are called there.

A state is 256 random bits. The browser that was sent keeps it in a cookie, the row its digest; whoever comes back must
bring both, once, within ten minutes. So a link made by somebody else signs nobody in.

Sources: RFC 6749 §10.12, RFC 7636 (PKCE), RFC 9700 §2.1 and §4.7; L3 and L7 of the security contract.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from actors.people.identities.tables import OAuthApp, OAuthAttempt
from actors.people.keys import Vault
from actors.people.sign_in.tokens import digest_of
from actors.refusals import Refused

ATTEMPT_LASTS = timedelta(minutes=10)

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody takes along who is sent to another server: secrets in the clear, for one request."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636 §4.2)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class Returned:
    """What an attempt was about, once its state came back."""

    origin: str
    verifier: str = field(repr=False)
    nonce: bytes | None
    next: str
    member_id: int | None


@dataclass(frozen=True, slots=True)
class App:
    """What we are called at a server."""

    client_id: str
    client_secret: str = field(repr=False)
    scope: str


def new_attempt() -> Attempt:
    """Fresh secrets for somebody who is about to be sent."""
    return Attempt(*(secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3)))


def begin_attempt(
    session: Session,
    vault: Vault,
    attempt: Attempt,
    *,
    kind: str,
    origin: str,
    next_path: str,
    member_id: int | None,
    now: datetime,
) -> None:
    """Note that somebody was sent to `origin`; what is over by then is forgotten."""
    session.execute(delete(OAuthAttempt).where(OAuthAttempt.expires_at <= now))
    session.add(
        OAuthAttempt(
            digest=digest_of(attempt.state),
            kind=kind,
            origin=origin,
            verifier=vault.seal(attempt.verifier.encode("ascii")),
            nonce=digest_of(attempt.nonce),
            next=next_path,
            member_id=member_id,
            expires_at=now + ATTEMPT_LASTS,
        )
    )
    session.flush()


def end_attempt(session: Session, vault: Vault, state: str, *, kind: str, now: datetime) -> Returned:
    """Spend the attempt with this state, whatever becomes of it then.

    Raises:
        Refused: "state-unknown" (also: of another kind), "state-used", "state-expired".
    """
    row = session.get(OAuthAttempt, digest_of(state))
    if row is None or row.kind != kind:
        raise Refused("state-unknown")
    if row.used_at is not None:
        raise Refused("state-used")
    if row.expires_at <= now:
        raise Refused("state-expired")
    # Two requests at the same moment: only the one whose UPDATE finds it unused has it.
    spent = session.execute(
        update(OAuthAttempt)
        .where(OAuthAttempt.digest == row.digest, OAuthAttempt.used_at.is_(None))
        .values(used_at=now)
    )
    if not isinstance(spent, CursorResult) or spent.rowcount != 1:
        raise Refused("state-used")
    verifier = vault.unseal(row.verifier).decode("ascii")
    return Returned(row.origin, verifier, row.nonce, row.next, row.member_id)


def app_at(session: Session, vault: Vault, origin: str) -> App | None:
    """What we are called at `origin`; None if we never asked, or can't read it any more (another secret)."""
    row = session.get(OAuthApp, origin)
    if row is None:
        return None
    try:
        return App(row.client_id, vault.unseal(row.client_secret).decode(), row.scope)
    except Refused:
        return None


def keep_app(session: Session, vault: Vault, origin: str, app: App, *, now: datetime) -> None:
    """Remember what we are called at `origin` from now on."""
    row = session.get(OAuthApp, origin) or OAuthApp(origin=origin)
    row.client_id, row.client_secret, row.scope = app.client_id, vault.seal(app.client_secret.encode()), app.scope
    row.created_at = now
    session.add(row)
    session.flush()


def forget_app(session: Session, origin: str, client_id: str) -> None:
    """They no longer know us as `client_id`; a newer name, which another request got meanwhile, is kept."""
    session.execute(delete(OAuthApp).where(OAuthApp.origin == origin, OAuthApp.client_id == client_id))
