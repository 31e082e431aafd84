"""What our groups and people say themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import new_uuid
from actors.groups import is_private
from actors.people import Actor
from actors.refusals import Refused
from actors.rules import (
    ATTACHMENTS,
    LINE_CHARS,
    TEXT_CHARS,
    check_counts,
    check_languages,
    may_write,
    next_change,
    thread_of,
    whole_second,
)
from actors.tags import retag
from actors.texts import check_texts
from actors.threads.drafts import PostDraft
from actors.threads.remote import erase
from actors.threads.tables import Post
from actors.writing import render


def say(session: Session, author: Actor, draft: PostDraft, *, member_id: int | None = None, now: datetime) -> Post:
    """Say `draft` in the name of `author`, a group or person of ours.

    Raises:
        Refused: "not-ours", "not-a-member", "text-missing", "too-long", "too-many", "unknown-language",
            "unreadable-character".
    """
    may_write(session, author, member_id)
    _check(draft)
    iri = f"{author.iri}/notes/{new_uuid()}"
    answered = find(session, draft.in_reply_to_iri) if draft.in_reply_to_iri else None
    post = Post(
        iri=iri,
        url=iri,
        local=True,
        type="Note",
        author_id=author.id,
        member_id=member_id,
        group_id=author.id if author.type == "Group" else None,
        state="shown",
        in_reply_to_iri=draft.in_reply_to_iri,
        context_iri=answered.context_iri if answered else thread_of(iri),
        published_at=whole_second(now),
        updated_at=whole_second(now),
    )
    _put(post, _for_its_readers(session, post.group_id, draft), author.language)
    session.add(post)
    session.flush()
    retag(session, "post", post.id, post.tags, post.published_at, new=True)
    return post


def change(session: Session, post: Post, draft: PostDraft, *, now: datetime) -> Post:
    """Make `post` say what `draft` says; what it answers stays. Raises Refused as `say`, and "gone"."""
    if not post.local:
        raise Refused("not-ours", iri=post.iri)
    if post.deleted_at is not None:
        raise Refused("gone", iri=post.iri)
    _check(draft)
    _put(post, _for_its_readers(session, post.group_id, draft), post.language)
    post.updated_at = next_change(post.updated_at, now)
    retag(session, "post", post.id, post.tags, post.published_at)
    session.flush()
    return post


def delete(session: Session, post: Post, *, now: datetime) -> None:
    """Take a post of ours away for ever: its words go, its IRI answers 410. Raises Refused "not-ours"."""
    if not post.local:
        raise Refused("not-ours", iri=post.iri)
    erase(session, post, now=now)


def find(session: Session, iri: str) -> Post | None:
    """The post with this IRI, deleted ones too (their `deleted_at` says so)."""
    return session.scalar(select(Post).where(Post.iri == iri))


def _for_its_readers(session: Session, group_id: int | None, draft: PostDraft) -> PostDraft:
    """What a private group says is for its members, whatever was asked for."""
    return replace(draft, public=False) if group_id is not None and is_private(session, group_id) else draft


def _put(post: Post, draft: PostDraft, language: str | None) -> None:
    written = render(draft.text)
    post.text = draft.text
    post.content = written.html
    post.tags = list(written.tags)
    post.language = draft.language or language
    post.warning = draft.warning
    post.sensitive = draft.warning is not None
    post.public = draft.public
    post.attachments = [dict(one) for one in draft.attachments]


def _check(draft: PostDraft) -> None:
    if not draft.text.strip():
        raise Refused("text-missing")
    check_texts("text", draft.text, {}, TEXT_CHARS)
    check_languages(draft.language)
    check_texts("warning", draft.warning or "", {}, LINE_CHARS)
    check_counts(attachments=(len(draft.attachments), ATTACHMENTS))
