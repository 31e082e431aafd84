"""The dialler's guard: which addresses we speak to, judged at the moment they are dialled.

A name is resolved once, **all** its addresses are judged, and one of those very addresses is dialled. If the name were
resolved a second time, its owner could answer 127.0.0.1 to the second question (DNS rebinding). The name stays what
the certificate, SNI and Host are about, so another name on the same address never rides on its connection.

There are two networks and no switch: an instance whose own origin is a loopback name lives in the `LoopbackNetwork`
and reaches nothing but this machine; every other instance lives in the `PublicNetwork` and reaches everything but.
`network_for` chooses by construction.

Sources: the rule for addresses is GoToSocial's (internal/httpclient/sanitizer.go) with the IANA special-purpose
registries of IPv4 and IPv6; S1, S3 and S7 of the security contract.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from fediverse.errors import ForbiddenAddress, Unreachable
from fediverse.fetch.exchange import HttpConnection
from fediverse.fetch.messages import Connection
from fediverse.fetch.names import Names
from fediverse.hosts import Iri, is_loopback_name, parse_iri
from fediverse.limits import Limits

# Host name and port -> its addresses, in the order in which to try them.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier's
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link local, and the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_TRIED_ADDRESSES = 3


def is_public(address: str) -> bool:
    """Whether `address` is an ordinary public one: global unicast, and no IPv4 address in disguise.

    Python's own `is_global` is true for NAT64, 6to4 and IPv4-compatible addresses, which can reach inside.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in SPECIAL_V4)
    # Outside 2000::/3 are ::1, IPv4-mapped and -compatible, NAT64, private, link local and multicast addresses.
    return ip.scope_id is None and ip in GLOBAL_V6 and not any(ip in net for net in SPECIAL_V6)


def is_loopback(address: str) -> bool:
    """Whether `address` is this machine's own: 127.0.0.0/8 or ::1."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_loopback
    return ip.scope_id is None and ip == ipaddress.IPv6Address("::1")


class Network(Protocol):
    """Where connections come from: the public network, the loopback network, or the applications of a test."""

    def permit(self, iri: Iri) -> None:
        """Refuse what can be refused by looking at `iri` alone.

        Raises:
            ForbiddenAddress: "not-https", "other-port", "not-loopback", "not-public".
        """

    async def connect(self, iri: Iri) -> Connection:
        """Open a connection to the origin of `iri`, which is permitted again, and whose addresses are judged.

        Raises:
            ForbiddenAddress: as `permit`.
            Unreachable: "no-such-host", "no-connection", "bad-certificate", "tls-failed", "timeout".
        """


class Dial(Protocol):
    """How an address that was judged is dialled: `loop.create_connection`, or what a test puts in its place."""

    async def __call__(
        self, make: Callable[[], HttpConnection], address: str, port: int, tls: ssl.SSLContext | None, name: str
    ) -> HttpConnection:
        """Connect to `address`; with `tls`, the certificate must be for `name`."""


class PublicNetwork:
    """Speak https to public addresses, and to no others.

    Args:
        limits: `connect_s` and what `HttpConnection` needs.
        tls: whom to trust; the system's store by default.
        resolve, dial: what asks for addresses and what connects; tests give their own.
        ports: where we may knock.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        dial: Dial | None = None,
        ports: frozenset[int] = frozenset({443}),
    ) -> None:
        self._limits = limits
        self._tls = tls or trusting_the_system()
        self._resolve = resolve or Names(limits).resolve
        self._dial = dial or dial_by_system
        self._ports = ports

    def permit(self, iri: Iri) -> None:
        """See `Network.permit`."""
        if iri.scheme != "https":
            raise ForbiddenAddress("not-https", iri=iri.text)
        if iri.port not in self._ports:
            raise ForbiddenAddress("other-port", iri=iri.text, port=iri.port)
        if is_loopback_name(iri.host):
            raise ForbiddenAddress("not-public", iri=iri.text)

    async def connect(self, iri: Iri) -> Connection:
        """See `Network.connect`."""
        self.permit(iri)
        try:
            async with asyncio.timeout(self._limits.connect_s):
                addresses = await self._judged_addresses(iri)
                return await _first_that_answers(self._dial, addresses, iri, self._tls, self._limits)
        except TimeoutError as error:
            raise Unreachable("timeout", host=iri.host) from error

    async def _judged_addresses(self, iri: Iri) -> Sequence[str]:
        try:
            addresses = await self._resolve(iri.host.strip("[]"), iri.port)
        except OSError as error:
            raise Unreachable("no-such-host", host=iri.host) from error
        if not addresses:
            raise Unreachable("no-such-host", host=iri.host)
        # One bad address spoils all: a name that points inside as well is up to no good.
        for address in addresses:
            if not is_public(address):
                raise ForbiddenAddress("not-public", iri=iri.text, address=address)
        return addresses


