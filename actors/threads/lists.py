"""What a reader may see of posts, as views: what is for everybody, and what a private group says to its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from actors.answers import ANSWERS, LISTED_POST, public_answers
from actors.lists import authority_of, authors, blocked_among, in_sight, is_in_sight, is_inside, living, private_group
from actors.people import Actor, actor_line
from actors.tags import Tagged, fold
from actors.threads.tables import INSIDE, OWN, TOP, Post, Share
from actors.views import PostPage, Viewer

LEVELS = 6
"""How deep answers to answers are followed in one list."""


def latest(
    session: Session, *, group_iri: str, language: str, limit: int = 5, viewer: Viewer | None = None
) -> list[PostPage]:
    """What the group itself posted and what it shares, newest first; no replies.

    Of a private group those who take part in it are shown what it says to them.
    """
    group = session.scalar(select(Actor).where(Actor.iri == group_iri))
    if group is None or not is_in_sight(session, group):
        return []
    said = INSIDE if private_group(session, group_iri, viewer) is not None else TOP
    own = select(Post).where(Post.author_id == group.id, text(said)).order_by(Post.published_at.desc()).limit(limit)
    found: dict[int, tuple[datetime, Post, Actor | None]] = {
        post.id: (post.published_at, post, None) for post in session.scalars(own)
    }
    shared = (
        select(Post, Actor.host, Share.created_at)
        .select_from(Share)
        .join(Post, and_(Post.iri == Share.object_iri, text(TOP)))
        .join(Actor, Actor.id == Post.author_id)
        .where(living(), Share.actor_id == group.id)
        .order_by(Share.created_at.desc())
        .limit(limit * 2)
    )
    rows = session.execute(shared).all()
    blocked = blocked_among(session, {host for _, host, _ in rows})
    for post, host, shared_at in rows:
        if host not in blocked:
            found.setdefault(post.id, (shared_at, post, group))
    newest = sorted(found.values(), key=lambda one: (one[0], one[1].id), reverse=True)[:limit]
    shares = {post.id: (group, at) for at, post, sharer in newest if sharer is not None}
    return _pages(session, [post for _, post, _ in newest], language, shares)


def page(session: Session, iri: str, *, language: str, viewer: Viewer | None = None) -> PostPage | None:
    """One post; None when there is nothing to show this reader."""
    post = session.scalar(select(Post).where(Post.iri == iri, Post.deleted_at.is_(None), Post.state == "shown"))
    if post is None or not (post.public or _is_for(session, post, viewer)):
        return None
    author = session.get_one(Actor, post.author_id)
    return _pages(session, [post], language)[0] if is_in_sight(session, author) else None


def _is_for(session: Session, post: Post, viewer: Viewer | None) -> bool:
    """What a private group of ours says is for those who take part; what others write to it is for it alone."""
    return post.local and post.group_id == post.author_id and is_inside(session, post.author_id, viewer)


def pages(session: Session, *, group_iri: str | None = None, language: str, limit: int = 20) -> list[PostPage]:
    """Our own groups' own notes, newest change first (for the feeds)."""
    rows = select(Post).where(text(OWN))
    if group_iri is not None:
        rows = rows.where(Post.author_id == select(Actor.id).where(Actor.iri == group_iri).scalar_subquery())
    rows = rows.order_by(Post.updated_at.desc(), Post.id.desc()).limit(limit)
    return _pages(session, list(session.scalars(rows)), language)


def tagged(session: Session, tag: str, *, language: str, limit: int = 20) -> list[PostPage]:
    """Posts that carry `tag`, newest first."""
    rows = (
        select(Post.id, Actor.host)
        .join(Tagged, and_(Tagged.kind == "post", Tagged.item_id == Post.id))
        .join(Actor, Actor.id == Post.author_id)
        .where(living(), Tagged.tag == fold(tag), text(LISTED_POST))
        .order_by(Tagged.at.desc(), Tagged.item_id.desc())
    )
    ids = in_sight(session, rows, limit)
    found = {post.id: post for post in session.scalars(select(Post).where(Post.id.in_(ids)))} if ids else {}
    return _pages(session, [found[each] for each in ids if each in found], language)


def reply_iris(session: Session, iri: str, *, limit: int) -> list[str]:
    """The ids of the public answers to `iri` that are shown, oldest first: the thread's collection."""
    query = (
        select(Post.iri)
        .where(Post.in_reply_to_iri == iri, Post.public, Post.state != "hidden", Post.deleted_at.is_(None))
        .order_by(Post.published_at, Post.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def replies(session: Session, iri: str, *, limit: int = 50) -> list[PostPage]:
    """Public answers to the thing with this IRI, oldest first, flat: answers to answers too, `LEVELS` deep."""
    found: dict[str, Post] = {}
    above: list[str] = [iri]
    for _ in range(LEVELS):
        below = [post for post in _answers(session, above, limit) if post.iri not in found]
        found |= {post.iri: post for post in below}
        above = [post.iri for post in below]
        if not above or len(found) >= limit:
            break
    oldest = sorted(found.values(), key=lambda post: (post.published_at, post.id))[:limit]
    return _pages(session, oldest, "")


def _answers(session: Session, iris: list[str], limit: int) -> list[Post]:
    rows = (
        select(Post, Actor.host)
        .join(Actor, Actor.id == Post.author_id)
        .where(living(), text(ANSWERS), Post.in_reply_to_iri.in_(iris))
        .order_by(Post.published_at, Post.id)
        .limit(limit)
    )
    answers = session.execute(rows).all()
    blocked = blocked_among(session, {host for _, host in answers})
    return [post for post, host in answers if host not in blocked]


def _pages(
    session: Session,
    posts: Iterable[Post],
    language: str,
    shares: dict[int, tuple[Actor, datetime]] | None = None,
) -> list[PostPage]:
    posts = list(posts)
    people = authors(session, {post.author_id for post in posts})
    answers = public_answers(session, [post.iri for post in posts])
    return [_page(post, people[post.author_id], answers.get(post.iri, 0), language, shares or {}) for post in posts]


def _page(
    post: Post, author: Actor, answers: int, language: str, shares: dict[int, tuple[Actor, datetime]]
) -> PostPage:
    sharer, shared_at = shares.get(post.id, (None, None))
    version = post.content_map.get(language)
    return PostPage(
        iri=post.iri,
        author=actor_line(author, language),
        text_html=version or post.content,
        language=language if version else post.language,
        published_at=post.published_at,
        updated_at=post.updated_at,
        url=post.url or post.iri,
        title=post.title,
        host=authority_of(author),
        warning=post.warning,
        in_reply_to=post.in_reply_to_iri,
        shared_by=actor_line(sharer, language) if sharer else None,
        shared_at=shared_at,
        options=tuple(option["name"] for option in post.options or ()),
        replies=answers,
        tags=tuple(post.tags),
    )
