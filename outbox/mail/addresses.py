"""Which addresses we write to: one plain ASCII address, and nothing that a mail server could read as two or as a route.

Source: RFC 5321 §4.1.2, a part of it; security contract D10.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9&'*+/=?^_`{|}~$#-]+(?:\.[A-Za-z0-9&'*+/=?^_`{|}~$#-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
)


def is_usable(address: str) -> bool:
    """Whether `address` is one plain address of mail, at most 254 characters (64 before the @)."""
    found = _ADDRESS.fullmatch(address)
    return found is not None and len(address) <= 254 and len(found["local"]) <= 64
