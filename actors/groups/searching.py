"""Finding groups of the instance by words, region, level and kind: they are few, so the list is looked through."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.groups.lists import lines, lines_of
from actors.groups.tables import Group
from actors.moderation.policy import visible
from actors.people.tables import Actor
from actors.regions import within
from actors.views import GroupLine


def matching(
    session: Session,
    *,
    words: str = "",
    region: str = "",
    level: str = "",
    kind: str = "",
    language: str,
    now: datetime | None = None,
) -> list[GroupLine]:
    """Of `lines`, those that have all the words in name, text, theme or handle, and lie in the region."""
    wanted = _folded(words).split()
    places = within(region) if region else ()
    return [
        line
        for line in lines(session, language=language, now=now)
        if all(word in _said(line) for word in wanted)
        and (not places or line.region in places)
        and (not level or line.level == level)
        and (not kind or line.actor.kind == kind)
    ]


def lines_by_id(session: Session, ids: Sequence[int], language: str, now: datetime) -> dict[int, GroupLine]:
    """The lines of the groups with these ids; what is gone is missing."""
    rows = session.execute(
        select(Actor, Group).outerjoin(Group, Group.actor_id == Actor.id).where(Actor.id.in_(ids), visible())
    ).all()
    lines = lines_of(session, [(row[0], row[1]) for row in rows], language, now)
    return {row[0].id: line for row, line in zip(rows, lines, strict=True)}


def _said(line: GroupLine) -> str:
    about = line.purpose.text if line.purpose else ""
    return _folded(" ".join((line.title.text, about, line.theme or "", line.actor.handle)))


def _folded(text: str) -> str:
    """As it is compared: lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
