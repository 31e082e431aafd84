"""Offers and needs on pages.

* `page`      one of them, the lists, the feeds
* `forms`     what the form asks, and how it becomes a draft
* `writing`   write one, see how it will look, publish it
* `changing`  change, close and delete one's own
* `answering` answer one, and what becomes of the answers
"""

from web.offers.routes import ROUTES

__all__ = ["ROUTES"]
