"""Reading somebody's collection, and no more of it than we want."""

import pytest

from fediverse.errors import Declined, Malformed
from fediverse.fetch import items
from fediverse.limits import Limits
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import ACTIVITY, Site, fetcher_on

R = "https://r.example"
OUTBOX = f"{R}/outbox"


@pytest.fixture
def site():
    return Site()


@pytest.fixture
async def fetcher(site):
    fetcher = fetcher_on(AsgiNetwork({"r.example": site, "e.example": site}))
    yield fetcher
    await fetcher.close()


def page(*entries, **more):
    return {"type": "OrderedCollectionPage", "orderedItems": list(entries), **more}


async def test_pages_are_read_in_their_order(site, fetcher):
    site.document("/outbox", {"type": "OrderedCollection", "totalItems": 3, "first": f"{OUTBOX}?page=1"})
    site.document("/outbox?page=1", page("a", {"id": "b"}, 7, None, next=f"{OUTBOX}?page=2"))
    site.document("/outbox?page=2", page("c"))
    assert await items(fetcher, OUTBOX) == ["a", {"id": "b"}, "c"]


async def test_items_may_stand_in_the_collection_or_in_an_embedded_page(site, fetcher):
    site.document("/a", {"type": "Collection", "items": ["x", "y"]})
    site.document("/b", {"type": "Collection", "first": {"type": "CollectionPage", "items": "only", "next": f"{R}/c"}})
    site.document("/c", page("more"))
    assert await items(fetcher, f"{R}/a") == ["x", "y"]
    assert await items(fetcher, f"{R}/b") == ["only", "more"]


async def test_no_more_is_read_than_is_wanted(site, fetcher):
    site.document("/outbox", page("a", "b", "c", next=f"{OUTBOX}?page=2"))
    assert await items(fetcher, OUTBOX, most=2) == ["a", "b"]
    assert site.asked == ["/outbox"]


async def test_S12_a_page_that_leads_to_itself_is_read_once(site, fetcher):
    site.document("/outbox", {"type": "OrderedCollection", "first": f"{OUTBOX}?page=1"})
    site.document("/outbox?page=1", page("a", next=f"{OUTBOX}?page=1"))
    assert await items(fetcher, OUTBOX) == ["a"]
    site.document("/outbox?page=1", page("a", next=OUTBOX))
    assert await items(fetcher, OUTBOX) == ["a"]


async def test_S12_pages_without_end_are_left_after_ten(site, fetcher):
    def endless(scope):
        number = int(scope["query_string"].decode().removeprefix("page="))
        body = f'{{"type":"OrderedCollectionPage","orderedItems":["{number}"],"next":"{OUTBOX}?page={number + 1}"}}'
        return 200, {"content-type": ACTIVITY}, body.encode()

    site.document("/outbox", {"type": "OrderedCollection", "first": f"{OUTBOX}?page=1"})
    site.pages |= {f"/outbox?page={number}": endless for number in range(100)}
    assert await items(fetcher, OUTBOX) == [str(number) for number in range(1, 11)]
    assert len(site.asked) == 11


async def test_S12_five_hundred_items_are_read_and_not_one_more(site, fetcher):
    limit = Limits().collection_items
    site.document("/outbox", page(*map(str, range(limit - 1)), next=f"{OUTBOX}?page=2"))
    site.document("/outbox?page=2", page("last", "too many"))
    found = await items(fetcher, OUTBOX, most=10_000)
    assert (len(found), found[-1]) == (limit, "last")


@pytest.mark.parametrize("elsewhere", ["https://e.example/outbox?page=2", "http://r.example/outbox?page=2"])
async def test_S12_a_page_of_another_origin_is_not_read(site, fetcher, elsewhere):
    site.document("/outbox", page("a", next=elsewhere))
    site.document("/outbox?page=2", page("b"))
    assert await items(fetcher, OUTBOX) == ["a"]
    assert site.asked == ["/outbox"]


@pytest.mark.parametrize("broken", ["/relative", "data:,x", 7, "https://[::1"])
async def test_what_follows_but_leads_nowhere_ends_the_reading(site, fetcher, broken):
    site.document("/outbox", {"type": "OrderedCollection", "first": f"{OUTBOX}?page=1"})
    site.document("/outbox?page=1", page("a", next=broken))
    assert await items(fetcher, OUTBOX) == ["a"]


async def test_a_later_page_that_is_missing_ends_the_reading_but_a_missing_first_one_is_an_error(site, fetcher):
    site.document("/outbox", {"type": "OrderedCollection", "first": f"{OUTBOX}?page=1"})
    site.document("/outbox?page=1", page("a", next=f"{OUTBOX}?page=2"))
    assert await items(fetcher, OUTBOX) == ["a"]
    del site.pages["/outbox?page=1"]
    with pytest.raises(Declined):
        await items(fetcher, OUTBOX)


async def test_something_else_is_no_collection(site, fetcher):
    site.document("/outbox", {"type": "Person", "items": ["a"]})
    with pytest.raises(Malformed) as refusal:
        await items(fetcher, OUTBOX)
    assert refusal.value.code == "not-a-collection"


async def test_S11_pages_are_paid_from_the_budget(site, fetcher):
    site.document("/outbox", page("a", next=f"{OUTBOX}?page=2"))
    site.document("/outbox?page=2", page("b"))
    budget = fetcher.budget()
    assert await items(fetcher, OUTBOX, budget=budget) == ["a", "b"]
    assert budget.spent == 2
