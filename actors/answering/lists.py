"""The thread of one item, as this reader may see it, and what the reader answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import threads
from actors.answering.saying import check_open, is_by
from actors.answering.tables import ACCEPTED, WITHDRAWN, Answer
from actors.answering.talks import is_answerer
from actors.groups import Person
from actors.lists import authority_of, authors, blocked_among
from actors.offers import Offer, may_change
from actors.people import Actor, Member, actor_line
from actors.refusals import Refused
from actors.threads import Post
from actors.views.answers import AnsweredLine, AnswerLine, Thread
from actors.views.threads import PostPage
from actors.writing import render

MOST = 200


def answers_to(session: Session, offer: Offer, viewer: Person | None) -> Thread:
    """Everything that was said about `offer`, oldest first; `viewer` None: nobody is signed in."""
    rows = list(session.scalars(select(Answer).where(Answer.offer_id == offer.id).order_by(Answer.id).limit(MOST)))
    posts = _posts(session, [row.post_id for row in rows if row.post_id is not None])
    settles = viewer is not None and may_change(session, offer, viewer)
    people = _people(session, rows)
    lines = []
    for row in rows:
        mine = viewer is not None and is_answerer(row, viewer)
        post = posts.get(row.post_id) if row.post_id is not None else None
        if not (settles or mine or _is_public(row, post)) or row.state == WITHDRAWN:
            continue
        actor = people.actors.get(row.actor_id or 0)
        if row.member_id is None and actor is not None and actor.host in people.blocked:
            continue
        lines.append(_line(row, post, people, mine=mine, knows=settles or mine))
    answered = {post.iri for post in posts.values()}
    below = _below(session, offer.iri, [post.iri for post in posts.values() if post.public], answered)
    entries: list[AnswerLine | PostPage] = [*lines, *below]
    entries.sort(key=_when)
    refusal = None
    if viewer is not None:
        try:
            check_open(session, offer, viewer)
        except Refused as no:
            refusal = no.code
    return Thread(
        entries=tuple(entries),
        may_settle=settles,
        may_answer=viewer is not None and refusal is None,
        refusal=refusal,
        closed=offer.answers_closed,
        talks=sum(row.state == ACCEPTED for row in rows),
        done_by=_done_by(rows, posts, people),
    )


def mine(session: Session, viewer: Person) -> list[AnsweredLine]:
    """What `viewer` answered and did not take back, newest first."""
    if not viewer.member_id and not viewer.actor_id:
        return []
    query = (
        select(Answer, Offer)
        .join(Offer, Offer.id == Answer.offer_id)
        .where(is_by(viewer), Answer.state != WITHDRAWN, Offer.deleted_at.is_(None))
        .order_by(Answer.id.desc())
        .limit(MOST)
    )
    found = [(row, offer) for row, offer in session.execute(query)]
    people = _people(session, [row for row, _ in found])
    posts = _posts(session, [row.post_id for row, _ in found if row.post_id is not None])
    return [
        AnsweredLine(
            offer.iri,
            offer.title,
            "need" if offer.purpose == "request" else "offer",
            _line(row, posts.get(row.post_id or 0), people, mine=True, knows=True),
        )
        for row, offer in found
    ]


class _People:
    """Those who answered, loaded at once."""

    def __init__(self, actors: dict[int, Actor], members: dict[int, Member], blocked: set[str]) -> None:
        self.actors, self.members, self.blocked = actors, members, blocked


def _people(session: Session, rows: Collection[Answer]) -> _People:
    members = {row.member_id for row in rows if row.member_id is not None}
    found = session.scalars(select(Member).where(Member.id.in_(members))) if members else ()
    actors = authors(session, {row.actor_id for row in rows if row.actor_id is not None})
    blocked = blocked_among(session, {actor.host for actor in actors.values() if not actor.local})
    return _People(actors, {member.id: member for member in found}, blocked)


def _posts(session: Session, ids: Collection[int]) -> dict[int, Post]:
    rows = session.scalars(select(Post).where(Post.id.in_(ids))) if ids else ()
    return {post.id: post for post in rows}


def _is_public(row: Answer, post: Post | None) -> bool:
    if row.private:
        return False
    return post is None or (post.public and post.deleted_at is None and post.state in ("shown", "kept"))


def _line(row: Answer, post: Post | None, people: _People, *, mine: bool, knows: bool) -> AnswerLine:
    actor = people.actors.get(row.actor_id or 0)
    member = people.members.get(row.member_id or 0)
    name = member.name if member is not None else (actor.name or actor.username) if actor is not None else ""
    return AnswerLine(
        id=row.id,
        name=name,
        kind=row.kind,
        text_html=post.content if post is not None else render(row.text).html if row.text else "",
        language=row.language,
        private=row.private,
        said_at=row.created_at,
        actor=actor_line(actor) if actor is not None else None,
        host=authority_of(actor) if actor is not None else None,
        state=row.state if knows else None,
        words=row.words if knows else "",
        url=post.url or post.iri if post is not None and not row.private else None,
        is_mine=mine,
        filled=row.filled and knows,
        asks_to_tell=mine and row.filled and row.author_tells and row.answerer_tells is None,
    )


def _done_by(rows: Collection[Answer], posts: dict[int, Post], people: _People) -> AnswerLine | None:
    for row in rows:
        if row.filled and row.author_tells and row.answerer_tells:
            return _line(row, posts.get(row.post_id or 0), people, mine=False, knows=False)
    return None


def _below(session: Session, iri: str, answers: list[str], answered: set[str]) -> list[PostPage]:
    """What was said below the answers (and answers from before they were kept as such)."""
    found = {post.iri: post for each in (iri, *answers) for post in threads.replies(session, each)}
    return [post for post_iri, post in found.items() if post_iri not in answered]


def _when(entry: AnswerLine | PostPage) -> datetime:
    return entry.said_at if isinstance(entry, AnswerLine) else entry.published_at
