"""Regions by their names: Belgium's in four languages, countries by Babel.

A place of which nothing but its region is known is sent with the region's name, for people, beside the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale

from actors.wire.words import LANGUAGES, Words, words_for

_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")

NAMES: Mapping[str, tuple[str, str, str, str]] = {
    # In the order of LANGUAGES: nl, fr, en, de.
    "BE-BRU": ("Brussel", "Bruxelles", "Brussels", "Brüssel"),
    "BE-VLG": ("Vlaanderen", "Flandre", "Flanders", "Flandern"),
    "BE-WAL": ("Wallonië", "Wallonie", "Wallonia", "Wallonien"),
    "BE-VAN": ("Provincie Antwerpen", "Province d’Anvers", "Province of Antwerp", "Provinz Antwerpen"),
    "BE-WBR": ("Waals-Brabant", "Brabant wallon", "Walloon Brabant", "Wallonisch-Brabant"),
    "BE-WHT": ("Henegouwen", "Hainaut", "Hainaut", "Hennegau"),
    "BE-WLG": ("Provincie Luik", "Province de Liège", "Province of Liège", "Provinz Lüttich"),
    "BE-VLI": ("Limburg", "Limbourg", "Limburg", "Limburg"),
    "BE-WLX": ("Provincie Luxemburg", "Province de Luxembourg", "Luxembourg province", "Provinz Luxemburg"),
    "BE-WNA": ("Provincie Namen", "Province de Namur", "Province of Namur", "Provinz Namur"),
    "BE-VOV": ("Oost-Vlaanderen", "Flandre-Orientale", "East Flanders", "Ostflandern"),
    "BE-VBR": ("Vlaams-Brabant", "Brabant flamand", "Flemish Brabant", "Flämisch-Brabant"),
    "BE-VWV": ("West-Vlaanderen", "Flandre-Occidentale", "West Flanders", "Westflandern"),
    "EU": ("Europa", "Europe", "Europe", "Europa"),
}
"""The regions that the pages know by name too (`web.wording`)."""


def is_code(region: str | None) -> bool:
    """Whether `region` looks like a code of ISO 3166: BE, BE-BRU, EU."""
    return region is not None and _CODE.fullmatch(region) is not None


def region_name(region: str, words: Words) -> str:
    """What people call `region` in the language of `words`; a code that nobody knows stays what it is."""
    if region in NAMES:
        language = words.locale.partition("_")[0]
        return NAMES[region][LANGUAGES.index(language)]
    return str(Locale.parse(words.locale).territories.get(region.upper(), region))


def is_name_of(name: str | None, region: str) -> bool:
    """Whether `name` says nothing but `region`, in any of our languages."""
    return name is not None and any(name == region_name(region, words_for(language)) for language in LANGUAGES)
