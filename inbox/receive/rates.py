"""How fast one host may speak to us: a bucket of tokens per host, in memory and bounded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class Rates:
    """Token buckets by host.

    A bucket holds `burst` tokens and gains `per_s` a second. When more than `remembered` hosts have one,
    the host that was silent longest gets a full one again, which is what its silence has earned it anyway.
    """

    def __init__(self, *, per_s: float, burst: float, remembered: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._remembered = remembered
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, host: str, now: datetime) -> float:
        """Take one token of `host`; 0.0 if there was one, else how many seconds until there is one."""
        bucket = self._buckets.get(host)
        if bucket is None:
            self._buckets[host] = _Bucket(self._burst - 1, now)
            if len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
            return 0.0
        self._buckets.move_to_end(host)
        # A clock that was set back gives nothing and takes nothing.
        gained = max(0.0, (now - bucket.at).total_seconds()) * self._per_s
        bucket.tokens = min(self._burst, bucket.tokens + gained)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self._per_s if self._per_s > 0 else 3600.0
