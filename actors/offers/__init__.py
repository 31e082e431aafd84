"""Offers and needs: post, change, close, and what a reader may see of them.

A need is an offer with the other sign (`purpose`), so both live in one table. Ours and partners'
stand side by side; a partner's keeps its document as received.
"""

from actors.offers.drafts import OfferDraft, RemoteOffer
from actors.offers.editing import draft_of
from actors.offers.life import change, close, delete, due, find, mark_talks, open_items, post
from actors.offers.lists import latest, page, pages, tagged
from actors.offers.remote import delete_remote, expire_remote, hide, record_remote, show
from actors.offers.tables import Offer

__all__ = [
    "Offer",
    "OfferDraft",
    "RemoteOffer",
    "change",
    "close",
    "delete",
    "delete_remote",
    "draft_of",
    "due",
    "expire_remote",
    "find",
    "hide",
    "latest",
    "mark_talks",
    "open_items",
    "page",
    "pages",
    "post",
    "record_remote",
    "show",
    "tagged",
]
