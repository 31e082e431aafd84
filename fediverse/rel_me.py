"""Whether somebody's page links back with `rel="me"`: how Mastodon and IndieWeb confirm a link of a profile.

The page is a stranger's: it is read by the parser that cleans all HTML here, which is linear, and what comes out of it
has nothing but links.

Source: microformats.org/wiki/rel-me; Mastodon's verify_link_service.rb.
"""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser

import nh3

from fediverse.limits import Limits

_LINKS = nh3.Cleaner(
    tags={"a", "link"},
    attributes={"a": {"href", "rel"}, "link": {"href", "rel"}},
    clean_content_tags={"script", "style"},
    link_rel=None,
)


def links_back(html: str, addresses: Collection[str], limits: Limits) -> bool:
    """Whether `html` has an `a` or `link` with `rel="me"` to one of `addresses`; a slash at the end is nothing."""
    if len(html) > limits.fetch_bytes:
        return False
    found = _Links()
    found.feed(_LINKS.clean(html))
    return not found.mine.isdisjoint({address.rstrip("/") for address in addresses})


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.mine: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "me" in values.get("rel", "").lower().split():
            self.mine.add(values.get("href", "").strip().rstrip("/"))
