"""The fields of a profile, and who may see each: one rule for every list and every page.

Nothing is visible to all unless the member says so; a word that we do not know hides the field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Integer, Select, bindparam, or_, select, union
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.people.tables import Member
from actors.statements import Prepared, sole_table

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
    if not among:
        return Viewer(member_id)
    session.flush()
    circle = _CIRCLE.rows(session, {"reader": member_id, "among": sorted(among)})
    return Viewer(member_id, frozenset(row[0] for row in circle))


def sharing() -> Select[int]:
    """The ids of the members who take part in a group in which the member `:reader` takes part.

    To be built into a statement that is made once: making this one takes longer than running it.
    """
    member, mine, theirs = sole_table(Member).alias(), sole_table(Membership).alias(), sole_table(Membership).alias()
    reader = bindparam("reader", type_=Integer)
    own_actor = select(member.c.actor_id).where(member.c.id == reader, member.c.actor_id.is_not(None))
    groups = select(mine.c.group_id).where(
        or_(mine.c.member_id == reader, mine.c.actor_id == own_actor.scalar_subquery()), mine.c.state == "active"
    )
    there = (theirs.c.state == "active", theirs.c.group_id.in_(groups))
    by_id = select(theirs.c.member_id).where(theirs.c.member_id.is_not(None), *there)
    member = sole_table(Member).alias()
    joined = member.join(theirs, theirs.c.actor_id == member.c.actor_id)
    by_actor = select(member.c.id).select_from(joined).where(*there)
    everybody = union(by_id, by_actor).subquery()
    return select(everybody.c[0])


_MEMBERS = sole_table(Member).c
_AMONG = bindparam("among", expanding=True, type_=Integer)
_CIRCLE = Prepared(select(_MEMBERS.id).where(_MEMBERS.id.in_(_AMONG), _MEMBERS.id.in_(sharing())))
