"""The directory of members, for members: who agreed to be found, by what the reader may see of them.

What a member hides from the reader does not find them either: words are compared with rows of `Findable`, which exist
for visible fields of members who agreed, and a row that only shared groups may see counts only for those.
"""

from __future__ import annotations

import math

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from actors.people.profile.editing import fold
from actors.people.profile.fields import sharing, viewer_of
from actors.people.profile.showing import as_seen
from actors.people.profile.tables import Findable
from actors.people.tables import Member
from actors.regions import within
from actors.views.profiles import Directory

TOGETHER = 24
"""Members on one page."""
WORDS, WORD_CHARS = 6, 60
WORDED = ("name", "trades", "about", "seeking")


def directory(
    session: Session,
    reader_id: int,
    *,
    words: str = "",
    region: str = "",
    language: str = "",
    number: int = 1,
) -> Directory:
    """The members whom the reader can find, by name.

    Args:
        words: each must stand in a name, a trade, a text or what somebody looks for; capitals and accents don't matter.
        region: an ISO 3166 code; what lies in it counts too.
        language: a language code.
        number: of the page, from 1.
    """
    query = _found_by(reader_id)
    for word in fold(words[: WORDS * WORD_CHARS]).split()[:WORDS]:
        query = query.where(_has(reader_id, WORDED, lambda row, word=word: row.text.contains(word, autoescape=True)))
    if region:
        query = query.where(_has(reader_id, ("region",), lambda row: row.text.in_(within(region))))
    if language:
        spoken = f" {language} "
        query = query.where(_has(reader_id, ("speaks",), lambda row: row.text.contains(spoken, autoescape=True)))
    ids = list(session.scalars(query))
    last = max(1, math.ceil(len(ids) / TOGETHER))
    number = min(max(number, 1), last)
    shown = ids[(number - 1) * TOGETHER : number * TOGETHER]
    members = {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(shown)))}
    viewer = viewer_of(session, reader_id, among=shown)
    lines = as_seen(session, viewer, [members[each] for each in shown])
    return Directory(tuple(lines), len(ids), number, last)


def can_find(session: Session, reader_id: int, member_id: int) -> bool:
    """Whether the reader finds this member in the directory."""
    return session.scalar(_found_by(reader_id).where(Member.id == member_id)) is not None


def _found_by(reader_id: int) -> Select[int]:
    name = aliased(Findable)
    return (
        select(Member.id)
        .join(name, and_(name.member_id == Member.id, name.field == "name"))
        .where(
            _visible(name, reader_id),
            Member.discoverable,
            Member.state == "active",
            Member.suspended_at.is_(None),
            Member.deleted_at.is_(None),
            Member.leaving_at.is_(None),
        )
        .order_by(name.text, Member.id)
    )


def _has(reader_id: int, fields: tuple[str, ...], matches: object) -> ColumnElement[bool]:
    row = aliased(Findable)
    return exists().where(
        row.member_id == Member.id,
        row.field.in_(fields),
        matches(row),  # type: ignore[operator]
        _visible(row, reader_id),
    )


def _visible(row: type[Findable], reader_id: int) -> ColumnElement[bool]:
    shared = and_(row.level == "groups", row.member_id.in_(sharing(reader_id)))
    return or_(row.level.in_(("all", "members")), row.member_id == reader_id, shared)
