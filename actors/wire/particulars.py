"""What an offer or a need says and FEP-0837 has no words for, in terms of our own beside it.

Each is one word, one flag or a list of words at the top level of the Note; what is usual is left out, except for
`keywords`, which says which hashtags the group itself chose. In reading, a word that we do not know is the usual one
and what is too much is left away: no such term ever refuses a document. How to be reached is sent, an address never.

Source: FEDERATION.md («Our own terms»).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actors.offers import Offer
from actors.offers.checks import CONTACTS, MODES
from actors.offers.tables import ENDINGS
from actors.places import PlaceDraft
from actors.rules import TAGS
from actors.wire import reading, regions
from actors.wire.words import Words
from fediverse import types
from fediverse.documents import JSON
from fediverse.html import shown_name
from fediverse.limits import Limits
from fediverse.types import Object, Proposal

MOST_CONCEPTS = 20
MOST_LANGUAGES = 20
_MOST_READ = 100
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})?")


def particulars(offer: Offer) -> dict[str, Any]:
    """The attributes of the Note that only our own instances read."""
    return {
        "work_mode": offer.mode if offer.mode != "onsite" else None,
        "region": offer.region if regions.is_code(offer.region) else None,
        "urgent": True if offer.urgent else None,
        "work_languages": list(offer.work_languages[:MOST_LANGUAGES]) or None,
        "concepts": list(offer.concept_iris[1 : MOST_CONCEPTS + 1]) or None,
        "keywords": list(offer.tags),
        "contact_way": offer.contact if offer.contact != "reply" else None,
        "offer_status": offer.status if offer.status in ("talks", "withdrawn", "expired") else None,
    }


def particulars_of(obj: Object, limits: Limits) -> dict[str, Any]:
    """What `particulars` said, as fields of the draft; only those that are there and make sense."""
    if not isinstance(obj, Proposal):
        return {}
    found: dict[str, Any] = {}
    if obj.work_mode in MODES:
        found["mode"] = obj.work_mode
    if obj.urgent:
        found["urgent"] = True
    if obj.contact_way in CONTACTS:
        found["contact"] = obj.contact_way
    languages = [tag for tag in _words(obj.work_languages) if _LANGUAGE.fullmatch(tag)]
    if languages:
        found["work_languages"] = tuple(dict.fromkeys(languages))[:MOST_LANGUAGES]
    if isinstance(obj.keywords, str | list):
        shown = [shown_name(tag, limits).removeprefix("#").strip() for tag in _words(obj.keywords)]
        found["tags"] = tuple(dict.fromkeys(tag[: reading.TAG_CHARS] for tag in shown if tag))[:TAGS]
    return found


def concepts_of(obj: Object, first: str | None, limits: Limits) -> tuple[str, ...]:
    """The leading concept and the further ones, each once."""
    leading = reading.web_address(first, limits)
    given = _words(obj.concepts) if isinstance(obj, Proposal) else []
    further = [iri for one in given[:MOST_CONCEPTS] if (iri := reading.web_address(one, limits))]
    return tuple(dict.fromkeys(([leading] if leading else []) + further))


def status_of(obj: Object, *, finished: bool) -> str | None:
    """How far it is, where that says more than `finished` does: talks, withdrawn, expired or filled."""
    status = obj.offer_status if isinstance(obj, Proposal) else None
    return status if status in (ENDINGS if finished else ("talks",)) else None


def region_as_place(offer: Offer, words: Words) -> types.Place | None:
    """A place with the name of its region, where nothing else has a name."""
    if not offer.region:
        return None
    return types.Place(
        name=regions.region_name(offer.region, words),
        latitude=offer.latitude,
        longitude=offer.longitude,
    )


def with_region(place: PlaceDraft | None, obj: Object) -> PlaceDraft | None:
    """`place` with its region; a name that says no more than the region goes, so that each reader gets her own."""
    region = obj.region if isinstance(obj, Proposal) else None
    if region is None or not regions.is_code(region):
        return place
    if place is None:
        return PlaceDraft(region=region)
    addressed = place.street or place.postal_code or place.locality or place.country
    said = not addressed and regions.is_name_of(place.name, region)
    return replace(place, region=region, name=None if said else place.name)


def _words(given: JSON) -> list[str]:
    """The strings in one or many, as far as anybody needs to look."""
    return [one for one in (given[:_MOST_READ] if isinstance(given, list) else [given]) if isinstance(one, str)]
