"""Offer <-> Note with FEP-0837 properties at the top level (interop.md §2.2), and what others send instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from actors.answers import talks_about
from actors.offers import Offer, OfferDraft, RemoteOffer
from actors.people import Actor
from actors.wire import composing, reading
from actors.wire.particulars import concepts_of, particulars, particulars_of, region_as_place, status_of, with_region
from actors.wire.pay import FLOHMARKT, UNIT_CHARS, pay_of, pay_terms
from actors.wire.phrases import facts_of_offer
from actors.wire.words import FALLBACK, words_for
from actors.writing import Mentioned, mention_link, render
from fediverse.errors import Malformed
from fediverse.html import clean, shown_name, text_of
from fediverse.limits import Limits
from fediverse.types import Activity, Intent, Note, Object
from fediverse.vocabulary import read, write

_UNITS = {"one": "one", "unit": "one", "hour": "hour", "day": "day", "week": "week", "month": "month"}
_ACTIONS = ("deliverService", "transfer")


def to_wire(session: Session, offer: Offer) -> Note:
    """Our offer or need as a Note that reads well everywhere and is FEP-0837 for whoever knows it.

    Raises:
        Refused: "not-ours", "gone", "members-only", "not-published".
    """
    composing.must_be_ours(offer)
    group = session.get_one(Actor, offer.group_id)
    origin = composing.origin_of(group)
    credited = composing.by_iri(session, offer.provider_iri)
    by = composing.mentioned(credited) if credited is not None else None
    main = offer.language or group.language or FALLBACK
    named: dict[str, Mentioned] = {by.iri: by} if by else {}
    tags: dict[str, None] = {}
    contents: dict[str, str] = {}
    talks = talks_about(session, [offer.id]).get(offer.id, 0) if offer.status == "talks" else 0
    for language in dict.fromkeys((main, *offer.title_map, *offer.text_map)):
        own = language == main
        title = offer.title if own else offer.title_map.get(language, offer.title)
        text = offer.text if own else offer.text_map.get(language, offer.text)
        words = words_for(language)
        written = render(text, who=composing.who_in(session), origin=origin)
        named |= {who.iri: who for who in written.mentions}
        below = composing.fitting_tags(words.kind_tag[offer.purpose], offer.tags, written.tags)
        tags |= dict.fromkeys((*written.tags, *below))
        talked = [words.talks.format(count=talks)] if talks else []
        prefix = f"[{words.ended[offer.status]}] " if offer.finished else ""
        contents[language] = "".join(
            (
                composing.bold(f"{prefix}{words.kind[offer.purpose]}{words.colon} {title}"),
                composing.facts_line([*talked, *facts_of_offer(offer, words)]),
                written.html,
                composing.paragraph(words.by[offer.purpose].format(who=mention_link(by))) if by else "",
                composing.link_line(words.link[offer.purpose], offer.iri),
                composing.tag_line(origin, below),
            )
        )
    to, cc = composing.addressees(group, public=offer.visibility == "public", named=named)
    place = composing.place(offer.place, offer.latitude, offer.longitude) or region_as_place(offer, words_for(main))
    return Note(
        id=offer.iri,
        attributed_to=(group.iri,),
        to=to,
        cc=cc,
        audience=(group.iri,),
        published=offer.published_at,
        updated=offer.updated_at if offer.updated_at > offer.published_at else None,
        url=offer.url,
        context=offer.context_iri,
        conversation=offer.context_iri,
        content=contents[main],
        content_map=contents,
        sensitive=False,
        tag=(
            *(composing.mention(who) for who in named.values()),
            *(composing.hashtag(origin, tag) for tag in tags),
        ),
        attachment=tuple(composing.document(one) for one in offer.attachments),
        location=(place,) if place is not None else (),
        purpose=offer.purpose,
        unit_based=offer.unit_based,
        publishes=_primary(offer, credited),
        has_end=offer.expires_at,
        finished=True if offer.finished else None,
        **pay_terms(offer),
        **particulars(offer),
    )


def is_offer(obj: Object) -> bool:
    """Whether `obj` can be read as an offer or a need: `purpose` and `publishes`, or Flohmarkt's or Bonfire's way."""
    return _purpose_of(_unprefixed(obj)) is not None


def from_wire(obj: Object, limits: Limits, document: Mapping[str, Any] | None = None) -> RemoteOffer:
    """Read another server's offer or need. `document` is its JSON as it came, to be kept.

    Raises:
        Malformed: "no-id", "no-author", "no-title", "not-an-offer", "bad-iri".
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    obj = _unprefixed(obj)
    purpose = _purpose_of(obj)
    if purpose is None:
        raise Malformed("not-an-offer", id=obj.id)
    iri, author_iri = reading.identity(obj, limits)
    content = reading.html_of(obj, limits) or clean(obj.summary or "", limits)
    language = reading.language_of(obj)
    primary = _intent_of(obj)
    title = _title(obj, primary, content, limits)
    place = reading.place_in(obj.location or (primary.location if primary else ()), limits)
    finished = bool(getattr(obj, "finished", None))
    begins_at, ends_at = _span(primary)
    provider = (primary.provider if purpose == "offer" else primary.receiver) if primary else None
    said: dict[str, Any] = {
        "tags": reading.hashtags(obj, limits),
        **pay_of(obj, limits),
        **particulars_of(obj, limits),
    }
    draft = OfferDraft(
        purpose=purpose,
        title=title,
        language=language,
        concept_iris=concepts_of(obj, primary.resource_conforms_to if primary else None, limits),
        attachments=reading.attachments((*obj.attachment, *obj.image), limits),
        place=with_region(place, obj),
        begins_at=begins_at,
        ends_at=ends_at,
        expires_at=_sane(getattr(obj, "has_end", None)),
        action=primary.action if primary and primary.action in _ACTIONS else "deliverService",
        quantity=reading.amount(primary.resource_quantity) if primary else None,
        unit=_unit(primary) if primary else None,
        available_quantity=reading.amount(primary.available_quantity) if primary else None,
        minimum_quantity=reading.amount(primary.minimum_quantity) if primary else None,
        unit_based=bool(getattr(obj, "unit_based", None)),
        provider_iri=reading.neighbour(provider, author_iri, limits),
        visibility=reading.visibility(obj),
        **said,
    )
    return RemoteOffer(
        iri=iri,
        author_iri=author_iri,
        draft=draft,
        content=content,
        url=reading.web_address(obj.url, limits),
        finished=finished,
        status=status_of(obj, finished=finished),
        published_at=obj.published,
        updated_at=obj.updated,
        context_iri=reading.web_address(obj.context, limits),
        mentions=reading.mentions(obj),
        audience=reading.audience(obj),
        document=reading.kept(obj, document),
    )


