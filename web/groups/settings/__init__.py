"""A group's settings, for its organisers and the admins: to everybody else the pages are not there.

* `door`       who is let in
* `said`       what it says of itself
* `picture`    its picture
* `joining`    who takes part and who posts
* `fediverse`  how it looks on Mastodon; its language accounts
* `moving`     to another address, or from one
* `closing`    the end, and taking it back
"""

from web.groups.settings.routes import ROUTES

__all__ = ["ROUTES"]
