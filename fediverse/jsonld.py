"""JSON-LD with the doors shut: bundled contexts only, for documents that spell our names differently.

Almost all documents use the compact names and are read as they are. One that writes `as:content`,
`@id` or full addresses for names is brought onto our own context first, 3 ms the piece. A context
that is not bundled counts as empty: it is never fetched, and no reason to refuse.

Source: JSON-LD 1.1 through PyLD; security.md rules 5 and 6, K10; the contexts name their source in
`contexts/*.json`.
"""

import json
import re
from functools import cache
from importlib import import_module, resources
from typing import Any

from fediverse.context import full_context
from fediverse.documents import JSON
from fediverse.errors import Malformed

_TRICKS = frozenset({"@graph", "@included", "@reverse"})
_MOST_NODES = 4_000  # values; expanding and compacting so many takes a third of a second
_LITEPUB = re.compile(r"https?://[^/]+/schemas/litepub-0\.1\.jsonld")
_EMPTY: dict[str, Any] = {"@context": {}}
_ALSO_AT = {
    "https://www.w3.org/ns/activitystreams#": "https://www.w3.org/ns/activitystreams",
    "http://www.w3.org/ns/activitystreams": "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1#": "https://w3id.org/security/v1",
    "https://purl.archive.org/socialweb/webfinger#": "https://purl.archive.org/socialweb/webfinger",
}


def expand(document: dict[str, JSON]) -> list[JSON]:
    """The document with full addresses for names.

    Raises:
        Malformed: "bad-json-ld"; "json-ld-trick" for `@graph`, `@included` and `@reverse`, by which one
            signed document was passed for another (K10); "too-many-nodes" for one too large for this slow way.
    """
    _refuse_tricks(document)
    try:
        found: list[JSON] = _pyld().expand(document, {"documentLoader": _load})
    except (_pyld().JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Malformed("bad-json-ld") from error
    return found


def normalise(document: dict[str, JSON]) -> dict[str, JSON]:
    """The document with the compact names that `fediverse.vocabulary.read` knows.

    Raises:
        Malformed: as `expand`; "many-documents" when it is not one.
    """
    nodes = expand(document)
    if len(nodes) != 1:
        raise Malformed("many-documents", count=len(nodes))
    try:
        options = {"documentLoader": _load, "skipExpansion": True}
        found: dict[str, JSON] = _pyld().compact(nodes, full_context(), options)
    except (_pyld().JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Malformed("bad-json-ld") from error
    if "@graph" in found:
        raise Malformed("many-documents")
    return found


def readable(document: dict[str, JSON]) -> dict[str, JSON]:
    """`document` as it is when its compact names can be read, otherwise normalised.

    The test looks for names with a colon or an at sign, at any depth; costs a few µs.

    Raises:
        Malformed: as `normalise`.
    """
    return document if _is_plain(document) else normalise(document)


def _is_plain(document: dict[str, JSON]) -> bool:
    waiting: list[JSON] = [document]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            for name, inner in value.items():
                if name == "@context":
                    continue
                if ("@" in name or ":" in name) and (name[0] == "@" or name.startswith(("as:", "http:", "https:"))):
                    return False
                if type(inner) is dict or type(inner) is list:
                    waiting.append(inner)
        elif type(value) is list:
            waiting.extend(value)
    return True


def _refuse_tricks(document: dict[str, JSON]) -> None:
    waiting: list[JSON] = [document]
    seen = 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > _MOST_NODES:
            raise Malformed("too-many-nodes", limit=_MOST_NODES)
        if isinstance(value, dict):
            if not _TRICKS.isdisjoint(value):
                raise Malformed("json-ld-trick")
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    """PyLD's document loader: the table and nothing else. «static» spares it the work of parsing again."""
    if _LITEPUB.fullmatch(url):
        url = "http://litepub.social/context.jsonld"
    document = _bundled().get(_ALSO_AT.get(url, url), _EMPTY)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": document,
        "tag": "static",
    }


@cache
def _pyld() -> Any:
    """PyLD, brought in with the first unfamiliar document: it costs a third of a second, and some megabytes."""
    return import_module("pyld.jsonld")


@cache
def _bundled() -> dict[str, dict[str, Any]]:
    """Address -> context document. Read once, when the first unfamiliar document comes."""
    found: dict[str, dict[str, Any]] = {}
    for file in resources.files("fediverse").joinpath("contexts").iterdir():
        if file.name.endswith(".json"):
            context = json.loads(file.read_text(encoding="utf-8"))
            found[context["url"]] = {"@context": context["@context"]}
    return found
