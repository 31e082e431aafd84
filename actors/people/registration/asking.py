"""Asking to join: the form, the link that confirms the address, and who decides.

Nobody is a member before the link to their address was opened, so that nobody is registered by somebody else.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from actors.people.identities.arrivals import Arrival, link_subject
from actors.people.registration.invitations import invitation, use_invitation
from actors.people.registration.tables import Agreement, Registration
from actors.people.sign_in import bare_address, create_member, digest_of, member_at
from actors.people.sign_in.account import NAME_CHARS
from actors.people.tables import Member
from actors.refusals import Refused
from actors.site import INVITATION, OPEN, REQUEST, Choices, choices

CONFIRM_WITHIN = timedelta(days=2)
ANSWER_CHARS = 2_000
WAITING, ACTIVE = "waiting", "active"


@dataclass(frozen=True, slots=True)
class JoinDraft:
    """What somebody filled in.

    Attributes:
        email: as typed, a usable one.
        answers: to the questions of the instance, in their order; not asked of who was invited.
        agrees: to the terms, where there are some.
        invitation: the token of one, or empty.
        group_invitation_id: of the invitation into a group by which they come; the caller has seen that it stands.
        vouched: whoever made that one may let people into the instance as well.
    """

    name: str
    email: str
    language: str
    answers: Sequence[str] = ()
    agrees: bool = False
    invitation: str = ""
    group_invitation_id: int | None = None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits for a decision."""

    id: int
    name: str
    email: str
    language: str
    answers: tuple[dict[str, str], ...]
    asked_at: datetime
    groups: tuple[str, ...] = ()
    """Into which they were invited."""


def ask(session: Session, draft: JoinDraft, *, now: datetime) -> str:
    """Keep what was filled in until the address is confirmed; the token of the link that does it.

    Raises:
        Refused: "invitation-needed", "invitation-over", "name-missing", "too-long" (`field`), "answer-missing"
            (`number`, from 0), "terms-not-agreed".
    """
    chosen = choices(session)
    invited = invitation(session, draft.invitation, now=now) if draft.invitation else None
    if draft.invitation and invited is None:
        raise Refused("invitation-over")
    if chosen.registration == INVITATION and invited is None and draft.group_invitation_id is None:
        raise Refused("invitation-needed")
    name = " ".join(draft.name.split())
    if not name:
        raise Refused("name-missing")
    if len(name) > NAME_CHARS:
        raise Refused("too-long", field="name", chars=len(name), limit=NAME_CHARS)
    asks = chosen.registration == REQUEST and invited is None and not draft.vouched
    answers = _answers(chosen, draft) if asks else []
    if chosen.terms and not draft.agrees:
        raise Refused("terms-not-agreed")
    token = secrets.token_urlsafe(32)
    session.add(
        Registration(
            digest=digest_of(token),
            email=bare_address(draft.email) or "",
            name=name,
            language=draft.language,
            answers=answers,
            invitation_id=invited.id if invited else None,
            group_invitation_id=draft.group_invitation_id,
            terms_version=chosen.terms_version if chosen.terms else 0,
            created_at=now,
            expires_at=now + CONFIRM_WITHIN,
        )
    )
    session.flush()
    return token


