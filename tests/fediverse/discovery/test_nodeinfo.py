"""What a server says that it is."""

import pytest

from fediverse.discovery import NodeInfo, nodeinfo_document, nodeinfo_links, nodeinfo_media_type, read_nodeinfo
from fediverse.documents import dump
from fediverse.errors import ForbiddenAddress, Malformed
from fediverse.fetch import PublicNetwork
from fediverse.limits import Limits
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import Site, fetcher_on

R = "https://r.example"
SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"


@pytest.fixture
def site():
    return Site()


@pytest.fixture
async def fetcher(site):
    fetcher = fetcher_on(AsgiNetwork({"r.example": site}))
    yield fetcher
    await fetcher.close()


def links(**hrefs):
    return {"links": [{"rel": f"{SCHEMA}{version}", "href": href} for version, href in hrefs.items()]}


def ours(version="2.1"):
    return nodeinfo_document(
        version,
        software_version="0.1.0",
        open_registrations=False,
        members=12,
        active_month=5,
        active_half_year=9,
        posts=40,
        metadata={"nodeName": "Smart Brussels", "implements": ["groups", "offers", "needs", "events"]},
        repository="https://example.org/knooppunt",
    )


async def test_what_we_say_is_what_we_would_read(site, fetcher):
    site.document(
        "/.well-known/nodeinfo", nodeinfo_links(origin=R, instance_actor_iri=f"{R}/actor"), "application/json"
    )
    site.pages["/nodeinfo/2.1"] = (200, {"content-type": nodeinfo_media_type("2.1")}, dump(ours()))
    info = await read_nodeinfo(fetcher, R)
    assert info == NodeInfo("knooppunt", "0.1.0", frozenset({"activitypub"}), f"{R}/actor", ours()["metadata"])
    assert site.asked == ["/.well-known/nodeinfo", "/nodeinfo/2.1"]


def test_our_two_versions_differ_where_the_schemas_do():
    assert ours("2.1")["software"] == {
        "name": "knooppunt",
        "version": "0.1.0",
        "repository": "https://example.org/knooppunt",
    }
    assert ours("2.0")["software"] == {"name": "knooppunt", "version": "0.1.0"}
    assert ours("2.0")["version"] == "2.0"
    assert nodeinfo_media_type("2.0") == f'application/json; profile="{SCHEMA}2.0#"; charset=utf-8'
    with pytest.raises(Malformed):
        ours("3.0")


async def test_an_older_version_will_do(site, fetcher):
    site.document("/.well-known/nodeinfo", links(**{"2.0": f"{R}/n", "1.0": f"{R}/old"}), "application/json")
    site.document("/n", {"software": {"name": "Mastodon", "version": 4}, "protocols": "x", "metadata": []})
    assert await read_nodeinfo(fetcher, R) == NodeInfo("mastodon", "", frozenset(), None, {})
    site.document("/n", {"software": ["x"]})
    assert (await read_nodeinfo(fetcher, R)).software == ""


@pytest.mark.parametrize(
    "href", ["data:application/json,{}", "file:///etc/passwd", "https://[::1", "/n", "javascript:1"]
)
async def test_S3_a_link_that_is_no_place_on_the_web_is_refused(site, fetcher, href):
    site.document("/.well-known/nodeinfo", links(**{"2.0": href}), "application/json")
    with pytest.raises(Malformed):
        await read_nodeinfo(fetcher, R)


async def test_S3_a_link_inside_is_not_dialled(site):
    dialled = []
    inner = AsgiNetwork({"r.example": site})

    async def dial(make, address, port, tls, name):
        dialled.append(address)
        raise ConnectionRefusedError

    async def resolve(host, port):
        return [host]

    class Guarded(PublicNetwork):
        async def connect(self, iri):
            return await (inner.connect(iri) if iri.host == "r.example" else super().connect(iri))

    fetcher = fetcher_on(Guarded(Limits(), resolve=resolve, dial=dial))
    for href in ("http://127.0.0.1:9200/", "https://169.254.169.254/", "https://[::ffff:7f00:1]/", "https://10.0.0.1/"):
        site.document("/.well-known/nodeinfo", links(**{"2.1": href}), "application/json")
        with pytest.raises((ForbiddenAddress, Malformed)):
            await read_nodeinfo(fetcher, R)
    assert dialled == []
    await fetcher.close()


@pytest.mark.parametrize("document", [{}, {"links": {}}, {"links": [1, None, {"rel": 1}]}, links(**{"1.0": f"{R}/n"})])
async def test_links_that_lead_nowhere_are_refused(site, fetcher, document):
    site.document("/.well-known/nodeinfo", document, "application/json")
    with pytest.raises(Malformed) as refusal:
        await read_nodeinfo(fetcher, R)
    assert refusal.value.code == "bad-nodeinfo"


async def test_links_at_the_limit_are_read_and_one_more_is_not(site, fetcher):
    good = links(**{"2.1": f"{R}/n"})["links"]
    site.document("/n", {})
    site.document("/.well-known/nodeinfo", {"links": good * 100}, "application/json")
    await read_nodeinfo(fetcher, R)
    site.document("/.well-known/nodeinfo", {"links": good * 101}, "application/json")
    with pytest.raises(Malformed):
        await read_nodeinfo(fetcher, R)


@pytest.mark.parametrize("href", ["https://e.example/actor", "http://r.example/actor", "actor", 7])
async def test_an_instance_actor_elsewhere_is_not_this_servers(site, fetcher, href):
    document = links(**{"2.1": f"{R}/n"})
    document["links"].append({"rel": APPLICATION, "href": href})
    site.document("/.well-known/nodeinfo", document, "application/json")
    site.document("/n", {})
    assert (await read_nodeinfo(fetcher, R)).instance_actor_iri is None
