"""Post <-> Note; and Article, Page, Question, Video and others read as posts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.threads import Post, RemotePost
from fediverse.limits import Limits
from fediverse.types import Note, Object


def to_wire(session: Session, post: Post) -> Note:
    """A note of ours."""
    raise NotImplementedError


def from_wire(obj: Object, limits: Limits) -> RemotePost:
    """Read another server's post, of whatever type, as text.

    Raises:
        Malformed: "no-id", "no-author", "no-text".
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    raise NotImplementedError
