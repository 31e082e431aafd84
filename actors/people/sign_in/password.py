"""Passwords: optional, at least twelve characters, not among the most common, kept as argon2id.

Hashing takes tens of milliseconds and 19 MiB on purpose, so it is done in a thread and never inside a transaction: ask
for the `Credentials`, prove them, then write.

Source: OWASP Password Storage Cheat Sheet (argon2id, m=19 MiB, t=2, p=1); NIST SP 800-63B §3.1.1 (length, a list of
common ones, no rules about kinds of characters).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from actors.people.sign_in.members import member_at
from actors.people.sign_in.sessions import end_others, open_session_for
from actors.people.tables import Member
from actors.refusals import Refused

SHORTEST, LONGEST = 12, 1_000
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMON = Path(__file__).parent / "common_passwords.txt"
_NEVER = "$argon2id$v=19$m=19456,t=2,p=1$7p6bs+eX+eLcMlRb5Oi4rw$tnEdFXdqw4ofcwa7GdiI+kpU5gubM5+mP6XCEycwitE"
"""What is compared when there is nothing to compare with, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is proved against; both None for an address that nobody here has."""

    member_id: int | None
    password_hash: str | None


def check_password(password: str, about: Iterable[str | None] = ()) -> None:
    """Refuse what others would guess first.

    Args:
        about: what is known of the member: address, name, the name of the instance.

    Raises:
        Refused: "password-short" (`limit`), "password-long" (`limit`), "password-common", "password-about-you".
    """
    if len(password) < SHORTEST:
        raise Refused("password-short", limit=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password-long", limit=LONGEST)
    folded = _folded(password)
    if folded in _common() or folded.rstrip("0123456789!?.") in _common() or _is_a_pattern(folded):
        raise Refused("password-common")
    words = {word for text in about if text for word in re.split(r"[^\w]+", _folded(text)) if len(word) >= 4}
    rest = folded
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST / 2:
        raise Refused("password-about-you")


def hash_password(password: str) -> str:
    """Tens of milliseconds; never in a transaction."""
    return _HASHER.hash(_normal(password))


def proves(password: str, known: Credentials) -> bool:
    """Whether it is their password; takes as long when there is none. Never in a transaction."""
    try:
        _HASHER.verify(known.password_hash or _NEVER, _normal(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return known.password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with parameters that we no longer use."""
    return _HASHER.check_needs_rehash(password_hash)


def credentials(session: Session, address: str) -> Credentials:
    """What a password for this address is proved against; a member who may not sign in has none."""
    member = member_at(session, address)
    if member is None or member.suspended_at is not None or member.state != "active":
        return Credentials(None, None)
    return Credentials(member.id, member.password_hash)


def own_credentials(session: Session, member_id: int) -> Credentials:
    """The same, of a member who is signed in."""
    return Credentials(member_id, session.get_one(Member, member_id).password_hash)


def open_by_password(
    session: Session,
    proved: Credentials,
    *,
    device: str,
    network: str | None,
    now: datetime,
    rehashed: str | None = None,
) -> str:
    """Sign in who has proved their password; the secret of the session.

    Raises:
        Refused: "password-wrong": it was changed meanwhile.
    """
    member = session.get(Member, proved.member_id) if proved.member_id else None
    if member is None or proved.password_hash is None or member.password_hash != proved.password_hash:
        raise Refused("password-wrong")
    if rehashed:
        member.password_hash = rehashed
    return open_session_for(session, member_id=member.id, device=device, network=network, now=now)


def set_password(
    session: Session, known: Credentials, password_hash: str | None, *, keep: str | None, now: datetime
) -> None:
    """Set, change or (None) remove the password; every other session is over.

    Args:
        keep: the secret of the session that goes on.

    Raises:
        Refused: "password-wrong": it was changed meanwhile.
    """
    member = session.get_one(Member, known.member_id)
    if member.password_hash != known.password_hash:
        raise Refused("password-wrong")
    member.password_hash = password_hash
    end_others(session, member.id, keep, now=now)


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_a_pattern(text: str) -> bool:
    """A few characters again and again, or a row of neighbours."""
    if re.fullmatch(r"(.{1,4}?)\1+.{0,3}", text):
        return True
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return steps in ({1}, {-1}, {0}) or text[:10] in "01234567890123456789" or text[:10] in "98765432109876543210"


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
