"""Search: one page whose address is what is asked, so that it can be sent to somebody; its feed.

* `asking`  from an address to what the index is asked
* `page`    the page, its facets, and what to do when nothing is found
* `alerts`  searches that are saved, to be told of what is new
"""

from web.search import alerts, page

ROUTES = [*page.ROUTES, *alerts.ROUTES]

__all__ = ["ROUTES"]
