"""Where something is: the one reader of remote IRIs, and the one canonical form of a host name.

Everything that compares places (keys, blocks, ids, handles, limits, caches) compares what comes out of here.

* host       canonical name without port: what policy, limits and blocks speak of. A-label, lower case, no last
             dot; an IPv4 address in four decimal parts, an IPv6 address in brackets.
* authority  host, and `:port` when it is not the scheme's own: what handles and delivery lanes speak of.
* origin     scheme, host and port: who may speak for whom. Nothing else about an IRI gives authority.

A name that a resolver would read as an address in disguise (`127.1`, `0x7f.1`, `2130706433`) is no name.
That is tidiness, not protection: what is dialled is judged by its address, in `fetch/network.py`.

Sources: RFC 3986 and 3987, UTS 46, WHATWG URL («ends in a number» for disguised addresses); K11, S6, H5 and §1.6 of
the security contract (CVE-2023-42451, CVE-2023-42450).
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin

import idna

from fediverse.errors import Malformed
from fediverse.limits import Limits

DEFAULT_PORTS = {"https": 443, "http": 80}

_IRI = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#([^#]*))?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::([0-9]{0,5}))?")
_NOT_IN_AN_IRI = re.compile(
    r"[\x00-\x20\x7f-\xa0\\\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[fF])")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_IN_A_TARGET = "!$&'()*+,;=:@/?%~-._[]"
_HOST_CHARS = 253
_SHORT = 256


@dataclass(frozen=True, slots=True)
class Iri:
    """A remote IRI that has been read; compares by its text.

    Attributes:
        text: exactly as it came.
        scheme: "https" or "http".
        host: canonical, without port.
        port: always a number, the scheme's own if none was written.
        target: what stands in a request line: path and query, in ASCII, at least "/".
        fragment: without "#"; None if there is none.
    """

    text: str
    scheme: str
    host: str
    port: int
    target: str
    fragment: str | None

    @property
    def authority(self) -> str:
        """Host, and `:port` when it is not the scheme's own."""
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority, such as "https://coop.example"."""
        return f"{self.scheme}://{self.authority}"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def without_fragment(self) -> str:
        """The text up to "#"."""
        return self.text if self.fragment is None else self.text.partition("#")[0]

    def __str__(self) -> str:
        return self.text


def parse_iri(text: str, limits: Limits | None = None) -> Iri:
    """Read a remote IRI: absolute http or https, no user, no white space, nothing that could end a line.

    Raises:
        Malformed: "bad-iri" or "iri-too-long"; a "bad-host" too.
    """
    limit = (limits or _DEFAULTS).url_chars
    if len(text) > limit:
        raise Malformed("iri-too-long", chars=len(text), limit=limit)
    return _read(text) if len(text) > _SHORT else _read_before(text)


def _read(text: str) -> Iri:
    if _NOT_IN_AN_IRI.search(text) or _ENCODED_CONTROL.search(text):
        raise Malformed("bad-iri", iri=text, why="control character or white space")
    parts = _IRI.fullmatch(text)
    if parts is None:
        raise Malformed("bad-iri", iri=text, why="not an absolute http or https IRI")
    scheme, authority, path, query, fragment = parts.groups()
    scheme = scheme.lower()
    place = _AUTHORITY.fullmatch(authority)
    if place is None:
        raise Malformed("bad-iri", iri=text, why="bad authority")
    name, digits = place.groups()
    port = int(digits) if digits else DEFAULT_PORTS[scheme]
    if not 0 < port < 65_536:
        raise Malformed("bad-iri", iri=text, why="bad port")
    target = quote(path or "/", safe=_IN_A_TARGET)
    if query is not None:
        target += "?" + quote(query, safe=_IN_A_TARGET)
    return Iri(text, scheme, canonical_host(name), port, target, fragment)


# The ids of one actor, key and post come several times with each activity. Long ones would fill the memory.
_read_before = lru_cache(4096)(_read)


def resolve_reference(base: Iri, reference: str) -> Iri:
    """What `reference` (absolute or relative, as in a Location header) means at `base`. Raises Malformed."""
    # urljoin() silently drops tabs and line ends, so they are looked for before it.
    if len(reference) > _DEFAULTS.url_chars or _NOT_IN_AN_IRI.search(reference):
        raise Malformed("bad-iri", iri=reference[:200])
    try:
        return parse_iri(urljoin(base.text, reference))
    except ValueError as error:
        raise Malformed("bad-iri", iri=reference) from error


@lru_cache(4096)
def canonical_host(name: str) -> str:
    """The one spelling of a host: what `Example.COM.`, `EXAMPLE.com` and `ｅxample.com` have in common.

    Args:
        name: a DNS name in any script, an IPv4 address, or an IPv6 address with or without brackets; no port.

    Raises:
        Malformed: "bad-host".
    """
    if ":" in name or name.startswith("["):
        return _canonical_v6(name)
    lowered = name.lower() if name.isascii() else _to_ascii(name)
    lowered = lowered.removesuffix(".")
    if not lowered or len(lowered) > _HOST_CHARS:
        raise Malformed("bad-host", host=name[:300])
    labels = lowered.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise Malformed("bad-host", host=name)
    if _is_number(labels[-1]):
        return _canonical_v4(lowered)
    if any(label.startswith("xn--") for label in labels):
        _check_a_labels(lowered)
    return lowered


def host_of(iri: str) -> str:
    """The canonical host of `iri`, without port. Raises Malformed."""
    return parse_iri(iri).host


def authority_of(iri: str) -> str:
    """The host of `iri`, with its port when it is not the scheme's own. Raises Malformed."""
    return parse_iri(iri).authority


