"""The dialler's guard: which addresses are dialled, and under which name."""

import asyncio
import datetime as dt
import ipaddress
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fediverse.errors import ForbiddenAddress, Malformed, Unreachable
from fediverse.fetch import LoopbackNetwork, PublicNetwork, network_for
from fediverse.fetch.network import dial_by_system, is_loopback, is_public
from fediverse.hosts import parse_iri
from fediverse.limits import Limits
from tests.fediverse.fetch.peers import answer, fetcher_on, raw_peer

PUBLIC = "93.184.215.14"
ALSO_PUBLIC = "2606:2800:21f:cb07::1"

NOT_PUBLIC = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1"),
    *(
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "100::1",
        "2620:4f:8000::1",
    ),
    *("5f00::1", "2606:2800::1%2", "0x7f.1", "127.1", "2130706433", "0177.0.0.1", "localhost", ""),
]


class Telephone:
    """A resolver that answers from a script and a dialler that only takes notes."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.dialled: list[str] = []

    async def resolve(self, host, port):
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def dial(self, make, address, port, tls, name):
        self.dialled.append(address)
        raise ConnectionRefusedError

    def network(self, **more) -> PublicNetwork:
        # Nothing is said over these connections, so nobody need be trusted (loading the store takes a while).
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return PublicNetwork(Limits(), tls=tls, resolve=self.resolve, dial=self.dial, **more)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_S1_an_address_that_is_not_global_unicast_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, ALSO_PUBLIC, "8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450::1"])
def test_an_ordinary_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_S1_a_name_that_means_such_an_address_is_never_dialled(address):
    telephone = Telephone([address])
    with pytest.raises(ForbiddenAddress) as refusal:
        await telephone.network().connect(parse_iri("https://evil.example/"))
    assert refusal.value.code == "not-public"
    assert telephone.dialled == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.1", "[::1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0", "①②⑦.⓪.⓪.①"],
)
async def test_S1_such_an_address_written_in_the_iri_is_never_dialled(host):
    telephone = Telephone([host.strip("[]")])
    with pytest.raises(ForbiddenAddress):
        await telephone.network().connect(parse_iri(f"https://{host}/"))
    assert telephone.dialled == []


async def test_S1_names_that_the_system_reads_as_loopback_end_before_it_is_asked():
    for name in ("0x7f.1", "2130706433", "127.1", "0177.0.0.1"):
        with pytest.raises(Malformed):
            parse_iri(f"https://{name}/")


async def test_S1_one_inner_address_among_public_ones_spoils_all():
    telephone = Telephone([PUBLIC, "10.0.0.1"])
    with pytest.raises(ForbiddenAddress):
        await telephone.network().connect(parse_iri("https://evil.example/"))
    assert telephone.dialled == []


async def test_S7_a_name_is_asked_for_once_and_the_judged_address_is_dialled():
    # Given a name whose owner answers a public address first, and this machine from then on
    telephone = Telephone([PUBLIC], ["127.0.0.1"])

    # When we connect
    with pytest.raises(Unreachable):
        await telephone.network().connect(parse_iri("https://rebind.example/"))

    # Then only what was judged is dialled, once
    assert telephone.asked == ["rebind.example"]
    assert telephone.dialled == [PUBLIC]


async def test_the_next_judged_address_is_tried_when_the_first_does_not_answer():
    telephone = Telephone([ALSO_PUBLIC, PUBLIC, ALSO_PUBLIC])
    with pytest.raises(Unreachable) as failure:
        await telephone.network().connect(parse_iri("https://two.example/"))
    assert failure.value.code == "no-connection"
    assert telephone.dialled == [ALSO_PUBLIC, PUBLIC]


@pytest.mark.parametrize("silent", ["resolve", "dial"])
async def test_S8_neither_a_name_nor_a_connection_is_waited_for_longer_than_the_limit(silent):
    async def wait(*question):
        await asyncio.Event().wait()

    telephone = Telephone([PUBLIC])
    steps = {"resolve": telephone.resolve, "dial": telephone.dial, silent: wait}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with pytest.raises(Unreachable) as failure:
        await PublicNetwork(Limits(connect_s=0.02), tls=tls, **steps).connect(parse_iri("https://silent.example/"))
    assert failure.value.code == "timeout"


async def test_both_families_are_tried_early():
    telephone = Telephone([ALSO_PUBLIC, "2a00:1450::1", "2a00:1450::2", PUBLIC, "8.8.8.8"])
    with pytest.raises(Unreachable):
        await telephone.network().connect(parse_iri("https://many.example/"))
    assert telephone.dialled == [ALSO_PUBLIC, PUBLIC, "8.8.8.8"]


async def test_a_name_without_addresses_is_unreachable_and_may_come_back():
    async def nobody(host, port):
        raise OSError("no such name")

    for network in (PublicNetwork(Limits(), resolve=nobody), Telephone([]).network()):
        with pytest.raises(Unreachable) as failure:
            await network.connect(parse_iri("https://gone.example/"))
        assert failure.value.code == "no-such-host"


@pytest.mark.parametrize(
    ("iri", "code"),
    [
        ("http://coop.example/", "not-https"),
        ("https://coop.example:8443/", "other-port"),
        ("https://coop.example:6379/", "other-port"),
        ("https://localhost/", "not-public"),
        ("https://x.localhost/", "not-public"),
    ],
)
async def test_S3_the_public_network_is_https_on_port_443(iri, code):
    telephone = Telephone([PUBLIC])
    with pytest.raises(ForbiddenAddress) as refusal:
        await telephone.network().connect(parse_iri(iri))
    assert refusal.value.code == code
    assert telephone.asked == telephone.dialled == []


@pytest.mark.parametrize(
    "iri", ["https://coop.example/", "http://10.0.0.1/", "http://[::2]/", "http://localhost.example/"]
)
async def test_the_loopback_network_knows_nothing_but_this_machine(iri):
    telephone = Telephone([PUBLIC])
    with pytest.raises(ForbiddenAddress) as refusal:
        await LoopbackNetwork(Limits(), dial=telephone.dial).connect(parse_iri(iri))
    assert refusal.value.code == "not-loopback"
    assert telephone.dialled == []


@pytest.mark.parametrize(
    ("host", "address"),
    [("localhost", "127.0.0.1"), ("antwerp.localhost", "127.0.0.1"), ("127.0.0.7", "127.0.0.7"), ("[::1]", "::1")],
)
async def test_the_loopback_network_needs_no_names(host, address):
    telephone = Telephone([PUBLIC])
    with pytest.raises(Unreachable):
        await LoopbackNetwork(Limits(), dial=telephone.dial).connect(parse_iri(f"http://{host}:8000/"))
    assert telephone.dialled == [address]


def test_loopback_is_127_and_1():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1"]))
    assert not any(map(is_loopback, ["::ffff:127.0.0.1", "::127.0.0.1", "::1%1", "128.0.0.1", "localhost", "0.0.0.0"]))


def test_the_network_follows_from_our_own_origin_and_from_nothing_else():
    limits = Limits()
    for origin in ("http://localhost:8000", "http://antwerp.localhost:8001", "http://127.0.0.1", "https://[::1]:8443"):
        assert isinstance(network_for(origin, limits), LoopbackNetwork)
    assert isinstance(network_for("https://coop.example", limits), PublicNetwork)
    with pytest.raises(ForbiddenAddress) as refusal:
        network_for("http://coop.example", limits)
    assert refusal.value.code == "not-https"


def certificate(name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@pytest.fixture
def tls(tmp_path):
    """Server and client contexts: a certificate for right.example, from an authority that the client trusts."""
    authority = certificate("authority.example")
    cert, key = certificate("right.example", authority)
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=authority[0].public_bytes(serialization.Encoding.PEM).decode())
    return server, client


def public_network_that_ends_at(port: int, client: ssl.SSLContext) -> PublicNetwork:
    """The real guard; only the last step, dialling a public address, goes to `port` of this machine instead."""

    async def resolve(host, asked_port):
        return [PUBLIC]

    async def dial(make, address, asked_port, tls, name):
        assert (address, asked_port) == (PUBLIC, 443)
        assert ipaddress.ip_address(address).is_global
        return await dial_by_system(make, "127.0.0.1", port, tls, name)

    return PublicNetwork(Limits(), tls=client, resolve=resolve, dial=dial)


async def test_the_right_name_is_answered_and_a_second_name_on_the_same_address_is_refused_by_its_certificate(tls):
    server, client = tls
    async with raw_peer(answer(b"hello"), tls=server) as peer:
        # Given a server that can prove one name
        fetcher = fetcher_on(public_network_that_ends_at(peer.port, client))

        # When it is asked under that name, and under another that leads to the same address
        first = await fetcher.get("https://right.example/", "text/plain")
        with pytest.raises(Unreachable) as failure:
            await fetcher.get("https://other.example/", "text/plain")

        # Then the second does not ride on the connection of the first
        assert (first.status, first.body) == (200, b"hello")
        assert failure.value.code == "bad-certificate"
        assert len(peer.heads) == 1
        assert b"Host: right.example\r\n" in peer.heads[0]
        await fetcher.close()


async def test_a_server_that_speaks_no_tls_is_unreachable(tls):
    _, client = tls
    async with raw_peer(answer(b"hello")) as peer:
        fetcher = fetcher_on(public_network_that_ends_at(peer.port, client))
        with pytest.raises(Unreachable):
            await fetcher.get("https://right.example/", "text/plain")
        await fetcher.close()
