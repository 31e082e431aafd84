"""Posts of other servers: who may write them, and what never gets in. The most walked path of the program.

A new post costs two statements, three with hashtags: one question about everything that could forbid it, and the
insert, both in Core. The row that comes back is in the session all the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from actors.arrivals import check_arrival, is_news, plausible
from actors.people import Actor, bury
from actors.refusals import Refused
from actors.statements import adopt
from actors.tags import retag
from actors.threads.drafts import RemotePost
from actors.threads.tables import Post
from actors.threads.together import put_off

STATES = ("shown", "waiting", "hidden", "kept")
_INSERT = insert(cast("Table", Post.__table__))


def keep_remote(
    session: Session, author: Actor, draft: RemotePost, *, group: Actor | None, state: str, now: datetime
) -> None:
    """`record_remote` for whoever has no use for the post itself; inside `together` it is written a little later."""
    _arrive(session, author, draft, group=group, state=state, now=now, later=state == "kept")


def record_remote(
    session: Session,
    author: Actor,
    draft: RemotePost,
    *,
    group: Actor | None,
    state: str,
    now: datetime,
    revised: bool = False,
) -> Post:
    """Keep `author`'s post; a known IRI is updated when `draft` is newer than what we hold.

    A copy that is not newer changes nothing. `revised` says that it came as an Update: then a document without
    `updated` counts as new. `group` and `state` (shown, waiting, hidden, kept) matter for a new one, and for one
    that was only `kept` until now, which this makes the group's.

    Raises:
        Refused: "ours", "not-the-author", "author-suspended", "host-blocked", "gone", "kind-changed".
    """
    arrived = _arrive(session, author, draft, group=group, state=state, now=now, revised=revised)
    return arrived if isinstance(arrived, Post) else adopt(session, Post, arrived)


def _arrive(
    session: Session,
    author: Actor,
    draft: RemotePost,
    *,
    group: Actor | None,
    state: str,
    now: datetime,
    revised: bool = False,
    later: bool = False,
) -> Post | dict[str, Any]:
    """See `record_remote`; of a new post, the row that was written, or without an id if it will be."""
    known = check_arrival(session, author, draft.iri, draft.author_iri)
    if known.offer_id is not None or known.event_id is not None:
        raise Refused("kind-changed", iri=draft.iri)
    if known.post_id is not None:
        post = session.get_one(Post, known.post_id)
        _revise(session, post, author, draft, now=now, revised=revised)
        if post.state == "kept" and state != "kept":
            post.group_id, post.state = (group.id if group else None), state
        return post
    published_at = plausible(draft.published_at, now) or now
    updated_at = plausible(draft.updated_at, now) or published_at
    values: dict[str, Any] = _said(draft) | {
        "iri": draft.iri,
        "local": False,
        "author_id": author.id,
        "member_id": None,
        "group_id": group.id if group else None,
        "state": state,
        "text": "",
        "in_reply_to_iri": draft.in_reply_to_iri,
        "published_at": published_at,
        "updated_at": max(published_at, updated_at),
        "received_at": now,
        "deleted_at": None,
    }
    if later and put_off(session, values, draft.tags):
        return values
    values["id"] = _new_id(session, values)
    if draft.tags:
        retag(session, "post", values["id"], draft.tags, published_at, new=True)
    return values


def change_remote(session: Session, author: Actor, draft: RemotePost, *, now: datetime) -> Post | None:
    """Apply an Update to a post that we hold; None when we do not hold it. Raises Refused as `record_remote`."""
    known = check_arrival(session, author, draft.iri, draft.author_iri)
    if known.post_id is None:
        return None
    post = session.get_one(Post, known.post_id)
    _revise(session, post, author, draft, now=now, revised=True)
    return post


def delete_remote(session: Session, post: Post, author: Actor, *, now: datetime) -> None:
    """Take away what its author took away. Raises Refused "ours", "not-the-author"."""
    if post.local:
        raise Refused("ours", iri=post.iri)
    if post.author_id != author.id:
        raise Refused("not-the-author", iri=post.iri, by=author.iri)
    erase(session, post, now=now)


def erase(session: Session, post: Post, *, now: datetime) -> None:
    """Leave of a post only that it was there: its words go, its IRI never returns (row P4)."""
    if post.deleted_at is not None:
        return
    post.deleted_at, post.updated_at, post.state = now, now, "hidden"
    post.title = post.warning = post.url = post.document = post.options = None
    post.text = post.content = ""
    post.content_map, post.tags, post.attachments = {}, [], []
    retag(session, "post", post.id, (), now)
    bury(session, post.iri, post.type, post.author_id, now=now)
    session.flush()


def set_state(session: Session, post: Post, state: str) -> None:
    """Show it, hide it, or let it wait (a moderator's or a group's decision). Raises Refused "unknown-choice"."""
    if state not in STATES:
        raise Refused("unknown-choice", field="state", value=state)
    post.state = state
    session.flush()


def _revise(session: Session, post: Post, author: Actor, draft: RemotePost, *, now: datetime, revised: bool) -> None:
    if post.author_id != author.id:
        raise Refused("not-the-author", iri=post.iri, by=author.iri)
    if post.deleted_at is not None:
        raise Refused("gone", iri=post.iri)
    said_at = plausible(draft.updated_at, now)
    if not is_news(post.updated_at, said_at, revised=revised):
        return
    for name, value in _said(draft).items():
        setattr(post, name, value)
    post.updated_at = said_at or now
    post.received_at = now
    retag(session, "post", post.id, draft.tags, post.published_at)
    session.flush()


def _said(draft: RemotePost) -> dict[str, Any]:
    """What its author may change."""
    return {
        "type": draft.type,
        "url": draft.url,
        "context_iri": draft.context_iri,
        "title": draft.title,
        "warning": draft.warning,
        "content": draft.content,
        "language": draft.language,
        "content_map": dict(draft.content_map),
        "sensitive": draft.sensitive,
        "public": draft.public,
        "options": [dict(option) for option in draft.options] if draft.options is not None else None,
        "tags": list(draft.tags),
        "attachments": [dict(one) for one in draft.attachments],
        "document": draft.document,
    }


def _new_id(session: Session, values: dict[str, Any]) -> int:
    key = session.connection().execute(_INSERT, values).inserted_primary_key
    if key is None:
        raise RuntimeError("a row without a key")
    return int(key[0])
