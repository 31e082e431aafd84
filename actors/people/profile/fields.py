"""The fields of a profile, and who may see each: one rule for every list and every page.

Nothing is visible to all unless the member says so; a word that we do not know hides the field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, or_, select, union
from sqlalchemy.orm import Session, aliased

from actors.bonds.tables import Membership
from actors.people.tables import Member

ALL, MEMBERS, GROUPS, NOBODY = LEVELS = ("all", "members", "groups", "nobody")
"""From open to closed: everybody on the web, members of this instance, those who share a group, the member alone."""
FIELDS = ("name", "picture", "about", "trades", "region", "speaks", "seeking", "links")
DEFAULTS: Mapping[str, str] = dict.fromkeys(FIELDS, MEMBERS) | {"links": GROUPS}
NAMELESS = ""
"""What stands for a name that the reader may not see; pages say «a member»."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks.

    Attributes:
        member_id: None for somebody who is not a member here.
        circle: the members who share a group with them, as far as was asked.
    """

    member_id: int | None = None
    circle: frozenset[int] = frozenset()


EVERYBODY = Viewer()


def level_of(shown: Mapping[str, str], field: str) -> str:
    """Who may see `field` by the choices in `shown`; a field without a choice has its default."""
    level = shown.get(field, DEFAULTS.get(field, NOBODY))
    return level if level in LEVELS else NOBODY


def may_see(viewer: Viewer, owner: Member, field: str) -> bool:
    """Whether `viewer` may see `field` of `owner`; of whoever is gone or suspended nobody sees anything."""
    if owner.deleted_at is not None or owner.suspended_at is not None:
        return False
    if viewer.member_id == owner.id:
        return True
    match level_of(owner.shown, field):
        case "all":
            return True
        case "members":
            return viewer.member_id is not None
        case "groups":
            return viewer.member_id is not None and owner.id in viewer.circle
        case _:
            return False


def viewer_of(session: Session, member_id: int | None, *, among: Collection[int]) -> Viewer:
    """The reader with this id (None: a passer-by), and which of the members `among` share a group with them."""
    if member_id is None:
        return EVERYBODY
    circle = session.scalars(select(Member.id).where(Member.id.in_(among), Member.id.in_(sharing(member_id))))
    return Viewer(member_id, frozenset(circle))


def sharing(member_id: int) -> Select[int]:
    """The ids of the members who take part in a group in which `member_id` takes part."""
    mine, theirs = aliased(Membership), aliased(Membership)
    own_actor = select(Member.actor_id).where(Member.id == member_id, Member.actor_id.is_not(None)).scalar_subquery()
    groups = select(mine.group_id).where(
        or_(mine.member_id == member_id, mine.actor_id == own_actor), mine.state == "active"
    )
    there = (theirs.state == "active", theirs.group_id.in_(groups))
    by_id = select(theirs.member_id).where(theirs.member_id.is_not(None), *there)
    by_actor = select(Member.id).join(theirs, theirs.actor_id == Member.actor_id).where(*there)
    everybody = union(by_id, by_actor).subquery()
    return select(everybody.c[0])
