"""The first start: the instance's own actor, the groups of the starter file, the first admin.

Every step looks first and does only what is missing, so the second start changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import people, starter
from actors.people import SIGN_IN, Actor, Member, SignInSession, Vault
from actors.refusals import Refused
from actors.site import choices
from fediverse.hosts import authority_of, origin_of

LINK_VALID_FOR = timedelta(days=2)
FIRST_CHOICES = "/setup"
"""Where the first admin goes on, as long as nobody has made the first choices."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a start did.

    Attributes:
        founded: usernames of the groups that were founded now.
        token: a fresh one-time sign-in token of the first admin, as long as no admin ever signed in.
    """

    founded: tuple[str, ...]
    token: str | None


def begin(
    session: Session,
    vault: Vault,
    *,
    origin: str,
    description: Mapping[str, Any],
    admin_email: str | None,
    language: str,
    now: datetime,
) -> Begun:
    """Found what is not there yet.

    Raises:
        Refused: "other-origin" (`known`, `asked`): the database belongs to another address, and ids never change.
    """
    instance = session.scalar(select(Actor).where(Actor.local, Actor.kind == "instance"))
    founded: tuple[str, ...] = ()
    if instance is None:
        name = str(description.get("name") or authority_of(origin))
        people.ensure_instance(session, vault, origin=origin, name=name)
        founded = tuple(starter.found(session, vault, description, origin=origin, now=now))
    elif (known := origin_of(instance.iri)) != origin:
        raise Refused("other-origin", known=known, asked=origin)
    return Begun(founded, _token(session, admin_email, language, now))


def _token(session: Session, email: str | None, language: str, now: datetime) -> str | None:
    admin = session.scalar(
        select(Member).where(Member.role == "admin", Member.deleted_at.is_(None)).order_by(Member.id).limit(1)
    )
    if admin is None:
        admin = people.create_member(session, name="Admin", email=email, language=language, role="admin")
    elif session.scalar(select(SignInSession.created_at).where(SignInSession.member_id == admin.id).limit(1)):
        return None
    # A fresh link at each start until it is used, so that a lost terminal is no disaster.
    leads_to = "" if choices(session).wizard_done else FIRST_CHOICES
    return sign_in_token(session, admin.id, now=now, next_path=leads_to)


def sign_in_token(session: Session, member_id: int, *, now: datetime, next_path: str = "") -> str:
    """A one-time token that signs the member in, handed over by an operator; valid for two days.

    Args:
        next_path: where the reader goes on.

    Raises:
        Refused: "not-found" (`what`, `name`).
    """
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None:
        raise Refused("not-found", what="member", name=str(member_id))
    facts = {"next": next_path} if next_path else {}
    return people.issue_token(session, member.id, SIGN_IN, now=now, valid_for=LINK_VALID_FOR, facts=facts)
