"""What is read alike from every document of others: who made it, where, in which language, with what attached.

Display text is cleaned and cut, a value that makes no sense is left out, and only what would give somebody the
authority of another refuses the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from actors.places import PlaceDraft, on_the_map
from actors.writing import render
from fediverse.errors import Malformed, Unauthorised
from fediverse.hosts import parse_iri, same_origin
from fediverse.html import clean, shown_name, text_of
from fediverse.limits import Limits
from fediverse.types import (
    Document,
    Hashtag,
    Link,
    Measure,
    Mention,
    Object,
    Place,
    PostalAddress,
    Ref,
    VirtualLocation,
)
from fediverse.types.objects import LangMap
from fediverse.vocabulary import PUBLIC, id_of, is_public, write

TAG_CHARS = 100
DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
"""An amount that we keep."""
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,2}")
_FEW = 4
_MEDIA = re.compile(r"[a-z]+/[\w.+-]{1,60}")


def identity(obj: Object, limits: Limits) -> tuple[str, str]:
    """The id of `obj` and that of its author.

    A list of authors gives the person in it (PeerTube names the person and the channel), else the first.

    Raises:
        Malformed: "no-id", "no-author", "bad-iri".
        Unauthorised: "foreign-author", when they are of different origins (row O7).
    """
    if not obj.id:
        raise Malformed("no-id")
    parse_iri(obj.id, limits)
    authors = [author for author in obj.attributed_to if id_of(author)]
    people = [author for author in authors if isinstance(author, Object) and author.type == "Person"]
    author_iri = id_of((people or authors or [None])[0])
    if author_iri is None:
        actor = getattr(obj, "actor", None)
        author_iri = actor if isinstance(actor, str) else None
    if author_iri is None:
        raise Malformed("no-author", id=obj.id)
    # Ids of one server nearly always begin alike to the letter, and reading an IRI costs more than all the rest here.
    if not author_iri.startswith("/".join(obj.id.split("/", 3)[:3]) + "/") and not same_origin(obj.id, author_iri):
        raise Unauthorised("foreign-author", id=obj.id, author=author_iri)
    return obj.id, author_iri


def web_address(url: str | None, limits: Limits) -> str | None:
    """`url` if a person can be sent there: http or https, well formed; else None."""
    # Many a conversation is a `tag:`, which need not be refused by an exception.
    if url is None or url[:4].lower() != "http":
        return None
    try:
        return parse_iri(url, limits).text
    except Malformed:
        return None


def neighbour(iri: str | None, author_iri: str, limits: Limits) -> str | None:
    """`iri` if its server is the author's own: nobody credits somebody of elsewhere without being asked."""
    found = web_address(iri, limits)
    return found if found is not None and same_origin(found, author_iri) else None


def language_of(obj: Object) -> str | None:
    """The main language: the first of `contentMap` or `nameMap`, else `inLanguage`."""
    for versions in (obj.content_map, obj.name_map):
        for tag in versions or ():
            return _language(tag)
    return _language(getattr(obj, "in_language", None))


def other_versions(versions: LangMap | None, main: str | None) -> dict[str, str]:
    """The versions in languages other than `main`, a few of them, as they came."""
    found = {tag: text for tag, text in (versions or {}).items() if _language(tag) and tag != main}
    return dict(list(found.items())[:_FEW])


def html_of(obj: Object, limits: Limits) -> str:
    """`content` as clean HTML, whatever `mediaType` says it is."""
    content = obj.content or ""
    if obj.media_type == "text/markdown":
        return clean(render(content).html, limits)
    if obj.media_type == "text/plain":
        return clean("<p>" + escape(content).replace("\n", "<br>") + "</p>", limits) if content else ""
    return clean(content, limits)


def plain(html: str | None, limits: Limits) -> str | None:
    """One line of text of `html`, for a title or a warning; None when there is nothing to read."""
    return shown_name(text_of(html).replace("\n", " "), limits) or None if html else None


def hashtags(obj: Object, limits: Limits) -> tuple[str, ...]:
    """The hashtags, without «#», each once."""
    names = (tag.name for tag in obj.tag if isinstance(tag, Hashtag) and tag.name)
    found = (shown_name(name, limits).removeprefix("#").strip()[:TAG_CHARS] for name in names)
    return tuple(dict.fromkeys(tag for tag in found if tag))