def renew(session: Session, address: str, *, now: datetime) -> str | None:
    """A fresh link for the youngest registration of this address that nobody confirmed; None without one."""
    row = session.scalar(
        select(Registration)
        .where(Registration.email == bare_address(address), Registration.used_at.is_(None))
        .order_by(Registration.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    token = secrets.token_urlsafe(32)
    row.digest, row.expires_at = digest_of(token), now + CONFIRM_WITHIN
    session.flush()
    return token


def peek_registration(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the link still confirms something; changes nothing."""
    row = session.scalar(select(Registration).where(Registration.digest == digest_of(token)))
    return row is not None and row.used_at is None and row.expires_at > now


def group_invitation_of(session: Session, token: str) -> int | None:
    """The id of the invitation into a group by which somebody came who was sent this link."""
    return session.scalar(select(Registration.group_invitation_id).where(Registration.digest == digest_of(token)))


def confirm(
    session: Session, token: str, *, vouched: bool = False, arrival: Arrival | None = None, now: datetime
) -> Member:
    """The address is theirs: a member from now on, active or waiting by the rule of the instance.

    Whoever came by an invitation into a group alone waits, unless the one who made it vouches for them (`vouched`).

    Who is a member already (they filled in the form twice) stays one, and who waits waits on with the new answers.

    Args:
        arrival: whom the issuer of the instance knows them as, in the browser that confirms; a new member signs in
            with that from now on.

    Raises:
        Refused: "sign-in-link-spent", "invitation-over", "invitation-needed" (the rule was changed meanwhile).
    """
    row = _spend(session, token, now)
    known = member_at(session, row.email)
    if known is not None:
        if known.suspended_at is not None:
            raise Refused("sign-in-link-spent")
        if known.state == WAITING:
            known.answers, known.asked_at, known.name = row.answers, now, row.name
        return known
    rule = choices(session).registration
    if row.invitation_id is not None:
        use_invitation(session, row.invitation_id, now=now)
    elif rule == INVITATION and row.group_invitation_id is None:
        raise Refused("invitation-needed")
    member = create_member(session, name=row.name, email=row.email, language=row.language)
    member.state = ACTIVE if rule == OPEN or row.invitation_id is not None or vouched else WAITING
    member.answers, member.asked_at = row.answers, now
    if row.terms_version:
        session.add(Agreement(member_id=member.id, version=row.terms_version, agreed_at=row.created_at))
    session.flush()
    if arrival is not None:
        with contextlib.suppress(Refused):  # somebody has it by now: then it is no way in of this member's
            link_subject(session, member.id, arrival, now=now)
    return member


def waiting(session: Session) -> list[WaitingLine]:
    """Who waits for a decision, the longest first."""
    rows = session.scalars(
        select(Member).where(Member.state == WAITING, Member.deleted_at.is_(None)).order_by(Member.asked_at, Member.id)
    )
    return [
        WaitingLine(row.id, row.name, row.email or "", row.language, tuple(row.answers), row.asked_at or row.created_at)
        for row in rows
    ]


def let_in(session: Session, member_id: int) -> Member:
    """Who waited is a member from now on.

    Raises:
        Refused: "already-decided".
    """
    member = _waits(session, member_id)
    member.state = ACTIVE
    session.flush()
    return member


def turn_away(session: Session, member_id: int) -> tuple[str, str]:
    """Nothing is kept of who waited; their address and language, to tell them.

    Raises:
        Refused: "already-decided".
    """
    member = _waits(session, member_id)
    told = (member.email or "", member.language)
    session.delete(member)
    session.flush()
    return told


def keepers(session: Session) -> list[int]:
    """Those who decide: the ids of admins and moderators."""
    query = select(Member.id).where(
        Member.role.in_(("admin", "moderator")),
        Member.state == ACTIVE,
        Member.deleted_at.is_(None),
        Member.suspended_at.is_(None),
    )
    return list(session.scalars(query.order_by(Member.id)))


def agreements(session: Session, member_id: int) -> list[tuple[int, datetime]]:
    """Which versions of the terms the member agreed to, and when (E9)."""
    rows = session.execute(
        select(Agreement.version, Agreement.agreed_at).where(Agreement.member_id == member_id).order_by(Agreement.id)
    )
    return [(row[0], row[1]) for row in rows]


def _spend(session: Session, token: str, now: datetime) -> Registration:
    spent = session.execute(
        update(Registration)
        .where(Registration.digest == digest_of(token), Registration.used_at.is_(None), Registration.expires_at > now)
        .values(used_at=now),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(spent, CursorResult) or spent.rowcount != 1:
        raise Refused("sign-in-link-spent")
    return session.scalars(select(Registration).where(Registration.digest == digest_of(token))).one()


def _waits(session: Session, member_id: int) -> Member:
    query = select(Member).where(Member.id == member_id, Member.state == WAITING, Member.deleted_at.is_(None))
    member = session.scalar(query.with_for_update())
    if member is None:
        raise Refused("already-decided")
    return member


def _answers(chosen: Choices, draft: JoinDraft) -> list[dict[str, str]]:
    """Each question as it was put to the reader, with their answer."""
    kept = []
    for number, question in enumerate(chosen.questions):
        answer = draft.answers[number].strip() if number < len(draft.answers) else ""
        if not answer:
            raise Refused("answer-missing", number=number)
        if len(answer) > ANSWER_CHARS:
            raise Refused("too-long", field=f"answer_{number}", chars=len(answer), limit=ANSWER_CHARS)
        words = question.get(draft.language) or next(iter(question.values()))
        kept.append({"question": words, "answer": answer})
    return kept
