"""How a rule says no: a code that programs compare and people are told in their own language.

The page turns `code` and `facts` into Dutch, French, English or German; the inbox turns them into a Reject.
"""

from __future__ import annotations


class Refused(Exception):
    """A rule of the house does not allow it.

    Args:
        code: kebab-case, stable (`event-full`).
        facts: what the sentence about it needs (`capacity=12`).
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code
