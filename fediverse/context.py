"""Our `@context`: what the names in our documents mean, as short as the document allows.

Most readers go by the names alone; those who do read the context must never have to fetch more than
what everybody bundles. So extension terms are defined inline, and only the terms that are used.

Source: interop.md §7 and trap 23.
"""

from collections.abc import Iterable, Mapping

from fediverse.documents import JSON

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v1"

# A term that makes us add a whole context: the names in it are those of its owner.
_WHOLE = (("publicKey", SECURITY), ("assertionMethod", MULTIKEY), ("proof", DATA_INTEGRITY))

_PREFIXES = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",
    "lemmy": "https://join-lemmy.org/ns#",
    "mz": "https://joinmobilizon.org/ns#",
    "pt": "https://joinpeertube.org/ns#",
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    "gts": "https://gotosocial.org/ns#",
    "litepub": "http://litepub.social/ns#",
    "kp": "urn:knooppunt:",
}


def _id(iri: str) -> dict[str, JSON]:
    return {"@id": iri, "@type": "@id"}


_AS = "manuallyApprovesFollowers sensitive Hashtag"
_TOOT = "discoverable indexable votersCount blurhash Emoji suspended"
_SCHEMA = (
    "PropertyValue value PostalAddress VirtualLocation address streetAddress postalCode addressLocality addressRegion"
    " addressCountry maximumAttendeeCapacity remainingAttendeeCapacity inLanguage category"
)
_MOBILIZON = (
    "timezone joinMode participantCount repliesModerationOption isOnline"
    " anonymousParticipationEnabled participationMessage draft openness"
)
_VALUEFLOWS = (
    "Proposal Intent Agreement Commitment purpose publishes reciprocal unitBased action resourceQuantity"
    " availableQuantity minimumQuantity stipulates stipulatesReciprocal finished"
)
_OWN = (
    "kind series rrule tzid workMode region urgent contactWay offerStatus"
    " payKind payAmount payAmountTo payCurrency payUnit"
)

TERMS: dict[str, JSON] = {
    **{name: f"as:{name}" for name in _AS.split()},
    **{name: f"toot:{name}" for name in _TOOT.split()},
    **{name: f"schema:{name}" for name in _SCHEMA.split()},
    **{name: f"mz:{name}" for name in _MOBILIZON.split()},
    **{name: f"vf:{name}" for name in _VALUEFLOWS.split()},
    **{name: f"kp:{name}" for name in _OWN.split()},
    # The Multikey context leaves this one out; without it a reader of JSON-LD finds no key to check our proofs with.
    "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"},
    "alsoKnownAs": _id("as:alsoKnownAs"),
    "movedTo": _id("as:movedTo"),
    "featured": _id("toot:featured"),
    "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
    "uuid": "schema:identifier",
    "externalParticipationUrl": _id("mz:externalParticipationUrl"),
    "contacts": _id("mz:contacts"),
    "members": _id("mz:members"),
    "commentsEnabled": "pt:commentsEnabled",
    "status": "ical:status",
    "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
    "removeData": "lemmy:removeData",
    "Lock": "lemmy:Lock",
    "EmojiReact": "litepub:EmojiReact",
    "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"},
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "upcomingEvents": _id("https://w3id.org/fep/8a8e/upcomingEvents"),
    "attendees": _id("https://w3id.org/fep/8a8e/attendees"),
    "organizers": _id("https://w3id.org/fep/8a8e/organizers"),
    "eventStatus": "https://w3id.org/fep/8a8e/eventStatus",
    "displayEndTime": "https://w3id.org/fep/8a8e/displayEndTime",
    "conversation": "http://ostatus.org#conversation",
    "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
    "quote": _id("https://w3id.org/fep/044f#quote"),
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
    "resourceConformsTo": _id("vf:resourceConformsTo"),
    "provider": _id("vf:provider"),
    "receiver": _id("vf:receiver"),
    "satisfies": _id("vf:satisfies"),
    "hasBeginning": "vf:hasBeginning",
    "hasEnd": "vf:hasEnd",
    "Measure": "om2:Measure",
    "hasUnit": "om2:hasUnit",
    "hasNumericalValue": "om2:hasNumericalValue",
    "partOfGroup": _id("kp:partOfGroup"),
    "concepts": {"@id": "kp:concepts", "@type": "@id", "@container": "@set"},
    "keywords": {"@id": "kp:keywords", "@container": "@set"},
    "workLanguages": {"@id": "kp:workLanguages", "@container": "@set"},
}
"""Every extension term that we write or read by name, with its definition."""


def with_context(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """`document` with the `@context` it needs in front; documents inside that have their own keep it.

    Where everything is plain Activity Streams the context is that one address, otherwise a list.
    """
    used = _names_in(document)
    whole = [address for term, address in _WHOLE if term in used]
    inline = _definitions(name for name in TERMS if name in used)
    context: JSON = ACTIVITYSTREAMS
    if whole or inline:
        context = [ACTIVITYSTREAMS, *whole, *([inline] if inline else [])]
    return {"@context": context, **{name: value for name, value in document.items() if name != "@context"}}


def full_context() -> list[JSON]:
    """The context with all we know: what foreign documents are brought onto."""
    return [ACTIVITYSTREAMS, SECURITY, MULTIKEY, DATA_INTEGRITY, _definitions(TERMS)]


def _definitions(names: Iterable[str]) -> dict[str, JSON]:
    """The inline part for `names`: the prefixes that their definitions use, then the definitions."""
    terms = {name: TERMS[name] for name in names}
    used = {str(each["@id"] if isinstance(each, dict) else each).partition(":")[0] for each in terms.values()}
    return {**{name: iri for name, iri in _PREFIXES.items() if name in used}, **terms}


def _names_in(document: Mapping[str, JSON]) -> set[str]:
    """All keys and all `type`s, but not those of inner documents with a context of their own."""
    found: set[str] = set()
    waiting: list[JSON] = list(document.values())
    found.update(document)
    _add_types(found, document.get("type"))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict) and "@context" not in value:
            found.update(value)
            _add_types(found, value.get("type"))
            waiting.extend(value.values())
    return found


def _add_types(found: set[str], given: JSON) -> None:
    if isinstance(given, str):
        found.add(given)
    elif isinstance(given, list):
        found.update(each for each in given if isinstance(each, str))
