"""Which region lies in which: ISO 3166 codes, from Europe down to Belgium's provinces.

What a region is called stands elsewhere: `actors.wire.regions` for documents, `web.wording` for pages.
"""

from __future__ import annotations

from collections.abc import Mapping

PARTS: Mapping[str, tuple[str, ...]] = {
    "BE": ("BE-BRU", "BE-VLG", "BE-WAL"),
    "BE-VLG": ("BE-VAN", "BE-VBR", "BE-VLI", "BE-VOV", "BE-VWV"),
    "BE-WAL": ("BE-WBR", "BE-WHT", "BE-WLG", "BE-WLX", "BE-WNA"),
}
"""A region and what it consists of."""
COUNTRIES = ("BE", "NL", "FR", "DE", "LU", "AT", "CH", "DK", "ES", "FI", "HU", "IE", "IT", "PL", "PT", "SE")
"""The countries that a form offers, the nearest first."""
CHOICES = (
    "BE-BRU",
    *(code for region in ("BE-VLG", "BE-WAL") for code in (region, *PARTS[region])),
    *COUNTRIES,
    "EU",
)
"""What a form offers, in its order."""


def within(region: str) -> tuple[str, ...]:
    """The codes of `region` and of everything that lies in it; Europe holds all that a form offers."""
    if region == "EU":
        return CHOICES
    return (region, *(code for part in PARTS.get(region, ()) for code in within(part)))
