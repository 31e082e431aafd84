"""The directory of members, for members: who agreed to be found, by what the reader may see of them.

What a member hides from the reader does not find them either: words are compared with rows of `Findable`, which exist
for visible fields of members who agreed, and a row that only shared groups may see counts only for those.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from actors.people.profile.editing import fold
from actors.people.profile.fields import sharing, viewer_of
from actors.people.profile.showing import as_seen
from actors.people.profile.tables import Findable
from actors.people.tables import Member
from actors.regions import within
from actors.statements import Prepared, sole_table
from actors.views.profiles import Directory

TOGETHER = 24
"""Members on one page."""
WORDS, WORD_CHARS = 6, 60
ESCAPE = "/"
"""What stands before a sign of `LIKE` that is meant as it is."""
Columns: TypeAlias = Any
"""The columns of one alias of a table."""
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
    listed = fold(words[: WORDS * WORD_CHARS]).split()[:WORDS]
    values: dict[str, Any] = {"reader": reader_id}
    values |= {f"word{n}": f"%{_escaped(word)}%" for n, word in enumerate(listed)}
    if region:
        values["regions"] = within(region)
    if language:
        values["spoken"] = f"% {_escaped(language)} %"
    session.flush()
    shown, found, number = _page(session, _statement(len(listed), bool(region), bool(language)), values, max(number, 1))
    last = max(1, math.ceil(found / TOGETHER))
    members = {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(shown)))}
    viewer = viewer_of(session, reader_id, among=shown)
    lines = as_seen(session, viewer, [members[each] for each in shown])
    return Directory(tuple(lines), found, number, last)


def _page(session: Session, query: Prepared, values: Mapping[str, Any], number: int) -> tuple[list[int], int, int]:
    """One page of what the query finds, how many it finds, and the page's number: the last, if there are fewer."""
    rows = query.rows(session, {**values, "skipped": (number - 1) * TOGETHER})
    if not rows and number > 1:
        first = query.first(session, {**values, "skipped": 0})
        number = max(1, math.ceil(first[1] / TOGETHER)) if first else 1
        rows = query.rows(session, {**values, "skipped": (number - 1) * TOGETHER})
    return [row[0] for row in rows], rows[0][1] if rows else 0, number


def can_find(session: Session, reader_id: int, member_id: int) -> bool:
    """Whether the reader finds this member in the directory."""
    session.flush()
    return _CAN_FIND.first(session, {"reader": reader_id, "sought": member_id}) is not None


# Statements are made once for each form of the question: making one takes as long as looking through 5,000 members.


@cache
def _statement(words: int, region: bool, language: bool) -> Prepared:
    """A page of the members whom `:reader` finds, `:skipped` left out, each with how many there are in all."""
    query, member = _found_by_reader()
    for n in range(words):
        query = query.where(_has(member, WORDED, _like(f"word{n}")))
    if region:
        codes = bindparam("regions", expanding=True, type_=Text)
        query = query.where(_has(member, ("region",), lambda row: row.text.in_(codes)))
    if language:
        query = query.where(_has(member, ("speaks",), _like("spoken")))
    skipped = bindparam("skipped", type_=Integer)
    return Prepared(query.add_columns(func.count().over()).limit(literal_column(str(TOGETHER))).offset(skipped))


def _found_by_reader() -> tuple[Select[Any], FromClause]:
    """The members whom `:reader` finds, by name; and the table that their ids stand in."""
    member, name = sole_table(Member).alias(), sole_table(Findable).alias()
    named = and_(name.c.member_id == member.c.id, name.c.field == literal_column("'name'"))  # as its index has it
    query = (
        select(member.c.id)
        .select_from(member.join(name, named))
        .where(
            _visible(name.c),
            member.c.discoverable,
            member.c.state == literal_column("'active'"),
            member.c.suspended_at.is_(None),
            member.c.deleted_at.is_(None),
            member.c.leaving_at.is_(None),
        )
        .order_by(name.c.text, member.c.id)
    )
    return query, member


def _has(
    member: FromClause, fields: tuple[str, ...], matches: Callable[[Columns], ColumnElement[bool]]
) -> ColumnElement[bool]:
    # Not «exists»: asked for each of thousands of members, that takes several times as long as one look at all rows.
    row = sole_table(Findable).alias().c
    named = row.field.in_([literal_column(f"'{field}'") for field in fields])
    return member.c.id.in_(select(row.member_id).where(named, matches(row), _visible(row)))


def _like(name: str) -> Callable[[Columns], ColumnElement[bool]]:
    pattern = bindparam(name, type_=Text)
    return lambda row: row.text.like(pattern, escape=ESCAPE)


def _visible(row: Columns) -> ColumnElement[bool]:
    shared = and_(row.level == literal_column("'groups'"), row.member_id.in_(sharing()))
    to_many = row.level.in_([literal_column("'all'"), literal_column("'members'")])
    return or_(to_many, row.member_id == bindparam("reader", type_=Integer), shared)


def _escaped(words: str) -> str:
    """`words` as they stand in a pattern of LIKE."""
    return words.replace(ESCAPE, ESCAPE * 2).replace("%", f"{ESCAPE}%").replace("_", f"{ESCAPE}_")


def _can_find() -> Prepared:
    query, member = _found_by_reader()
    return Prepared(query.where(member.c.id == bindparam("sought", type_=Integer)))


_CAN_FIND = _can_find()
