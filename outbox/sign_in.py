"""Sending a link that signs in: the same answer and the same work, whether somebody has that address or not (L6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import people
from actors.people import SIGN_IN, SIGN_IN_LASTS, Member, identities, passkeys
from actors.people.registration import counting
from fediverse.hosts import authority_of
from fediverse.types import Actor as ActorDocument
from outbox import mail

CHANGE_ADDRESS = "change-address"
"""The purpose of a token that confirms a member's new address."""


def send_link(
    session: Session, address: str, *, vault: people.Vault, origin: str, next_path: str = "", now: datetime
) -> None:
    """Mail a link that signs in to whoever has `address`, if anybody.

    Args:
        next_path: a path of ours, where the reader goes on.
    """
    address = people.bare_address(address) or ""
    allowed = counting.may_send_link(session, address, now=now)
    member = people.member_at(session, address)
    send_link_to(session, address, member, vault=vault, origin=origin, next_path=next_path, allowed=allowed, now=now)


def send_link_to(
    session: Session,
    address: str,
    member: Member | None,
    *,
    vault: people.Vault,
    origin: str,
    next_path: str,
    allowed: bool,
    now: datetime,
) -> None:
    """Mail the link to `member`; for nobody, everything is done as for somebody who is here, and then taken back."""
    if member is not None and (member.suspended_at is not None or member.state != "active"):
        member = None
    whose = session.scalar(select(Member).order_by(Member.id).limit(1))
    someone = member or whose
    if someone is None:
        return
    with session.begin_nested() as attempt:
        token = people.issue_token(
            session, someone.id, SIGN_IN, now=now, valid_for=SIGN_IN_LASTS, facts={"next": next_path}
        )
        mail.queue(
            session,
            to=people.bare_address(address) or "",
            kind="sign-in",
            facts=mail.sealed(vault, f"{origin}/sign-in/{token}", SIGN_IN_LASTS),
            language=someone.language,
            member_id=someone.id,
            now=now,
        )
        if member is None or not allowed:
            attempt.rollback()


def ask_new_address(
    session: Session, member_id: int, address: str, *, vault: people.Vault, origin: str, now: datetime
) -> None:
    """Mail a link to a member's new address, which it confirms; until then the old one holds.

    An address that somebody else has gets nothing, and nobody is told.
    """
    address = people.bare_address(address) or ""
    member = session.get_one(Member, member_id)
    allowed = counting.may_send_link(session, address, now=now)
    taken = people.member_at(session, address) is not None
    with session.begin_nested() as attempt:
        token = people.issue_token(
            session, member_id, CHANGE_ADDRESS, now=now, valid_for=SIGN_IN_LASTS, facts={"email": address}
        )
        mail.queue(
            session,
            to=address,
            kind="confirm-address",
            facts=mail.sealed(vault, f"{origin}/me/address/{token}", SIGN_IN_LASTS),
            language=member.language,
            member_id=member_id,
            now=now,
        )
        if taken or not allowed:
            attempt.rollback()


def confirm_new_address(session: Session, token: str, *, now: datetime) -> int:
    """The new address holds from now on; the old one is told. The member's id.

    Raises:
        Refused: "sign-in-link-spent", "mail-taken".
    """
    member, facts = people.spend_link(session, token, CHANGE_ADDRESS, now=now)
    old = people.change_address(session, member.id, facts["email"])
    if old:
        mail.queue(
            session,
            to=old,
            kind="address-changed",
            facts={"address": _veiled(facts["email"])},
            language=member.language,
            member_id=member.id,
            now=now,
        )
    return member.id


def add_passkey(session: Session, member_id: int, made: passkeys.Made, name: str, *, now: datetime) -> None:
    """Add a passkey, and tell the member by mail. Raises: as `passkeys.add`."""
    passkeys.add(session, member_id, made, name, now=now)
    _tell_of_new_way(session, member_id, name, now)


def link_actor(
    session: Session, member_id: int, document: ActorDocument, raw: dict[str, Any], *, now: datetime
) -> None:
    """Link an account elsewhere, and tell the member by mail. Raises: as `identities.link_actor`."""
    identities.link_actor(session, member_id, document, raw, now=now)
    _tell_of_new_way(session, member_id, f"@{document.preferred_username}@{authority_of(document.id or '')}", now)


def link_subject(session: Session, member_id: int, arrival: identities.Arrival, *, now: datetime) -> None:
    """Link what the issuer calls the member, and tell them by mail. Raises: as `identities.link_subject`."""
    identities.link_subject(session, member_id, arrival, now=now)
    _tell_of_new_way(session, member_id, arrival.handle, now)


def _tell_of_new_way(session: Session, member_id: int, way: str, now: datetime) -> None:
    """Whoever has another's open browser can't add a way in without its owner hearing of it."""
    member = session.get_one(Member, member_id)
    if member.email:
        mail.queue(
            session,
            to=member.email,
            kind="way-added",
            facts={"way": way[:100]},
            language=member.language,
            member_id=member_id,
            now=now,
        )


def _veiled(address: str) -> str:
    """`noor@post.example` -> `n…@post.example`: enough to know it again."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