def origin_of(iri: str) -> str:
    """Scheme, host and port of `iri`, such as "https://coop.example". Raises Malformed."""
    return parse_iri(iri).origin


def same_origin(a: str, b: str) -> bool:
    """Whether whoever answers for `a` may speak for `b`. Raises Malformed if either is no IRI."""
    return origin_of(a) == origin_of(b)


def covers(blocked_host: str, host: str) -> bool:
    """Whether a rule about `blocked_host` is also about `host`: the same, or below it. Both canonical."""
    return host == blocked_host or host.endswith("." + blocked_host)


def is_loopback_name(host: str) -> bool:
    """Whether the canonical `host` can only mean this machine: localhost, *.localhost, 127.0.0.0/8, [::1]."""
    if host == "localhost" or host.endswith(".localhost") or host == "[::1]":
        return True
    return host.startswith("127.") and _is_number(host.rpartition(".")[2])


def neighbourhood(host: str) -> str:
    """The name under which one party can probably make as many hosts as it likes: `a.b.example.org` -> `example.org`.

    A good guess without the public suffix list, for limits only: two labels, three under such as `co.uk`.
    Addresses and names of this machine stand for themselves.
    """
    labels = host.split(".")
    if is_loopback_name(host) or host.startswith("[") or _is_number(labels[-1]):
        return host
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if second_level else labels[-2:])


def shown_host(host: str) -> str:
    """The canonical `host` as a person should read it: in its own script, unless that could deceive.

    A label stays in its `xn--` form when it mixes scripts, or when it has only letters that look like Latin ones.
    """
    return ".".join(_shown_label(label) for label in host.split("."))


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
    scripts = {_script(char) for char in shown if char not in "0123456789-"}
    if len(scripts) != 1 or set(shown) <= _LOOK_LATIN:
        return label
    return shown


def _script(char: str) -> str:
    # The standard library has no script property; the first word of a letter's name is its script.
    return unicodedata.name(char, "?").split(" ")[0].split("-")[0]


def _to_ascii(name: str) -> str:
    try:
        mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
        return mapped if mapped.isascii() else idna.encode(mapped).decode("ascii")
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        raise Malformed("bad-host", host=name[:300]) from error


def _check_a_labels(name: str) -> None:
    """A label that claims to be encoded must be the encoding of something, and the one true one."""
    try:
        back = idna.encode(idna.decode(name), uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        raise Malformed("bad-host", host=name) from error
    if back != name:
        raise Malformed("bad-host", host=name)


def _is_number(label: str) -> bool:
    return label.isdigit() or re.fullmatch(r"0x[0-9a-f]*", label) is not None


def _canonical_v4(name: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise Malformed("bad-host", host=name) from error


def _canonical_v6(name: str) -> str:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        address = ipaddress.IPv6Address(bare)
    except ValueError as error:
        raise Malformed("bad-host", host=name[:300]) from error
    if address.scope_id is not None or address.ipv4_mapped is not None:
        # An IPv4 address in IPv6 clothes would slip by a block on the IPv4 one.
        raise Malformed("bad-host", host=name)
    return f"[{address}]"


_DEFAULTS = Limits()
# Letters of other scripts that a reader cannot tell from Latin ones (after the browsers' whole-script rule).
_LOOK_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡʋαεικνορτυωϲ0123456789-")
