"""Offers and needs: post, change, close, and what a reader may see of them.

A need is an offer with the other sign (`purpose`), so both live in one table. Ours and partners'
stand side by side; a partner's keeps its document as received.
"""

from actors.offers.drafts import OfferDraft, RemoteOffer
from actors.offers.editing import VERSIONS, draft_of, kept_with
from actors.offers.finding import FINDABLE
from actors.offers.life import change, close, delete, due, find, let_stand, mark_talks, open_items, post, sketch
from actors.offers.lists import latest, lines_by_id, lines_of, page, pages, pages_by_id, pages_of, tagged
from actors.offers.remote import delete_remote, expire_remote, hide, record_remote, show
from actors.offers.standing import STANDS_FOR, reminders, renew, reopen, take_answers, talked_about
from actors.offers.tables import Offer
from actors.offers.writers import check_drafts, is_writer, may_change, written_by

__all__ = [
    "FINDABLE",
    "STANDS_FOR",
    "VERSIONS",
    "Offer",
    "OfferDraft",
    "RemoteOffer",
    "change",
    "check_drafts",
    "close",
    "delete",
    "delete_remote",
    "draft_of",
    "due",
    "expire_remote",
    "find",
    "hide",
    "is_writer",
    "kept_with",
    "latest",
    "let_stand",
    "lines_by_id",
    "lines_of",
    "mark_talks",
    "may_change",
    "open_items",
    "page",
    "pages",
    "pages_by_id",
    "pages_of",
    "post",
    "record_remote",
    "reminders",
    "renew",
    "reopen",
    "show",
    "sketch",
    "tagged",
    "take_answers",
    "talked_about",
    "written_by",
]
