"""What others' actors do to us."""

from inbox.log import prune

__all__ = ["prune"]
