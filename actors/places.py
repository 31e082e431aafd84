"""Where something is: what a person types about a place, and what is checked before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actors.refusals import Refused
from actors.rules import LINE_CHARS
from actors.texts import check_texts

REGION_CHARS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """A place; every part may be missing. `country` is two letters, degrees are WGS 84."""

    name: str | None = None
    street: str | None = None
    postal_code: str | None = None
    locality: str | None = None
    country: str | None = None
    region: str | None = None
    """ISO 3166 code (BE-BRU, BE), for filters; not an address line."""
    latitude: float | None = None
    longitude: float | None = None
    iri: str | None = None

    @property
    def line(self) -> str | None:
        """How it is said in one line: name and locality, each once; None when neither is known."""
        parts = [part for part in (self.name, self.locality) if part]
        if len(parts) == 2 and parts[1].casefold() in parts[0].casefold():
            parts.pop()
        return ", ".join(parts) or self.street


def check_place(place: PlaceDraft | None) -> None:
    """See that the words can be kept and the degrees can be somewhere.

    Raises:
        Refused: "place-off-the-map", "too-long", "unreadable-character".
    """
    if place is None:
        return
    for field in ("name", "street", "postal_code", "locality", "country", "iri"):
        check_texts(field, getattr(place, field) or "", {}, LINE_CHARS)
    check_texts("region", place.region or "", {}, REGION_CHARS)
    if not on_the_map(place.latitude, place.longitude):
        raise Refused("place-off-the-map", latitude=place.latitude, longitude=place.longitude)


def on_the_map(latitude: float | None, longitude: float | None) -> bool:
    """Whether both degrees are missing, or both are there and within their ranges (so not NaN either)."""
    if latitude is None or longitude is None:
        return latitude is None and longitude is None
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def place_columns(place: PlaceDraft | None) -> dict[str, object]:
    """`place` as the columns of an offer or an event; `place` itself is a Place as on the wire."""
    if place is None:
        return {"place_name": None, "place": None, "region": None, "latitude": None, "longitude": None}
    address = {
        "streetAddress": place.street,
        "postalCode": place.postal_code,
        "addressLocality": place.locality,
        "addressCountry": place.country,
    }
    address = {name: value for name, value in address.items() if value}
    wire: dict[str, object] = {"type": "Place", "name": place.name or place.locality or place.street or ""}
    if place.iri:
        wire["id"] = place.iri
    if address:
        wire["address"] = {"type": "PostalAddress", **address}
    return {
        "place_name": place.line,
        "place": wire if wire["name"] else None,
        "region": place.region,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def place_of(
    wire: Mapping[str, Any] | None, region: str | None, latitude: float | None, longitude: float | None
) -> PlaceDraft | None:
    """The draft that `place_columns` made these columns from."""
    if wire is None and region is None and latitude is None:
        return None
    place = wire or {}
    address = place.get("address") or {}
    return PlaceDraft(
        name=place.get("name"),
        street=address.get("streetAddress"),
        postal_code=address.get("postalCode"),
        locality=address.get("addressLocality"),
        country=address.get("addressCountry"),
        region=region,
        latitude=latitude,
        longitude=longitude,
        iri=place.get("id"),
    )
