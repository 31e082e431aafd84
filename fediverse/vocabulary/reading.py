"""From JSON to types.

Each class is described by its `Term`s; for each class a table from wire name to (attribute, reader,
term) is made once. Reading goes over the keys that are there, so a document costs what it holds.

What may be wrong: display text that is too long is cut; a value of the wrong kind stays raw in
`extra`; structure beyond the limits refuses the whole document (row D1).
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from fediverse.documents import JSON
from fediverse.errors import Malformed
from fediverse.limits import Limits
from fediverse.types import BY_TYPE, CLASSES, Activity, Actor, Collection, Link, Object, PemKey, Ref, Unknown
from fediverse.types.terms import Shape, Term, terms_of
from fediverse.vocabulary.moulds import Mould
from fediverse.vocabulary.shapes import ABSENT, READERS, Read, Shapes

_LONGEST_TYPE = 100
_MAPS = (("content", "content_map"), ("name", "name_map"), ("summary", "summary_map"))
_STRUCTURE = frozenset({"@context", "id", "type"})
_ITEMS = Term("items", Shape.REFS)


def read(document: dict[str, JSON], limits: Limits) -> Object:
    """The object, activity, actor or collection in `document` (from `documents.parse`).

    Raises:
        Malformed: "bad-id", "bad-type", "iri-too-long", "too-many-recipients", "too-many-tags",
            "too-many-attachments", "too-many-options", "bad-username", "too-deep", "not-an-object" (a bare link).
    """
    found = _Reader(limits).thing(document, 1, None)
    if not isinstance(found, Object):
        raise Malformed("not-an-object")
    return found


class _Reader(Shapes):
    """One reading of one document."""

    def thing(self, document: dict[str, JSON], depth: int, as_class: type[Any] | None) -> Any:
        """An embedded object or link; `as_class` when the place decides and not the `type`."""
        if depth > self.json_depth:
            raise Malformed("too-deep", limit=self.json_depth)
        given = document.get("type")
        kind, kinds = (given, ()) if type(given) is str and len(given) <= _LONGEST_TYPE else _types_of(given)
        cls = as_class or BY_TYPE.get(kind) or _class_without_type(document)
        table = _TABLES[cls]
        extra: dict[str, JSON] = {}
        values: dict[str, Any] = {"type": kind, "extra": extra}
        if kinds:
            values["types"] = kinds
        for name, value in document.items():
            entry = table.get(name)
            if entry is None:
                if name not in _STRUCTURE:
                    extra[name] = value
            elif value is not None:
                attribute, reader, term = entry
                found = reader(self, value, term, depth)
                if found is ABSENT:
                    extra[name] = value
                else:
                    values[attribute] = found
        identity = document.get("id")
        if identity is not None and identity != "":
            values["id"] = self._id(identity)
        self._finish(cls, values, extra, depth)
        return _MOULDS[cls].cast(values)

    def _finish(self, cls: type[Any], values: dict[str, Any], extra: dict[str, JSON], depth: int) -> None:
        """What depends on more than one value."""
        finish = _FINISH.get(cls)
        if finish is not None:
            finish(self, values, extra, depth)
        if "url" in extra and cls not in _LINKS:
            self._read_urls(values, extra, depth)
        if "to" in values or "cc" in values:
            self._check_audience(values)
        for plain, mapped in _MAPS:
            # Gancio and others send only `contentMap`: its first language is the main one.
            if mapped in values and plain not in values:
                values[plain] = next(iter(values[mapped].values()))

    def _id(self, value: JSON) -> str:
        if type(value) is not str:
            raise Malformed("bad-id")
        if len(value) > self.url_chars:
            raise Malformed("iri-too-long", limit=self.url_chars)
        if not value.isprintable() or " " in value:
            raise Malformed("bad-id")
        return value

    def _read_urls(self, values: dict[str, Any], extra: dict[str, JSON], depth: int) -> None:
        """`url` given as links, or several times."""
        given = extra["url"]
        ways: list[Link] = []
        for one in given if type(given) is list else [given]:
            if type(one) is str and len(one) <= self.url_chars:
                ways.append(Link(type="", href=one))
            elif type(one) is dict:
                ways.append(self.thing(one, depth + 1, Link))
        ways = [way for way in ways if way.href]
        if not ways:
            return
        if len(ways) > self.limits.tags:
            raise Malformed("too-many-tags", limit=self.limits.tags)
        del extra["url"]
        values["links"] = tuple(ways)
        for_people = [way for way in ways if way.media_type in (None, "text/html")]
        values["url"] = (for_people or ways)[0].href

    def _check_audience(self, values: dict[str, Any]) -> None:
        none = ()
        addressed = (
            len(values.get("to", none))
            + len(values.get("cc", none))
            + len(values.get("bto", none))
            + len(values.get("bcc", none))
        )
        if addressed > self.limits.recipients:
            raise Malformed("too-many-recipients", limit=self.limits.recipients)


def _types_of(given: JSON) -> tuple[str, tuple[str, ...]]:
    """The type, and all of them if there were several. Of several the first that we know counts."""
    if given is None:
        return "", ()
    kinds = tuple(one for one in given if type(one) is str and len(one) <= _LONGEST_TYPE) if type(given) is list else ()
    if type(given) is not list or len(kinds) != len(given):
        raise Malformed("bad-type")
    known = next((kind for kind in kinds if kind in BY_TYPE), kinds[0] if kinds else "")
    return known, kinds


def _class_without_type(document: dict[str, JSON]) -> type[Any]:
    """A bare key and a bare link are known by what they hold."""
    if document.get("type") is None:
        if document.get("publicKeyPem") is not None:
            return PemKey
        if document.get("href") is not None:
            return Link
    return Unknown


def _finish_actor(reader: _Reader, values: dict[str, Any], extra: dict[str, JSON], depth: int) -> None:
    endpoints = extra.get("endpoints")
    if type(endpoints) is dict:
        shared = endpoints.get("sharedInbox")
        if type(shared) is str and 0 < len(shared) <= reader.url_chars:
            values["shared_inbox"] = shared
            others = {name: value for name, value in endpoints.items() if name != "sharedInbox"}
            if others:
                extra["endpoints"] = others
            else:
                del extra["endpoints"]
    if values["type"] == "Group":
        owners: tuple[Ref, ...] = values.get("attributed_to", ())
        if len(owners) == 1 and isinstance(owners[0], str):
            values["moderators"] = owners[0]
            del values["attributed_to"]


def _finish_activity(reader: _Reader, values: dict[str, Any], extra: dict[str, JSON], depth: int) -> None:
    objects = values.get("object")
    if objects is not None and len(objects) < 2:
        values["object"] = objects[0] if objects else None


def _finish_collection(reader: _Reader, values: dict[str, Any], extra: dict[str, JSON], depth: int) -> None:
    for name in ("orderedItems", "items"):
        if name in extra and "items" not in values:
            given = extra.pop(name)
            if given is None:
                continue
            found = reader.refs(given, _ITEMS, depth)
            values["items"] = () if found is ABSENT else found


_Finish: TypeAlias = Callable[[_Reader, dict[str, Any], dict[str, JSON], int], None]


def _table(cls: type[Any]) -> dict[str, tuple[str, Read, Term]]:
    table = {term.wire: (attribute, READERS[term.shape], term) for attribute, term in terms_of(cls).items()}
    if cls is Actor:
        attribute, _, term = table["preferredUsername"]
        table["preferredUsername"] = (attribute, Shapes.username, term)
    return table


_TABLES: dict[type[Any], dict[str, tuple[str, Read, Term]]] = {cls: _table(cls) for cls in CLASSES}
_MOULDS: dict[type[Any], Mould] = {cls: Mould(cls) for cls in CLASSES}
_LINKS = frozenset(cls for cls in CLASSES if issubclass(cls, Link))
_FINISH: dict[type[Any], _Finish] = {
    Actor: _finish_actor,
    Activity: _finish_activity,
    Collection: _finish_collection,
}
