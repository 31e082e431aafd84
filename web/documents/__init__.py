"""What machines read and post: actors, objects, activities, collections, inboxes, discovery.

One address serves people and machines; `is_for_machines` decides by the path and by `Accept`.
Actor documents are served to everybody without a signature: whoever wants to check one of our
signatures must be able to read the key first, or two strict servers would wait for each other.

Source: ActivityPub §3.1–3.2; interop.md §4.6 and §5 of our notes on the wire (FEDERATION.md).
"""

from web.documents.inboxes import Inboxes
from web.documents.negotiation import is_for_machines
from web.documents.routes import ROUTES, error_handlers

__all__ = ["ROUTES", "Inboxes", "error_handlers", "is_for_machines"]
