"""Registration as orders: what is mailed to whoever wants in, and told to those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actors import beginning, moderation, people
from actors.people import SIGN_IN, registration
from actors.people.registration import JoinDraft, counting
from actors.refusals import Refused
from outbox import mail, notices
from outbox.sign_in import send_link_to

FIRST_LINK_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of a confirmed registration: the secret of a session, or None for who waits for a decision."""

    secret: str | None


def ask(session: Session, draft: JoinDraft, *, origin: str, network: str, now: datetime) -> None:
    """Mail a link that confirms the address; who is a member already gets one that signs in, and nobody is told.

    Raises:
        Refused: as `registration.ask`, and "too-many-forms".
    """
    if not counting.may_send_form(session, network, now=now):
        raise Refused("too-many-forms")
    token = registration.ask(session, draft, now=now)
    allowed = counting.may_send_link(session, people.bare_address(draft.email) or "", now=now)
    member = people.member_at(session, draft.email)
    is_new = member is None or member.state == registration.WAITING
    send_link_to(
        session, draft.email, None if is_new else member, origin=origin, next_path="", allowed=allowed, now=now
    )
    with session.begin_nested() as attempt:
        mail.queue(
            session,
            to=people.bare_address(draft.email) or "",
            kind="confirm-address",
            facts={
                "link": f"{origin}/join-us/{token}",
                "minutes": int(registration.CONFIRM_WITHIN.total_seconds() // 60),
            },
            language=draft.language,
            now=now,
        )
        if not is_new or not allowed:
            attempt.rollback()


def confirm(session: Session, token: str, *, device: str, network: str | None, now: datetime) -> Confirmed:
    """The address is theirs: signed in at once, or waiting, and those who decide are told.

    Raises:
        Refused: as `registration.confirm`.
    """
    member = registration.confirm(session, token, now=now)
    if member.state != registration.WAITING:
        return Confirmed(people.open_session_for(session, member_id=member.id, device=device, network=network, now=now))
    mail.queue(
        session,
        to=member.email or "",
        kind="request-received",
        facts={},
        language=member.language,
        now=now,
        key=f"request-received:{member.id}",
    )
    for keeper in registration.keepers(session):
        notices.tell(
            session,
            keeper,
            "registration-waiting",
            about_iri=None,
            facts={"who": member.name, "path": "/admin/registrations"},
            now=now,
            key=f"registration:{member.id}",
            who_id=member.id,
        )
    return Confirmed(None)


def approve(session: Session, member_id: int, *, by: int | None, origin: str, now: datetime) -> None:
    """Let somebody in who waited, and mail them their first link.

    Raises:
        Refused: "already-decided".
    """
    member = registration.let_in(session, member_id)
    token = people.issue_token(session, member.id, SIGN_IN, now=now, valid_for=FIRST_LINK_LASTS)
    if member.email:
        mail.queue(
            session,
            to=member.email,
            kind="request-approved",
            facts={"link": f"{origin}/sign-in/{token}", "minutes": int(FIRST_LINK_LASTS.total_seconds() // 60)},
            language=member.language,
            member_id=member.id,
            now=now,
        )
    moderation.act(session, "approve-registration", f"member {member.id}", member_id=by, now=now)


def refuse(session: Session, member_id: int, *, by: int | None, reason: str, now: datetime) -> None:
    """Turn somebody away who waited, with a word; nothing of them is kept.

    Raises:
        Refused: "already-decided".
    """
    address, language = registration.turn_away(session, member_id)
    if address:
        mail.queue(session, to=address, kind="request-refused", facts={"reason": reason}, language=language, now=now)
    moderation.act(session, "refuse-registration", f"member {member_id}", member_id=by, reason=reason, now=now)


def link_for(session: Session, who: str, *, now: datetime) -> tuple[int | None, str]:
    """A link that an operator hands over: the member's number and the path.

    Args:
        who: a member's number or mail address, or an address that was registered and not confirmed yet.

    Raises:
        Refused: "not-found" (`what`, `name`).
    """
    if who.isdecimal():
        return int(who), f"/sign-in/{beginning.sign_in_token(session, int(who), now=now)}"
    member = people.member_at(session, who)
    if member is not None and member.state != registration.WAITING:
        return member.id, f"/sign-in/{beginning.sign_in_token(session, member.id, now=now)}"
    token = registration.renew(session, who, now=now)
    if token is None:
        raise Refused("not-found", what="member", name=who)
    return None, f"/join-us/{token}"
