"""How many public answers a thing has. Any door may ask, so this knows the table of posts by name only."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

LISTED_POST = "post.deleted_at IS NULL AND post.public AND post.state = 'shown'"
"""Everybody may see it (unless its host is blocked, which no index knows)."""
ANSWERS = f"{LISTED_POST} AND post.in_reply_to_iri IS NOT NULL"

_COUNTS = text(
    f"SELECT post.in_reply_to_iri, count(*) FROM post WHERE {ANSWERS}"  # noqa: S608 (a constant)
    " AND post.in_reply_to_iri IN :iris GROUP BY post.in_reply_to_iri"
).bindparams(bindparam("iris", expanding=True))


def public_answers(session: Session, iris: Collection[str]) -> dict[str, int]:
    """The number of public answers to each of these IRIs; those without are missing."""
    if not iris:
        return {}
    return {row[0]: row[1] for row in session.execute(_COUNTS, {"iris": list(iris)})}