class LoopbackNetwork:
    """Speak http (or https) to this machine, on any port, and to nothing else. No name is ever looked up.

    Args:
        limits: `connect_s` and what `HttpConnection` needs.
        tls: whom to trust when https is spoken here; the system's store by default.
        dial: what connects; tests give their own.
    """

    def __init__(self, limits: Limits, *, tls: ssl.SSLContext | None = None, dial: Dial | None = None) -> None:
        self._limits = limits
        self._tls = tls
        self._dial = dial or dial_by_system

    def permit(self, iri: Iri) -> None:
        """See `Network.permit`."""
        if not is_loopback_name(iri.host):
            raise ForbiddenAddress("not-loopback", iri=iri.text)

    async def connect(self, iri: Iri) -> Connection:
        """See `Network.connect`."""
        self.permit(iri)
        name = iri.host.strip("[]")
        address = "127.0.0.1" if name == "localhost" or name.endswith(".localhost") else name
        if not is_loopback(address):
            raise ForbiddenAddress("not-loopback", iri=iri.text, address=address)
        if iri.scheme == "https" and self._tls is None:
            self._tls = trusting_the_system()
        tls = self._tls if iri.scheme == "https" else None
        return await _first_that_answers(self._dial, [address], iri, tls, self._limits)


def network_for(origin: str, limits: Limits | None = None) -> PublicNetwork | LoopbackNetwork:
    """The network in which an instance of this `origin` lives.

    Raises:
        ForbiddenAddress: "not-https", if it is neither a loopback name nor https.
        Malformed: it is no origin.
    """
    iri = parse_iri(origin)
    limits = limits or Limits()
    if is_loopback_name(iri.host):
        return LoopbackNetwork(limits)
    if iri.scheme != "https":
        raise ForbiddenAddress("not-https", iri=origin)
    return PublicNetwork(limits)


def trusting_the_system() -> ssl.SSLContext:
    """A TLS context that trusts whom this machine trusts, and speaks HTTP/1.1."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


async def dial_by_system(
    make: Callable[[], HttpConnection], address: str, port: int, tls: ssl.SSLContext | None, name: str
) -> HttpConnection:
    """Connect to `address` itself; only the certificate is about `name`. Raises OSError."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        make, address, port, ssl=tls, server_hostname=name if tls is not None else None
    )
    return connection


async def _first_that_answers(
    dial: Dial, addresses: Sequence[str], iri: Iri, tls: ssl.SSLContext | None, limits: Limits
) -> HttpConnection:
    tried = _worth_trying(addresses)
    context = tls if iri.scheme == "https" else None
    name = iri.host.strip("[]")
    failure: Exception | None = None
    for address in tried:
        try:
            async with asyncio.timeout(limits.connect_s / len(tried)):
                return await dial(lambda: HttpConnection(limits), address, iri.port, context, name)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable("bad-certificate", host=iri.host, why=error.verify_message) from error
        except ssl.SSLError as error:
            raise Unreachable("tls-failed", host=iri.host, why=error.reason) from error
        except (OSError, TimeoutError) as error:
            failure = error
    code = "timeout" if isinstance(failure, TimeoutError) else "no-connection"
    raise Unreachable(code, host=iri.host) from failure


def _worth_trying(addresses: Sequence[str]) -> list[str]:
    """A few of `addresses`, the preferred one first and both families early: one of them may lead nowhere from here."""
    first, *others = dict.fromkeys(addresses)
    others.sort(key=lambda address: (":" in address) == (":" in first))
    return [first, *others][:_TRIED_ADDRESSES]
