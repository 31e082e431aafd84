"""Refusals and notices by code, in the sentences of the catalogues.

`said` only marks a sentence; `Wording` translates it for a reader.

* `refusals`  what happened, and what to do
* `notices`   what a page says after a redirect
"""

from web.sentences.marking import said
from web.sentences.notices import NOTICES
from web.sentences.refusals import REFUSALS

__all__ = ["NOTICES", "REFUSALS", "said"]
