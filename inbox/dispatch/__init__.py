"""The table of contents of federation: which handler hears what, and the workers that call them."""

from inbox.dispatch.dispatcher import Dispatcher
from inbox.dispatch.table import HANDLERS

__all__ = ["HANDLERS", "Dispatcher"]
