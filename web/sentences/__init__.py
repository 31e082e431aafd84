"""Refusals and notices by code, in the sentences of the catalogues.

`said` only marks a sentence; `Wording` translates it for a reader.

* `refusals`  what happened, and what to do
* `notices`   what a page says after a redirect
* `answering` refusals about answers
* `keeping`   both, for those who look after the instance
* `searching` both, about searches that are saved
* `trading`   refusals about trades
"""

from typing import Final

from web.sentences import answering, keeping, notices, refusals, searching, trading
from web.sentences.marking import said

REFUSALS: Final = refusals.REFUSALS | keeping.REFUSALS | searching.REFUSALS | answering.REFUSALS | trading.REFUSALS
"""By code: what happened, and what to do."""
NOTICES: Final = notices.NOTICES | keeping.NOTICES | searching.NOTICES
"""What a page says after a redirect, by code."""

__all__ = ["NOTICES", "REFUSALS", "said"]
