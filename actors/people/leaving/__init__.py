"""Leaving: a copy of everything, and the end of everything.

* `rules`   asking, the week of grace, what stays of the row
* `tables`  copies that were asked for

What both mean for the other doors is `outbox.leaving`.
"""

from actors.people.leaving.rules import GRACE, ask, blank, due
from actors.people.leaving.tables import Export

__all__ = ["GRACE", "Export", "ask", "blank", "due"]
