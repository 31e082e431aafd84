"""From JSON to types.

Each class is described by its `Term`s; for each class a table from wire name to (attribute, reader,
term) is made once. Reading goes over the keys that are there, so a document costs what it holds.

What may be wrong: display text that is too long is cut; a value of the wrong kind stays raw in
`extra`; structure beyond the limits refuses the whole document (row D1).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from fediverse.documents import JSON, is_finite_number
from fediverse.errors import Malformed
from fediverse.limits import Limits
from fediverse.types import BY_TYPE, PUBLIC, Activity, Actor, Collection, Link, Object, PemKey, Ref, Unknown
from fediverse.types.terms import Shape, Term, terms_of

_PUBLIC_SPELLINGS = {"as:Public": PUBLIC, "Public": PUBLIC}
_FIRST_YEAR, _LAST_YEAR = 1000, 9998  # beyond these, changing the time zone overflows
_BIG = 2**63


def read(document: dict[str, JSON], limits: Limits) -> Object:
    """The object, activity, actor or collection in `document` (from `documents.parse`).

    Raises:
        Malformed: "bad-id", "bad-type", "iri-too-long", "too-many-recipients", "too-many-tags",
            "too-many-attachments", "too-many-options", "bad-username", "too-deep", "not-an-object" (a bare link).
    """
    found = _Reader(limits).thing(document, 1, None)
    if isinstance(found, Link):
        raise Malformed("not-an-object")
    return found


class _Absent:
    """What a reader gives back when it could not read the value."""


_ABSENT = _Absent()
_TOO_MANY = {
    "recipients": "too-many-recipients",
    "tags": "too-many-tags",
    "attachments": "too-many-attachments",
    "poll_options": "too-many-options",
}


class _Reader:
    """One reading, with its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.url_chars = limits.url_chars
        self.name_chars = limits.name_chars

    def thing(self, document: dict[str, JSON], depth: int, as_class: type[Any] | None) -> Any:
        """An embedded object or link; `as_class` when the place decides and not the `type`."""
        if depth > self.limits.json_depth:
            raise Malformed("too-deep", limit=self.limits.json_depth)
        kind, kinds = _types_of(document)
        cls = as_class or BY_TYPE.get(kind) or _class_without_type(document)
        table = _TABLES[cls]
        values: dict[str, Any] = {"type": kind}
        extra: dict[str, JSON] = {}
        if kinds:
            values["types"] = kinds
        for name, value in document.items():
            entry = table.get(name)
            if entry is None:
                if name not in _STRUCTURE:
                    extra[name] = value
                continue
            if value is None:
                continue
            attribute, reader, term = entry
            found = reader(self, value, term, depth)
            if found is _ABSENT:
                extra[name] = value
            else:
                values[attribute] = found
        identity = document.get("id")
        if identity is not None and identity != "":
            values["id"] = self._id(identity)
        finish = _FINISH.get(cls)
        if finish is not None:
            finish(self, document, values, extra, depth)
        if "to" in values or "cc" in values:
            self._check_audience(values)
        _fill_from_maps(values)
        if extra:
            values["extra"] = extra
        return cls(**values)

    def _id(self, value: JSON) -> str:
        if type(value) is not str:
            raise Malformed("bad-id")
        if len(value) > self.url_chars:
            raise Malformed("iri-too-long", limit=self.url_chars)
        if not value.isprintable() or " " in value:
            raise Malformed("bad-id")
        return value

    def _check_audience(self, values: dict[str, Any]) -> None:
        addressed = sum(len(values.get(name, ())) for name in ("to", "cc", "bto", "bcc"))
        if addressed > self.limits.recipients:
            raise Malformed("too-many-recipients", limit=self.limits.recipients)

    def _check_count(self, value: list[JSON], term: Term) -> None:
        if term.limit is not None and len(value) > getattr(self.limits, term.limit):
            raise Malformed(_TOO_MANY[term.limit], limit=getattr(self.limits, term.limit))

    # One reader per shape: (self, value, term, depth) -> value for the attribute, or _ABSENT.

    def word(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str or len(value) > self.url_chars:
            return _ABSENT
        return value

    def username(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not str:
            return _ABSENT
        if len(value) > self.limits.username_chars:
            raise Malformed("bad-username", limit=self.limits.username_chars)
        return value

    def text(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str:
            return _ABSENT
        return value if len(value) <= self.name_chars else value[: self.name_chars]

    def html(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str:
            return _ABSENT
        return self._cut(value)

    def _cut(self, value: str) -> str:
        most = self.limits.content_source_bytes
        if len(value) * 4 <= most:
            return value
        encoded = value.encode()
        return value if len(encoded) <= most else encoded[:most].decode(errors="ignore")

    def languages(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not dict:
            return _ABSENT
        found = {tag: self._cut(text) for tag, text in value.items() if type(text) is str}
        return found or _ABSENT

    def iri(self, value: JSON, term: Term, depth: int) -> Any:
        kind = type(value)
        if kind is list:
            # The first that can be read; the count is bounded by the limit on nodes.
            return next((found for one in value if (found := self.iri(one, term, depth)) is not _ABSENT), _ABSENT)
        if kind is dict:
            value = value.get("id") or value.get("href")  # type: ignore[union-attr]
            kind = type(value)
        if kind is not str or not value:
            return _ABSENT
        if len(value) > self.url_chars:  # type: ignore[arg-type]
            raise Malformed("iri-too-long", limit=self.url_chars, field=term.wire)
        return value

    def iris(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        found = []
        most = self.url_chars
        for one in value:
            if type(one) is dict:
                one = one.get("id") or one.get("href")
            if type(one) is not str or not one:
                continue
            if len(one) > most:
                raise Malformed("iri-too-long", limit=most, field=term.wire)
            found.append(_PUBLIC_SPELLINGS.get(one, one))
        return tuple(found) if found or not value else _ABSENT

    def ref(self, value: JSON, term: Term, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            if len(value) > self.url_chars:  # type: ignore[arg-type]
                raise Malformed("iri-too-long", limit=self.url_chars, field=term.wire)
            return value or _ABSENT
        if kind is dict:
            return self.thing(value, depth + 1, None)  # type: ignore[arg-type]
        if kind is list:
            for one in value:  # type: ignore[union-attr]
                if (found := self.ref(one, term, depth)) is not _ABSENT:
                    return found
        return _ABSENT

    def refs(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        found = []
        for one in value:
            if type(one) is list:
                continue
            read_one = self.ref(one, term, depth)
            if read_one is not _ABSENT:
                found.append(read_one)
        return tuple(found) if found or not value else _ABSENT

    def one(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not dict:
            return _ABSENT
        return self.thing(value, depth + 1, _class_at(term))

    def many(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        cls = _class_at(term)
        found = []
        for one in value:
            if type(one) is dict:
                found.append(self.thing(one, depth + 1, cls))
            elif type(one) is str and one and len(one) <= self.url_chars:
                # An id where an object belongs: for a link its target, otherwise an object with nothing but its id.
                found.append(cls(type="", href=one) if issubclass(cls, Link) else cls(type="", id=one))
        return tuple(found) if found or not value else _ABSENT

    def moment(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        return _moment(value) or _ABSENT

    def flag(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is bool else _ABSENT

    def count(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is int and 0 <= value < _BIG else _ABSENT

    def number(self, value: JSON, term: Term, depth: int) -> Any:
        return float(value) if is_finite_number(value) else _ABSENT  # type: ignore[arg-type]

    def decimal(self, value: JSON, term: Term, depth: int) -> Any:
        if is_finite_number(value):
            return str(value)
        return self.word(value, term, depth)

    def url(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is str and 0 < len(value) <= self.url_chars else _ABSENT

    def raw(self, value: JSON, term: Term, depth: int) -> Any:
        return value


def _moment(value: JSON) -> datetime | None:
    """An aware datetime; a time without an offset is taken as UTC; None for anything else."""
    if type(value) is not str or not 16 <= len(value) <= 40 or value[4] != "-" or value[10] != "T":  # noqa: PLR2004
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _types_of(document: dict[str, JSON]) -> tuple[str, tuple[str, ...]]:
    """The type, and all of them if there were several. Of several the first that we know counts."""
    given = document.get("type")
    if type(given) is str:
        if len(given) > 100:  # noqa: PLR2004
            raise Malformed("bad-type")
        return given, ()
    if given is None:
        return "", ()
    if type(given) is not list or not all(type(one) is str and len(one) <= 100 for one in given):  # type: ignore[arg-type]  # noqa: PLR2004
        raise Malformed("bad-type")
    kinds: tuple[str, ...] = tuple(given)  # type: ignore[arg-type]
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


def _class_at(term: Term) -> type[Any]:
    if term.of is None:
        raise TypeError(f"{term.wire} is declared without its class")
    return term.of()


def _fill_from_maps(values: dict[str, Any]) -> None:
    """Gancio and others send only `contentMap`: its first language is the main one."""
    for plain, mapped in _MAPS:
        texts = values.get(mapped)
        if texts and plain not in values:
            values[plain] = next(iter(texts.values()))


_MAPS = (("content", "content_map"), ("name", "name_map"), ("summary", "summary_map"))
_STRUCTURE = frozenset({"@context", "id", "type"})


def _finish_object(
    reader: _Reader, document: dict[str, JSON], values: dict[str, Any], extra: dict[str, JSON], depth: int
) -> None:
    """`url` given as links, or several times."""
    given = extra.get("url")
    if given is None:
        return
    ways = [
        Link(type="", href=one) if type(one) is str else reader.thing(one, depth + 1, Link)
        for one in (given if type(given) is list else [given])
        if (type(one) is str and len(one) <= reader.url_chars) or type(one) is dict
    ]
    ways = [way for way in ways if way.href]
    if not ways:
        return
    if len(ways) > reader.limits.tags:
        raise Malformed("too-many-tags", limit=reader.limits.tags)
    del extra["url"]
    values["links"] = tuple(ways)
    for_people = [way for way in ways if way.media_type in (None, "text/html")]
    values["url"] = (for_people or ways)[0].href


def _finish_actor(
    reader: _Reader, document: dict[str, JSON], values: dict[str, Any], extra: dict[str, JSON], depth: int
) -> None:
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
    _finish_object(reader, document, values, extra, depth)


def _finish_activity(
    reader: _Reader, document: dict[str, JSON], values: dict[str, Any], extra: dict[str, JSON], depth: int
) -> None:
    objects = values.get("object")
    if objects is not None and len(objects) < 2:  # noqa: PLR2004
        values["object"] = objects[0] if objects else None
    _finish_object(reader, document, values, extra, depth)


def _finish_collection(
    reader: _Reader, document: dict[str, JSON], values: dict[str, Any], extra: dict[str, JSON], depth: int
) -> None:
    for name in ("orderedItems", "items"):
        if name in extra and "items" not in values:
            given = extra.pop(name)
            if given is None:
                continue
            found = reader.refs(given, _ITEMS, depth)
            values["items"] = () if found is _ABSENT else found
    _finish_object(reader, document, values, extra, depth)


_ITEMS = Term("items", Shape.REFS)

_Read: TypeAlias = Callable[[_Reader, JSON, Term, int], Any]
_Finish: TypeAlias = Callable[[_Reader, dict[str, JSON], dict[str, Any], dict[str, JSON], int], None]

_READERS: dict[Shape, _Read] = {
    Shape.WORD: _Reader.word,
    Shape.TEXT: _Reader.text,
    Shape.HTML: _Reader.html,
    Shape.LANGUAGES: _Reader.languages,
    Shape.IRI: _Reader.iri,
    Shape.IRIS: _Reader.iris,
    Shape.REF: _Reader.ref,
    Shape.REFS: _Reader.refs,
    Shape.ONE: _Reader.one,
    Shape.MANY: _Reader.many,
    Shape.MOMENT: _Reader.moment,
    Shape.FLAG: _Reader.flag,
    Shape.COUNT: _Reader.count,
    Shape.NUMBER: _Reader.number,
    Shape.DECIMAL: _Reader.decimal,
    Shape.URL: _Reader.url,
    Shape.RAW: _Reader.raw,
}


def _table(cls: type[Any]) -> dict[str, tuple[str, _Read, Term]]:
    table = {term.wire: (attribute, _READERS[term.shape], term) for attribute, term in terms_of(cls).items()}
    if cls is Actor:
        attribute, _, term = table["preferredUsername"]
        table["preferredUsername"] = (attribute, _Reader.username, term)
    return table


def _every_class() -> set[type[Any]]:
    found: set[type[Any]] = {Object, Link, Unknown}
    waiting: list[type[Any]] = [*BY_TYPE.values(), *found]
    while waiting:
        cls = waiting.pop()
        found.add(cls)
        for term in terms_of(cls).values():
            if term.of is not None and (inner := term.of()) not in found:
                waiting.append(inner)
    return found


_TABLES: dict[type[Any], dict[str, tuple[str, _Read, Term]]] = {cls: _table(cls) for cls in _every_class()}
_FINISH: dict[type[Any], _Finish] = {
    cls: (
        _finish_actor
        if issubclass(cls, Actor)
        else _finish_activity
        if issubclass(cls, Activity)
        else _finish_collection
        if issubclass(cls, Collection)
        else _finish_object
    )
    for cls in _TABLES
    if issubclass(cls, Object)
}
