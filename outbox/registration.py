"""Registration as orders: what is mailed to whoever wants in, and told to those who decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actors import beginning, groups, moderation, people
from actors.people import SIGN_IN, Actor, identities, registration
from actors.people.registration import JoinDraft, WaitingLine, counting
from actors.refusals import Refused
from outbox import mail, notices
from outbox.groups import take_in
from outbox.sign_in import send_link_to

FIRST_LINK_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of a confirmed registration.

    Attributes:
        secret: of a session, or None for who waits for a decision.
        path: of the group that they came into with it.
    """

    secret: str | None
    path: str | None = None


def ask(
    session: Session,
    draft: JoinDraft,
    *,
    into: str = "",
    proven: str = "",
    vault: people.Vault,
    origin: str,
    network: str,
    now: datetime,
) -> str | None:
    """Mail a link that confirms the address; who is a member already gets one that signs in, and nobody is told.

    Where it is known already that the address is theirs, and nobody here has it, nothing is mailed: the token of the
    link comes back instead.

    Args:
        into: the token of an invitation into a group, by which they come.
        proven: the address that the issuer of the instance has verified, if they came from there.

    Raises:
        Refused: as `registration.ask`, "invitation-spent" and "too-many-forms".
    """
    going = ""
    if into:
        invited = groups.invitation_with(session, token=into, now=now)
        if invited is None:
            raise Refused("invitation-spent")
        draft = replace(draft, group_invitation_id=invited.id, vouched=groups.vouches(session, invited))
        going = f"/g/{session.get_one(Actor, invited.group_id).username}/invited/{into}"
    if not counting.may_send_form(session, network, now=now):
        raise Refused("too-many-forms")
    token = registration.ask(session, draft, now=now)
    allowed = counting.may_send_link(session, people.bare_address(draft.email) or "", now=now)
    member = people.member_at(session, draft.email)
    if member is None and proven and people.bare_address(proven) == people.bare_address(draft.email):
        return token
    is_new = member is None or member.state == registration.WAITING
    send_link_to(
        session,
        draft.email,
        None if is_new else member,
        vault=vault,
        origin=origin,
        next_path=going,
        allowed=allowed,
        now=now,
    )
    with session.begin_nested() as attempt:
        mail.queue(
            session,
            to=people.bare_address(draft.email) or "",
            kind="confirm-address",
            facts=mail.sealed(vault, f"{origin}/join-us/{token}", registration.CONFIRM_WITHIN),
            language=draft.language,
            now=now,
        )
        if not is_new or not allowed:
            attempt.rollback()
    return None


def confirm(
    session: Session, token: str, *, arrived: str = "", device: str, network: str | None, now: datetime
) -> Confirmed:
    """The address is theirs: signed in at once, or waiting, and those who decide are told.

    Args:
        arrived: the secret of who came from the issuer of the instance, in the browser that confirms.

    Raises:
        Refused: as `registration.confirm`.
    """
    came_by = registration.group_invitation_of(session, token)
    invited = groups.invitation_with(session, invitation_id=came_by, now=now) if came_by is not None else None
    vouched = invited is not None and groups.vouches(session, invited)
    arrival = identities.arrival_of(session, arrived, now=now) if arrived else None
    member = registration.confirm(session, token, vouched=vouched, arrival=arrival, now=now)
    identities.end_arrival(session, arrived)
    has_place = invited is not None and groups.use(session, invited, now=now)
    if invited is not None and has_place:
        groups.reserve(session, invited.group_id, member.id, made_by_id=invited.made_by_id, now=now)
    if member.state != registration.WAITING:
        path = None
        if invited is not None and has_place:
            group = session.get_one(Actor, invited.group_id)
            take_in(session, group, member.id, now=now)
            path = f"/g/{group.username}"
        secret = people.open_session_for(session, member_id=member.id, device=device, network=network, now=now)
        return Confirmed(secret, path)
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


def approve(
    session: Session, member_id: int, *, by: int | None, vault: people.Vault, origin: str, now: datetime
) -> None:
    """Let somebody in who waited, and mail them their first link.

    Raises:
        Refused: "already-decided".
    """
    member = registration.let_in(session, member_id)
    going = _take_places(session, member.id, now=now) or ""
    token = people.issue_token(
        session, member.id, SIGN_IN, now=now, valid_for=FIRST_LINK_LASTS, facts={"next": going} if going else {}
    )
    if member.email:
        mail.queue(
            session,
            to=member.email,
            kind="request-approved",
            facts=mail.sealed(vault, f"{origin}/sign-in/{token}", FIRST_LINK_LASTS),
            language=member.language,
            member_id=member.id,
            now=now,
        )
    moderation.act(session, "approve-registration", f"member {member.id}", member_id=by, now=now)


def waiting(session: Session, *, now: datetime) -> list[WaitingLine]:
    """Who waits for a decision, the longest first, with the groups into which they were invited."""
    lines = registration.waiting(session)
    return [
        replace(line, groups=tuple(group.name for group in groups.reserved_for(session, line.id, now=now)))
        for line in lines
    ]


def refuse(session: Session, member_id: int, *, by: int | None, reason: str, now: datetime) -> None:
    """Turn somebody away who waited, with a word; nothing of them is kept.

    Raises:
        Refused: "already-decided".
    """
    address, language = registration.turn_away(session, member_id)
    if address:
        mail.queue(session, to=address, kind="request-refused", facts={"reason": reason}, language=language, now=now)
    moderation.act(session, "refuse-registration", f"member {member_id}", member_id=by, reason=reason, now=now)


def _take_places(session: Session, member_id: int, *, now: datetime) -> str | None:
    """Who waited comes into the groups where a place was kept for them; the path of the first."""
    kept = groups.reserved_for(session, member_id, now=now)
    for group in kept:
        take_in(session, group, member_id, now=now)
    return f"/g/{kept[0].username}" if kept else None


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
