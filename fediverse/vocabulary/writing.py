"""From types to JSON: the compact names and the shapes that all readers of interop.md §6 bear.

One string `type`; `to`, `cc`, `tag` and `attachment` always arrays; the other plurals a single value
when there is one; nothing that is None; `bto` and `bcc` never.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fediverse.documents import JSON
from fediverse.types import CLASSES, Activity, Actor, Collection, Event, Link, Object, Verbatim
from fediverse.types.terms import Shape, Term, terms_of

_NEVER = frozenset({"bto", "bcc"})
_TERMS = {cls: tuple(terms_of(cls).items()) for cls in CLASSES}


def write(thing: Object | Link) -> dict[str, JSON]:
    """`thing` as JSON, without `@context` (see `fediverse.context.with_context`).

    `to` and `cc` are there, even when empty, as soon as one of them is not: some servers want both.
    """
    if isinstance(thing, Verbatim):
        return dict(thing.document)
    document: dict[str, JSON] = {}
    if thing.id is not None:
        document["id"] = thing.id
    if thing.type:
        document["type"] = thing.type
    for attribute, term in _TERMS[type(thing)]:
        if attribute in _NEVER:
            continue
        value = getattr(thing, attribute)
        if value is None or (value == () and not _is_written_empty(attribute, thing)):
            continue
        document[term.wire] = _value(value, term)
    if isinstance(thing, Object):
        _finish(thing, document)
    for name, raw in thing.extra.items():
        if name not in document and name not in _NEVER:
            document[name] = raw
    return document


def _finish(thing: Object, document: dict[str, JSON]) -> None:
    if thing.links:
        document["url"] = [link.href if link == Link(type="", href=link.href) else write(link) for link in thing.links]
    if isinstance(thing, Actor):
        if thing.shared_inbox is not None:
            others = thing.extra.get("endpoints")
            document["endpoints"] = {
                "sharedInbox": thing.shared_inbox,
                **(others if isinstance(others, dict) else {}),
            }
        if thing.moderators is not None:
            document["attributedTo"] = thing.moderators
    if isinstance(thing, Activity) and isinstance(thing.object, tuple):
        document["object"] = [_one(each) for each in thing.object]
    if isinstance(thing, Collection) and thing.items is not None:
        document["orderedItems" if "Ordered" in thing.type else "items"] = [_one(each) for each in thing.items]


def _is_written_empty(attribute: str, thing: Object | Link) -> bool:
    """Some servers want both of `to` and `cc`; Gancio maps over an event's `tag` and `attachment` unasked."""
    if attribute in thing.extra:
        return False
    if attribute in ("to", "cc"):
        return isinstance(thing, Object) and bool(thing.to or thing.cc)
    return isinstance(thing, Event) and attribute in ("tag", "attachment")


def _value(value: Any, term: Term) -> JSON:
    if isinstance(value, tuple):
        if len(value) == 1 and not term.array:
            return _one(value[0])
        return [_one(each) for each in value]
    if term.shape is Shape.NUMBER:
        return float(value)
    return _one(value)


def _one(value: Any) -> JSON:
    if isinstance(value, Object | Link):
        return write(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Mapping):
        return dict(value)
    raw: JSON = value
    return raw


def stamp(moment: datetime) -> str:
    """An aware time as ISO 8601; UTC ends in «Z», any other offset is kept; no empty fraction."""
    if moment.utcoffset() == timedelta(0):
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return moment.isoformat()
