"""Founding a group: who may, and the order that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from actors import groups
from actors.groups import GroupDraft, Question
from actors.people import Actor, Member, NewKeys, Vault
from actors.refusals import Refused
from actors.site import choices
from actors.views import ActorLine

KINDS = ("project", "theme", "sector")


@dataclass(frozen=True, slots=True)
class Founding:
    """What a member may found here: `kinds` may be none; `rule` says who may (members, moderators or admins)."""

    kinds: tuple[str, ...]
    rule: str
    groups: tuple[ActorLine, ...]
    """Those to which a new one may belong."""


def founding_for(session: Session, member_id: int, *, language: str) -> Founding:
    """What this member may found."""
    member, rule = session.get(Member, member_id), choices(session).founding_projects
    role = member.role if member is not None else ""
    return Founding(
        kinds=tuple(kind for kind in KINDS if groups.may_found(role, kind, rule)),
        rule=rule,
        groups=tuple(groups.sector_groups(session, language=language)),
    )


def found(
    session: Session,
    vault: Vault,
    draft: GroupDraft,
    *,
    origin: str,
    member_id: int | None = None,
    keys: NewKeys | None = None,
    now: datetime,
) -> Actor:
    """Found a sector group or a project. Nobody follows it yet, so nothing is said.

    Raises:
        Refused: as `actors.groups.found`.
    """
    return groups.found(session, vault, draft, origin=origin, member_id=member_id, keys=keys, now=now)


def found_by(
    session: Session,
    vault: Vault,
    draft: GroupDraft,
    *,
    origin: str,
    member_id: int,
    questions: Sequence[Question] = (),
    keys: NewKeys | None = None,
    now: datetime,
) -> Actor:
    """A member founds a group on our pages, as the instance's rule lets them, and organises it.

    Raises:
        Refused: "founding-not-allowed", "not-a-member", and as `actors.groups.found` and `set_questions`.
    """
    member = session.get(Member, member_id)
    if member is None or member.suspended_at is not None or member.deleted_at is not None:
        raise Refused("not-a-member")
    if not groups.may_found(member.role, draft.kind, choices(session).founding_projects):
        raise Refused("founding-not-allowed", kind=draft.kind)
    group = found(session, vault, draft, origin=origin, member_id=member_id, keys=keys, now=now)
    groups.set_questions(session, group.id, questions)
    return group
