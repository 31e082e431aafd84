"""A challenge: 256 random bits, given to one browser, for one purpose, used once, within ten minutes.

The browser keeps a secret in a cookie; whoever brings an answer must bring that cookie as well. So an answer that was
made elsewhere, or by somebody who was talked into it, signs nobody in.

Sources: Web Authentication Level 3 §13.4.3 (challenges); L3 and L7 of the security contract.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from actors.people.passkeys.tables import PasskeyAttempt
from actors.people.sign_in.tokens import digest_of
from actors.refusals import Refused

ATTEMPT_LASTS = timedelta(minutes=10)
ADD, SIGN_IN = "add", "sign-in"
_SECRET_BYTES = 32
_ANSWER_CHARS = 20_000


def begin(session: Session, browser: str, *, member_id: int | None, now: datetime) -> bytes:
    """A fresh challenge for the browser with this secret; what is over by then is forgotten.

    Args:
        browser: the secret in its cookie.
        member_id: who adds a passkey; None: somebody signs in.
    """
    session.execute(delete(PasskeyAttempt).where(PasskeyAttempt.expires_at <= now))
    challenge = secrets.token_bytes(_SECRET_BYTES)
    session.add(
        PasskeyAttempt(
            digest=_digest(challenge),
            purpose=ADD if member_id is not None else SIGN_IN,
            browser=digest_of(browser),
            member_id=member_id,
            expires_at=now + ATTEMPT_LASTS,
        )
    )
    session.flush()
    return challenge


def end(session: Session, challenge: bytes, browser: str, *, member_id: int | None, now: datetime) -> None:
    """Spend the challenge, whatever becomes of it then.

    Raises:
        Refused: "passkey-late" (never given, given to another browser or for something else, used, or run out: it is
            never said which).
    """
    spent = session.execute(
        delete(PasskeyAttempt).where(
            PasskeyAttempt.digest == _digest(challenge),
            PasskeyAttempt.purpose == (ADD if member_id is not None else SIGN_IN),
            PasskeyAttempt.browser == digest_of(browser),
            PasskeyAttempt.member_id.is_(None) if member_id is None else PasskeyAttempt.member_id == member_id,
            PasskeyAttempt.expires_at > now,
        ),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(spent, CursorResult) or spent.rowcount != 1:
        raise Refused("passkey-late")


def challenge_in(answer: str) -> bytes:
    """Which challenge an authenticator's answer (JSON, from the page) is about; nothing of it is believed yet.

    Raises:
        Refused: "passkey-malformed".
    """
    if len(answer) > _ANSWER_CHARS:
        raise Refused("passkey-malformed")
    try:
        client_data = json.loads(_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        return _bytes(client_data["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("passkey-malformed") from None


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error


def _digest(challenge: bytes) -> bytes:
    return digest_of(challenge.hex())
