"""What is asked and what is answered: requests, responses, and what a connection must be able to do.

A request becomes bytes here and nowhere else, and nothing that could end a line gets into them.

Sources: RFC 9110, RFC 9112; S6 of the security contract (CVE-2023-42450).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fediverse.errors import Malformed
from fediverse.hosts import Iri

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# These frame the message or name the place; they are ours to write, never a caller's.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect", "upgrade"})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `headers` without Host, Content-Length and Accept-Encoding: those are written for it."""

    method: str
    iri: Iri
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered.

    Attributes:
        iri: what was asked last, after any redirects.
        headers: by lower-case name; a repeated one is joined with ", ".
        body: complete, or the first bytes if it was asked to be cut.
    """

    iri: Iri
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case; "" if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Connection(Protocol):
    """One connection to one place, for one question at a time."""

    @property
    def usable(self) -> bool:
        """Whether another question may be asked here."""

    @property
    def heard(self) -> bool:
        """Whether any byte of an answer to the last question arrived."""

    async def send(self, request: Request, *, keep_bytes: int, cut: bool = False) -> Response:
        """Ask, and wait for the whole answer.

        Args:
            request: what to ask.
            keep_bytes: how long the body of the answer may be.
            cut: a longer body is cut there instead of refused.

        Raises:
            Malformed: "bad-header" (ours), "body-too-large", "headers-too-large", "too-many-headers" (theirs).
            Unreachable: "connection-closed", "broken-answer".
        """

    def close(self) -> None:
        """Let go of it, whatever is under way."""


def write_request(request: Request) -> bytes:
    """The bytes of `request`, ready to be sent.

    Raises:
        Malformed: "bad-header", if a part could be read as more than itself.
    """
    iri = request.iri
    lines = [f"{request.method} {iri.target} HTTP/1.1", f"Host: {iri.authority}"]
    if not (request.method.isalpha() and request.method.isascii()):
        raise Malformed("bad-header", header="method")
    seen = set()
    for name, value in request.headers.items():
        # isprintable() of ASCII text is exactly "no control characters": no CR, no LF, no NUL.
        if not (value.isascii() and value.isprintable() and _TOKEN.fullmatch(name)):
            raise Malformed("bad-header", header=name[:100])
        lowered = name.lower()
        if lowered in _OURS:
            if lowered == "host" and value == iri.authority:
                continue
            raise Malformed("bad-header", header=name[:100])
        if lowered in seen:
            raise Malformed("bad-header", header=name[:100], why="twice")
        seen.add(lowered)
        lines.append(f"{name}: {value}")
    lines.append("Accept-Encoding: identity")
    body = request.body
    if body is None:
        lines.append("\r\n")
        return "\r\n".join(lines).encode("ascii")
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    return "\r\n".join(lines).encode("ascii") + body


def merged(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """The headers of both, without regard to case; what stands in `then` wins."""
    taken = {name.lower() for name in then}
    return {**{name: value for name, value in first.items() if name.lower() not in taken}, **then}
