"""Reading somebody's collection, a bounded part of it.

A collection may be endless, or lead in a circle (CVE-2025-32947). So: so many pages, so many items, every page from
the origin of the collection, none twice.

Sources: ActivityStreams 2.0 §5; S12 of the security contract.
"""

from fediverse.documents import JSON
from fediverse.errors import FediverseError, Malformed
from fediverse.fetch.budget import Budget
from fediverse.fetch.fetcher import Fetcher
from fediverse.hosts import same_origin

_KINDS = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})


async def items(
    fetcher: Fetcher, iri: str, *, most: int | None = None, budget: Budget | None = None
) -> list[str | dict[str, JSON]]:
    """The first items of the collection `iri`, in its order (newest first, for an outbox): ids or objects.

    What is embedded is only what the collection's origin says; whether it may say so is for the caller to judge.
    Ends quietly at a limit, at a page of another origin, and at a page that was seen before.

    Args:
        fetcher: reads the pages.
        iri: of the collection.
        most: how many items at most; `collection_items` is the upper bound.
        budget: of the activity that makes us read; a page is a fetch.

    Raises:
        Malformed: "not-a-collection".
        FediverseError: the collection or its first page cannot be had; see `Fetcher.page`.
    """
    limits = fetcher.limits
    wanted = limits.collection_items if most is None else min(most, limits.collection_items)
    seen = {iri}
    page: dict[str, JSON] | None = await fetcher.page(iri, budget=budget)
    if page is None or page.get("type") not in _KINDS:
        raise Malformed("not-a-collection", iri=iri)
    found = _entries(page)
    for turned in range(limits.collection_pages):
        if len(found) >= wanted:
            break
        try:
            page = await _following(fetcher, iri, page, seen, budget)
        except FediverseError:
            if turned == 0:
                raise
            break
        if page is None:
            break
        found += _entries(page)
    return found[:wanted]


async def _following(
    fetcher: Fetcher, collection: str, page: dict[str, JSON], seen: set[str], budget: Budget | None
) -> dict[str, JSON] | None:
    """What comes after `page`: the first page after the collection itself, which may be embedded; None at the end."""
    after = page.get("next") or page.get("first")
    if isinstance(after, dict):
        # Its nesting is bounded, so embedded pages end by themselves.
        return after
    if not isinstance(after, str) or after in seen or not same_origin(after, collection):
        return None
    seen.add(after)
    return await fetcher.page(after, budget=budget)


def _entries(document: dict[str, JSON]) -> list[str | dict[str, JSON]]:
    entries = document.get("orderedItems", document.get("items", []))
    if not isinstance(entries, list):
        entries = [entries]
    return [entry for entry in entries if isinstance(entry, str | dict)]
