"""The directory of members, for members: who agreed to be found, by what the reader may see of them.

What a member hides from the reader does not find them either: words are compared with rows of `Findable`, which exist
for visible fields of members who agreed, and a row that only shared groups may see counts only for those.
"""

from __future__ import annotations

import math

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
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
    shown, found, number = _page(session, query, max(number, 1))
    last = max(1, math.ceil(found / TOGETHER))
    members = {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(shown)))}
    viewer = viewer_of(session, reader_id, among=shown)
    lines = as_seen(session, viewer, [members[each] for each in shown])
    return Directory(tuple(lines), found, number, last)


def _page(session: Session, query: Select[int], number: int) -> tuple[list[int], int, int]:
    """One page of what the query finds, how many it finds, and the page's number: the last, if there are fewer."""
    counted = query.add_columns(func.count().over()).limit(TOGETHER)
    rows = session.execute(counted.offset((number - 1) * TOGETHER)).all()
    if not rows and number > 1:
        found = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        number = max(1, math.ceil(found / TOGETHER))
        rows = session.execute(counted.offset((number - 1) * TOGETHER)).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0, number


def can_find(session: Session, reader_id: int, member_id: int) -> bool:
    """Whether the reader finds this member in the directory."""
    return session.scalar(_found_by(reader_id).where(Member.id == member_id)) is not None


def _found_by(reader_id: int) -> Select[int]:
    name = aliased(Findable)
    return (
        select(Member.id)
        .join(name, and_(name.member_id == Member.id, name.field == literal_column("'name'")))  # as its index has it
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
    # Not «exists»: asked for each of thousands of members, that takes several times as long as one look at all rows.
    row = aliased(Findable)
    return Member.id.in_(
        select(row.member_id).where(
            row.field.in_(fields),
            matches(row),  # type: ignore[operator]
            _visible(row, reader_id),
        )
    )


def _visible(row: type[Findable], reader_id: int) -> ColumnElement[bool]:
    shared = and_(row.level == "groups", row.member_id.in_(sharing(reader_id)))
    return or_(row.level.in_(("all", "members")), row.member_id == reader_id, shared)
