"""Answers to offers and needs on the wire: FEP-0837 agreements, and a note that people read.

An answer to a partner's item travels twice, as `Offer{Agreement}` for programs that know it, and as a direct note in
reply to the item, which every server shows. Source: FEP-0837 (agreements); interop.md §2.1, §7.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from actors.database import new_uuid
from actors.offers import Offer
from actors.people import Actor
from actors.rules import whole_second
from actors.wire import composing
from actors.wire.words import FALLBACK, LANGUAGES
from actors.writing import mention_link, render
from fediverse.types import Activity, Agreement, Commitment, Note, Object
from fediverse.vocabulary import id_of

PRIMARY = "#primary"
SAID: Mapping[str, Mapping[str, str]] = {
    "can": {
        "nl": "Dit kan ik doen.",
        "fr": "Je peux m’en charger.",
        "en": "I can do this.",
        "de": "Das kann ich übernehmen.",
    },
    "knows": {
        "nl": "Ik ken iemand hiervoor.",
        "fr": "Je connais quelqu’un pour cela.",
        "en": "I know someone for this.",
        "de": "Ich kenne jemanden dafür.",
    },
    "question": {
        "nl": "Ik heb een vraag.",
        "fr": "J’ai une question.",
        "en": "I have a question.",
        "de": "Ich habe eine Frage.",
    },
}
"""The kind of an answer, as its first sentence."""
_AUTHOR_GROUP: Mapping[str, str] = {
    "nl": "Namens {name}.",
    "fr": "De la part de {name}.",
    "en": "On behalf of {name}.",
    "de": "Im Namen von {name}.",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What an `Offer{Agreement}` of somebody else says: to which item, and how much of it."""

    satisfies: str
    """The intent, or the item where the sender names no intent."""
    quantity: str | None
    unit: str | None

    @property
    def item_iri(self) -> str:
        """The item that has the intent."""
        return self.satisfies.partition("#")[0]


def offered_in(thing: Object | None) -> Offered | None:
    """What the agreement `thing` would satisfy; None when it names nothing."""
    if not isinstance(thing, Agreement):
        return None
    promise = thing.stipulates
    if not isinstance(promise, Commitment) or not promise.satisfies:
        return None
    measure = promise.resource_quantity
    return Offered(
        promise.satisfies, measure.has_numerical_value if measure else None, measure.has_unit if measure else None
    )


def primary_of(offer: Offer) -> str | None:
    """The id of the main intent of `offer`; None for an item without one (as Flohmarkt writes it)."""
    if offer.local:
        return f"{offer.iri}{PRIMARY}"
    published = (offer.document or {}).get("publishes")
    given = published.get("id") if isinstance(published, dict) else published
    if not isinstance(given, str):
        return None
    return given if given.partition("#")[0] == offer.iri else None


def agreement(offer: Offer, intent: str, *, iri: str | None = None) -> Agreement:
    """That the main intent of `offer` is satisfied, all of it; `iri` once it is agreed."""
    value, unit = offer.quantity or offer.minimum_quantity or "1", offer.unit or "one"
    return Agreement(
        id=iri,
        stipulates=Commitment(satisfies=intent, resource_quantity=composing.measure(value, unit)),
    )


def with_result(activity: Activity, agreed: Agreement) -> Activity:
    """`activity` (an `Accept`) with what it makes: the agreement."""
    return replace(activity, result=agreed)


def note(
    offer: Offer, author: Actor, speaker: Actor, kind: str, text: str, language: str | None, name: str, *, now: datetime
) -> Note:
    """The answer as a direct note of `speaker` to `author`, who published `offer` elsewhere.

    Args:
        name: of the member in whose name a group speaks; «» for nobody.
    """
    code = (language or speaker.language or FALLBACK).partition("-")[0]
    code = code if code in LANGUAGES else FALLBACK
    who = composing.mentioned(author)
    first = f"{mention_link(who)} {escape(SAID[kind][code], quote=False)}"
    behalf = composing.paragraph(escape(_AUTHOR_GROUP[code].format(name=name), quote=False)) if name else ""
    content = composing.paragraph(first) + render(text).html + behalf
    return Note(
        id=f"{speaker.iri}/messages/{new_uuid()}",
        attributed_to=(speaker.iri,),
        to=(author.iri,),
        published=whole_second(now),
        in_reply_to=offer.iri,
        context=offer.context_iri,
        content=content,
        content_map={language or code: content},
        tag=(composing.mention(who),),
    )


def result_iri(result: object) -> str | None:
    """The id of the agreement that an `Accept` gives as its result."""
    return id_of(result) if isinstance(result, str | Object) else None
