"""Posts of other servers: who may write them, and what never gets in. The most walked path of the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.people import Actor
from actors.threads.drafts import RemotePost
from actors.threads.tables import Post


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
    raise NotImplementedError


def change_remote(session: Session, author: Actor, draft: RemotePost, *, now: datetime) -> Post | None:
    """Apply an Update to a post that we hold; None when we do not hold it. Raises Refused as `record_remote`."""
    raise NotImplementedError


def delete_remote(session: Session, post: Post, author: Actor, *, now: datetime) -> None:
    """Take away what its author took away. Raises Refused "ours", "not-the-author"."""
    raise NotImplementedError


def set_state(session: Session, post: Post, state: str) -> None:
    """Show it, hide it, or let it wait (a moderator's or a group's decision)."""
    raise NotImplementedError