def mentions(obj: Object) -> tuple[str, ...]:
    """The ids of the actors that are mentioned."""
    return tuple(dict.fromkeys(tag.href for tag in obj.tag if isinstance(tag, Mention) and tag.href))


def audience(obj: Object) -> tuple[str, ...]:
    """Everyone that `to`, `cc`, `audience` and the mentions name, less «everybody»."""
    named = dict.fromkeys((*obj.to, *obj.cc, *obj.audience, *mentions(obj)))
    named.pop(PUBLIC, None)
    return tuple(named)


def visibility(obj: Object) -> str:
    """Our word for whom it is for."""
    return "public" if is_public(obj) else "group"


def attachments(things: tuple[Ref, ...], limits: Limits) -> tuple[dict[str, Any], ...]:
    """Files, as on the wire, with nothing but what we know and addresses that a person can be sent to."""
    found = []
    for thing in things:
        if not isinstance(thing, Document):
            continue
        url = web_address(thing.url, limits)
        if url is None:
            continue
        values: dict[str, str | int | None] = {
            "mediaType": thing.media_type if thing.media_type and _MEDIA.fullmatch(thing.media_type) else None,
            "url": url,
            "name": shown_name(thing.name, limits) if thing.name else None,
            "blurhash": thing.blurhash if thing.blurhash and len(thing.blurhash) <= TAG_CHARS else None,
            "width": thing.width,
            "height": thing.height,
        }
        known = {name: value for name, value in values.items() if value is not None}
        found.append({"type": thing.type, **known})
    return tuple(found)


def link_in(things: tuple[Ref, ...], limits: Limits) -> str | None:
    """The first link among attachments."""
    for thing in things:
        if isinstance(thing, Link) and (url := web_address(thing.href, limits)):
            return url
    return None


def place_in(locations: tuple[Ref, ...], limits: Limits) -> PlaceDraft | None:
    """The first real place: a Place, or a line of text where an id might have stood."""
    for one in locations:
        if isinstance(one, Place) or (isinstance(one, Object) and one.type == "" and one.name):
            return _place(one, limits)
        if isinstance(one, str) and web_address(one, limits) is None:
            return PlaceDraft(name=shown_name(one, limits) or None)
    return None


def virtual_in(locations: tuple[Ref, ...], limits: Limits) -> tuple[bool, str | None]:
    """Whether a place on the net is among them, and its address if it says one."""
    for one in locations:
        if isinstance(one, VirtualLocation):
            address = one.extra.get("address")
            inner = address.get("url") if isinstance(address, dict) else None
            return True, web_address(one.url or (inner if isinstance(inner, str) else None), limits)
        if isinstance(one, str) and (url := web_address(one, limits)):
            return True, url
    return False, None


def amount(measure: Measure | None) -> str | None:
    """How much, if it is a plain decimal."""
    value = measure.has_numerical_value if measure else None
    return value if value is not None and DECIMAL.fullmatch(value) else None


def kept(obj: Object, document: Mapping[str, Any] | None) -> dict[str, Any]:
    """The document to keep: as it came if it is at hand, else as we read it."""
    return dict(document) if document is not None else dict(write(obj))


def _place(place: Object, limits: Limits) -> PlaceDraft:
    name = shown_name(place.name, limits) if place.name else None
    latitude = getattr(place, "latitude", None)
    longitude = getattr(place, "longitude", None)
    if not on_the_map(latitude, longitude):
        latitude = longitude = None
    address = getattr(place, "address", None)
    if isinstance(address, str):
        street: str | None = shown_name(address, limits) or None
        return PlaceDraft(name=name, street=street, latitude=latitude, longitude=longitude)
    parts: dict[str, str | None] = {}
    if isinstance(address, PostalAddress):
        parts = {
            "street": address.street_address,
            "postal_code": address.postal_code,
            "locality": address.address_locality,
            "country": address.address_country,
        }
        parts = {field: shown_name(value, limits) or None for field, value in parts.items() if value}
    return PlaceDraft(name=name, latitude=latitude, longitude=longitude, **parts)


def _language(tag: str | None) -> str | None:
    if tag is None or tag == "und" or len(tag) > 16 or _LANGUAGE.fullmatch(tag) is None:
        return None
    return tag