def _primary(offer: Offer, credited: Actor | None) -> Intent:
    person = credited.iri if credited is not None else None
    return Intent(
        id=f"{offer.iri}#primary",
        name=offer.title,
        action=offer.action,
        provider=person if offer.purpose == "offer" else None,
        receiver=person if offer.purpose == "request" else None,
        resource_conforms_to=offer.concept_iris[0] if offer.concept_iris else None,
        resource_quantity=composing.measure(offer.quantity, offer.unit),
        available_quantity=composing.measure(offer.available_quantity, offer.unit),
        minimum_quantity=composing.measure(offer.minimum_quantity, offer.unit),
        start_time=offer.begins_at,
        end_time=offer.ends_at,
    )


def _unprefixed(obj: Object) -> Object:
    """`ValueFlows:Proposal` and `ValueFlows:Intent`, as Bonfire writes them, read as what they are."""
    prefix, _, name = obj.type.rpartition(":")
    return read({**write(obj), "type": name}, Limits()) if prefix and name in ("Proposal", "Intent") else obj


def _purpose_of(obj: Object) -> str | None:
    """offer or request; None for anything that is neither."""
    purpose = getattr(obj, "purpose", None)
    if purpose in ("offer", "request"):
        return purpose if getattr(obj, "publishes", None) is not None or _is_typed(obj, "Proposal") else None
    if isinstance(obj.extra.get(FLOHMARKT), dict):
        return "offer"
    if _is_typed(obj, "Need"):
        return "request"
    if _is_typed(obj, "Offer") and not (isinstance(obj, Activity) and (obj.actor or obj.object)):
        return "offer"
    intent = obj if isinstance(obj, Intent) else getattr(obj, "publishes", None)
    if isinstance(intent, Intent) and (intent is obj or _is_typed(obj, "Proposal")):
        if intent.receiver is not None and intent.provider is None:
            return "request"
        return "offer" if intent.provider is not None else None
    return None


def _is_typed(obj: Object, name: str) -> bool:
    """Whether a type of `obj` is `name`, with or without the prefix that Bonfire puts before it."""
    return any(kind.rpartition(":")[2] == name for kind in (obj.type, *obj.types))


def _intent_of(obj: Object) -> Intent | None:
    if isinstance(obj, Intent):
        return obj
    publishes = getattr(obj, "publishes", None)
    return publishes if isinstance(publishes, Intent) else None


def _title(obj: Object, primary: Intent | None, content: str, limits: Limits) -> str:
    data = obj.extra.get(FLOHMARKT)
    market = data.get("name") if isinstance(data, dict) else None
    for name in (primary.name if primary else None, obj.name, market if isinstance(market, str) else None):
        if name and (shown := shown_name(name, limits)):
            return shown
    for line in text_of(content).splitlines():
        if shown := shown_name(line, limits):
            return shown
    raise Malformed("no-title", id=obj.id)


def _unit(primary: Intent) -> str | None:
    """The unit of how much, else of how much there is."""
    measures = (primary.resource_quantity, primary.available_quantity, primary.minimum_quantity)
    unit = next((measure.has_unit for measure in measures if measure and measure.has_unit), None)
    if unit is None:
        return None
    last = re.split(r"[:/#]", unit)[-1]
    return _UNITS.get(last.lower(), last[:UNIT_CHARS] or None)


def _span(primary: Intent | None) -> tuple[datetime | None, datetime | None]:
    begins_at, ends_at = (_sane(primary.start_time), _sane(primary.end_time)) if primary else (None, None)
    if begins_at is not None and ends_at is not None and ends_at < begins_at:
        return begins_at, None
    return begins_at, ends_at


def _sane(moment: datetime | None) -> datetime | None:
    """A date that somebody can have meant; any other is left out (row D5)."""
    first, last = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    return moment if moment is not None and first <= moment <= last else None
