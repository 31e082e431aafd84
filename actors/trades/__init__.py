"""Trades: the vocabulary that needs and offers are found by; `concepts` reads it from `data/`."""

from actors.trades.concepts import NAMESPACE, Concept, Scheme, scheme

__all__ = ["NAMESPACE", "Concept", "Scheme", "scheme"]
