"""What any text that somebody typed has to be before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

from actors.refusals import Refused

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def check_texts(field: str, text: str, versions: Mapping[str, str], limit: int) -> None:
    """See that no version is longer than `limit` characters and that both engines can keep it (row D6).

    Raises:
        Refused: "too-long", "unreadable-character" (NUL, or half of a surrogate pair).
    """
    for one in (text, *versions.values()):
        if len(one) > limit:
            raise Refused("too-long", field=field, limit=limit, chars=len(one))
        if _UNREADABLE.search(one):
            raise Refused("unreadable-character", field=field)
