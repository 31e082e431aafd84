"""Handles, `@user@host`: read strictly before anything is asked.

`@user@127.0.0.1:6379/?a=` was once a request to somebody's database (CVE-2025-25194).

Sources: RFC 7565 (acct), S2 and H5 of the security contract.
"""

import re
from dataclasses import dataclass

from fediverse.errors import Malformed
from fediverse.hosts import canonical_host, is_loopback_name, shown_host
from fediverse.limits import Limits

_USER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_PLACE = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::(.*))?")
_NOT_IN_A_HOST = re.compile(r"[/?#@\\\s%]")


@dataclass(frozen=True, slots=True)
class Handle:
    """Who an actor is called: `@user@authority`.

    Attributes:
        user: as it was written; compare it without case.
        authority: canonical host, with a port only on this machine.
    """

    user: str
    authority: str

    @property
    def acct(self) -> str:
        """Such as "acct:interior@coop.example"."""
        return f"acct:{self.user}@{self.authority}"

    def __str__(self) -> str:
        return f"@{self.user}@{self.authority}"

    @property
    def shown(self) -> str:
        """For people: the host in its own script, where that cannot deceive."""
        parts = _PLACE.fullmatch(self.authority)
        if parts is None:
            return str(self)
        port = f":{parts[2]}" if parts[2] else ""
        return f"@{self.user}@{shown_host(parts[1])}{port}"

    def same_as(self, other: "Handle") -> bool:
        """Whether both name the same actor."""
        return self.authority == other.authority and self.user.lower() == other.user.lower()


def parse_handle(text: str, limits: Limits, *, loopback: bool = False) -> Handle:
    """Read `@user@host`, `user@host` or `acct:user@host`.

    Args:
        text: what somebody typed, or what another server says.
        limits: `username_chars`.
        loopback: whether we live on this machine's loopback: then, and only for its names, a port may follow.

    Raises:
        Malformed: "bad-handle".
    """
    bare = text.strip()
    bare = bare[5:] if bare[:5].lower() == "acct:" else bare
    user, at, place = bare.removeprefix("@").partition("@")
    if not at or not _USER.fullmatch(user) or len(user) > limits.username_chars:
        raise Malformed("bad-handle", handle=text[:300])
    if not place or len(place) > 260 or _NOT_IN_A_HOST.search(place):
        raise Malformed("bad-handle", handle=text[:300])
    parts = _PLACE.fullmatch(place)
    if parts is None:
        raise Malformed("bad-handle", handle=text[:300])
    port = parts[2]
    try:
        host = canonical_host(parts[1])
    except Malformed as error:
        raise Malformed("bad-handle", handle=text[:300]) from error
    if port is None:
        return Handle(user, host)
    if not loopback or not is_loopback_name(host) or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise Malformed("bad-handle", handle=text[:300], why="port")
    return Handle(user, f"{host}:{int(port)}")
