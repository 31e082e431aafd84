"""What can go wrong between servers: a drawn tree, whose kinds tell the caller what to do.

* FediverseError
  x Unreachable        no answer, or 5xx or 429      wait and try again
  x Declined           another 4xx                   do not try the same again
    + Gone             410                           forget them
  x ForbiddenAddress   not a place we may speak to   never try
  x Malformed          not what it claims to be      refuse; if they asked, answer 400
  x Unproven           no valid signature            refuse; answer 401
  x Unauthorised       proven, but not theirs        refuse; answer 403

Every error carries a `code` (a short kebab-case word, stable, for logs, tests and the words of a page)
and `facts` (what it was about). Nobody reads a message in order to decide: `waiting_helps` and the class say it.
"""

from typing import ClassVar


class FediverseError(Exception):
    """Something went wrong with another server or its document.

    Attributes:
        code: what went wrong, such as "body-too-large".
        facts: what it was about, such as {"limit": 1048576}; plain values only.
        waiting_helps: whether the same thing may succeed later without anybody changing it.
    """

    waiting_helps: ClassVar[bool] = False

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.facts.items())])


class Unreachable(FediverseError):
    """No answer that can be used: no connection, no end in time, broken HTTP, 5xx, or 429.

    Attributes:
        status: the answer's status, None if there was no answer.
        retry_after_s: how long the other side asked us to wait, in seconds; None if it did not say.
    """

    waiting_helps = True

    def __init__(
        self, code: str, /, *, status: int | None = None, retry_after_s: float | None = None, **facts: object
    ) -> None:
        super().__init__(code, status=status, retry_after_s=retry_after_s, **facts)
        self.status = status
        self.retry_after_s = retry_after_s


class Declined(FediverseError):
    """The other side answered 4xx (but 429): it does not want this, and will not want it later.

    Attributes:
        status: the answer's status.
    """

    def __init__(self, code: str = "declined", /, *, status: int, **facts: object) -> None:
        super().__init__(code, status=status, **facts)
        self.status = status


class Gone(Declined):
    """The other side answered 410: it was there, and will not come back."""

    def __init__(self, code: str = "gone", /, *, status: int = 410, **facts: object) -> None:
        super().__init__(code, status=status, **facts)


class ForbiddenAddress(FediverseError):
    """We may not speak to that place: not a public address, not https, another port, or a blocked host."""


class Malformed(FediverseError):
    """Not what it claims to be: an IRI, a document or an answer that breaks its rules or our limits."""


class Unproven(FediverseError):
    """No signature or proof that we can accept."""


class Unauthorised(FediverseError):
    """It is proven who says it, but it is not theirs to say."""
