"""What groups say in passing: notes, their changes and their end. What they pass on is in `sharing`.

Source: interop.md §3.1, §7.8.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import threads
from actors.people import Actor
from actors.threads import Post, PostDraft
from actors.wire import threads as wire
from outbox.addressing import retract, tell
from outbox.log import Said, told
from outbox.sharing import pass_on, share, unshare

__all__ = ["change", "delete", "pass_on", "say", "share", "unshare"]


def say(session: Session, group: Actor, draft: PostDraft, *, member_id: int | None = None, now: datetime) -> Said:
    """Post the note in `draft` in the group's own name and tell its followers.

    Raises:
        Refused: as `actors.threads.say`.
    """
    post = threads.say(session, group, draft, member_id=member_id, now=now)
    session.flush()
    row = tell(session, group, "Create", wire.to_wire(session, post), now=now)
    return Said(post.iri, row.iri)


def change(session: Session, post: Post, draft: PostDraft, *, now: datetime) -> Said:
    """Change a note of ours and tell it.

    Raises:
        Refused: as `actors.threads.change`.
    """
    threads.change(session, post, draft, now=now)
    session.flush()
    author = session.get_one(Actor, post.author_id)
    row = tell(session, author, "Update", wire.to_wire(session, post), now=now)
    return Said(post.iri, row.iri)


def delete(session: Session, post: Post, *, now: datetime) -> Said:
    """Delete a note of ours, and tell everybody who ever heard its author."""
    author = session.get_one(Actor, post.author_id)
    known = told(session, author.id, post.iri)
    threads.delete(session, post, now=now)
    return Said(post.iri, retract(session, author, post.iri, post.type, now=now).iri if known else None)
