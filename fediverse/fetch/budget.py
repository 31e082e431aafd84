"""What one incoming activity may make us fetch: so many requests, so far from where it began.

Source: S11 of the security contract (Mastodon's endless recursion over mentions and replies, CVE-2022-46405).
"""

from fediverse.errors import Malformed
from fediverse.limits import Limits


class Budget:
    """What one incoming activity may make us fetch: so many requests, so far from where it began.

    Pass `budget.deeper()` on when a document that was fetched makes us fetch the next.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spent = [0]
        self._depth = 1

    @property
    def spent(self) -> int:
        """The requests made so far, at every depth."""
        return self._spent[0]

    def deeper(self) -> "Budget":
        """The same purse, one step further away."""
        child = Budget(self._limits)
        child._spent, child._depth = self._spent, self._depth + 1
        return child

    def spend(self) -> None:
        """Pay for one request.

        Raises:
            Malformed: "budget-spent" or "too-far".
        """
        if self._depth > self._limits.fetch_depth:
            raise Malformed("too-far", limit=self._limits.fetch_depth)
        if self._spent[0] >= self._limits.fetches_per_activity:
            raise Malformed("budget-spent", limit=self._limits.fetches_per_activity)
        self._spent[0] += 1
