"""What an answer that is not a success means for us.

Source: RFC 9110 §15 and §10.2.3 (Retry-After).
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from fediverse.errors import Declined, FediverseError, Gone, Malformed, Unreachable
from fediverse.fetch.messages import Response

_LONGEST_WAIT_S = 86_400.0
_COME_BACK_LATER = frozenset({408, 425, 429})


def failure_of(response: Response, now: datetime) -> FediverseError | None:
    """The error that `response` stands for; None if it is a success (2xx)."""
    status = response.status
    iri = response.iri.text
    if 200 <= status < 300:
        return None
    if status >= 500 or status in _COME_BACK_LATER:
        return Unreachable("server-error", status=status, retry_after_s=retry_after_s(response, now), iri=iri)
    if status == 410:
        return Gone(iri=iri)
    if status >= 400:
        return Declined("not-found" if status == 404 else "declined", status=status, iri=iri)
    return Malformed("unexpected-status", status=status, iri=iri)


def retry_after_s(response: Response, now: datetime) -> float | None:
    """How long `response` asks us to wait, in seconds, at most a day; None if it does not say, or not clearly."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
