"""Trades: the vocabulary that needs and offers are found by.

* `concepts`    the concepts, read from `data/`
* `lexicon`     what people call them in one language
* `dictionary`  which of them a text speaks of
"""

from actors.trades.concepts import NAMESPACE, Concept, Scheme, scheme
from actors.trades.dictionary import Suggestion, suggest

__all__ = ["NAMESPACE", "Concept", "Scheme", "Suggestion", "scheme", "suggest"]
