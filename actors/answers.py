"""How many public answers a thing has, and how many are accepted. Any door may ask, so it knows tables by name only."""

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


_ELSE = text(
    "SELECT offer.iri, count(*) FROM answer JOIN offer ON offer.id = answer.offer_id"
    " LEFT JOIN post ON post.id = answer.post_id"
    " WHERE offer.iri IN :iris AND NOT answer.private AND answer.state <> 'withdrawn'"
    " AND (answer.post_id IS NULL OR (post.public AND post.state = 'kept' AND post.deleted_at IS NULL))"
    " GROUP BY offer.iri"
).bindparams(bindparam("iris", expanding=True))

_TALKS = text(
    "SELECT offer_id, count(*) FROM answer WHERE offer_id IN :ids AND state = 'accepted' GROUP BY offer_id"
).bindparams(bindparam("ids", expanding=True))


def public_answers(session: Session, iris: Collection[str]) -> dict[str, int]:
    """The number of public answers to each of these IRIs; those without are missing."""
    if not iris:
        return {}
    return {row[0]: row[1] for row in session.execute(_COUNTS, {"iris": list(iris)})}


def answers_of_items(session: Session, iris: Collection[str]) -> dict[str, int]:
    """As `public_answers`, for offers and needs: with those that were given on our pages, and strangers' replies."""
    if not iris:
        return {}
    counts = public_answers(session, iris)
    for iri, count in session.execute(_ELSE, {"iris": list(iris)}):
        counts[iri] = counts.get(iri, 0) + count
    return counts


def talks_about(session: Session, offer_ids: Collection[int]) -> dict[int, int]:
    """With how many who answered each of these offers and needs is talked; those without are missing."""
    if not offer_ids:
        return {}
    return {row[0]: row[1] for row in session.execute(_TALKS, {"ids": list(offer_ids)})}
