"""What our groups and people say themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.people import Actor
from actors.threads.drafts import PostDraft
from actors.threads.tables import Post


def say(session: Session, author: Actor, draft: PostDraft, *, member_id: int | None = None, now: datetime) -> Post:
    """Say `draft` in the name of `author`, a group or person of ours.

    Raises:
        Refused: "not-ours", "not-a-member", "text-missing", "too-long".
    """
    raise NotImplementedError


def change(session: Session, post: Post, draft: PostDraft, *, now: datetime) -> Post:
    """Make `post` say what `draft` says; what it answers stays. Raises Refused as `say`, and "gone"."""
    raise NotImplementedError


def delete(session: Session, post: Post, *, now: datetime) -> None:
    """Take a post of ours away for ever: its words go, its IRI answers 410. Raises Refused "not-ours"."""
    raise NotImplementedError


def find(session: Session, iri: str) -> Post | None:
    """The post with this IRI, deleted ones too (their `deleted_at` says so)."""
    raise NotImplementedError
