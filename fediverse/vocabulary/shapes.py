"""One reader for each shape of a value: tolerant of one-or-many and of id-or-object.

Each takes (value, term, depth) and gives what goes into the attribute, or `ABSENT` when the value is of
no use; the caller then keeps it raw.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from fediverse.documents import JSON, is_finite_number
from fediverse.errors import Malformed
from fediverse.limits import Limits
from fediverse.types import PUBLIC, Link
from fediverse.types.terms import Shape, Term


class Absent:
    """What a reader gives back when it could not read the value."""


ABSENT = Absent()

_PUBLIC_SPELLINGS = {"as:Public": PUBLIC, "Public": PUBLIC}
_FIRST_YEAR, _LAST_YEAR = 1000, 9998  # beyond these, changing the time zone overflows
_BIG = 2**63
_TOO_MANY = {
    "recipients": "too-many-recipients",
    "tags": "too-many-tags",
    "attachments": "too-many-attachments",
    "poll_options": "too-many-options",
}


class Shapes(ABC):
    """The readers, with the limits of one reading."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.url_chars = limits.url_chars
        self.name_chars = limits.name_chars
        self.json_depth = limits.json_depth

    @abstractmethod
    def thing(self, document: dict[str, JSON], depth: int, as_class: type[Any] | None) -> Any:
        """An embedded object or link; `as_class` when the place decides and not the `type`."""

    def _check_count(self, value: list[JSON], term: Term) -> None:
        if term.limit is not None and len(value) > getattr(self.limits, term.limit):
            raise Malformed(_TOO_MANY[term.limit], limit=getattr(self.limits, term.limit))

    # One reader per shape: (self, value, term, depth) -> value for the attribute, or ABSENT.

    def word(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str or len(value) > self.url_chars:
            return ABSENT
        return value

    def username(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not str:
            return ABSENT
        if len(value) > self.limits.username_chars:
            raise Malformed("bad-username", limit=self.limits.username_chars)
        return value

    def text(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str:
            return ABSENT
        return value if len(value) <= self.name_chars else value[: self.name_chars]

    def html(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not str:
            return ABSENT
        return self._cut(value)

    def _cut(self, value: str) -> str:
        most = self.limits.content_source_bytes
        if len(value) * 4 <= most:
            return value
        encoded = value.encode()
        return value if len(encoded) <= most else encoded[:most].decode(errors="ignore")

    def languages(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not dict:
            return ABSENT
        most = self.name_chars if term.wire == "nameMap" else self.limits.content_source_bytes
        found = {tag: self._cut(text)[:most] for tag, text in value.items() if type(text) is str}
        return found or ABSENT

    def iri(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list:
            # The first that can be read; the count is bounded by the limit on nodes.
            return next((found for one in value if (found := self.iri(one, term, depth)) is not ABSENT), ABSENT)
        if type(value) is dict:
            value = value.get("id") or value.get("href")
        if type(value) is not str or not value:
            return ABSENT
        if len(value) > self.url_chars:
            raise Malformed("iri-too-long", limit=self.url_chars, field=term.wire)
        return value

    def iris(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        found = []
        most = self.url_chars
        for one in value:
            iri = (one.get("id") or one.get("href")) if type(one) is dict else one
            if type(iri) is not str or not iri:
                continue
            if len(iri) > most:
                raise Malformed("iri-too-long", limit=most, field=term.wire)
            found.append(_PUBLIC_SPELLINGS.get(iri, iri))
        return tuple(found) if found or not value else ABSENT

    def ref(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is str:
            if len(value) > self.url_chars:
                raise Malformed("iri-too-long", limit=self.url_chars, field=term.wire)
            return value or ABSENT
        if type(value) is dict:
            return self.thing(value, depth + 1, None)
        if type(value) is list:
            return next((found for one in value if (found := self.ref(one, term, depth)) is not ABSENT), ABSENT)
        return ABSENT

    def refs(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        found = []
        for one in value:
            if type(one) is list:
                continue
            read_one = self.ref(one, term, depth)
            if read_one is not ABSENT:
                found.append(read_one)
        return tuple(found) if found or not value else ABSENT

    def one(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        if type(value) is not dict:
            return ABSENT
        return self.thing(value, depth + 1, class_at(term))

    def many(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is not list:
            value = [value]
        self._check_count(value, term)
        cls = class_at(term)
        found = []
        for one in value:
            if type(one) is dict:
                found.append(self.thing(one, depth + 1, cls))
            elif type(one) is str and one and len(one) <= self.url_chars:
                # An id where an object belongs: for a link its target, otherwise an object with nothing but its id.
                found.append(cls(type="", href=one) if issubclass(cls, Link) else cls(type="", id=one))
        return tuple(found) if found or not value else ABSENT

    def moment(self, value: JSON, term: Term, depth: int) -> Any:
        if type(value) is list and value:
            value = value[0]
        return moment_of(value) or ABSENT

    def flag(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is bool else ABSENT

    def count(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is int and 0 <= value < _BIG else ABSENT

    def number(self, value: JSON, term: Term, depth: int) -> Any:
        return float(value) if is_finite_number(value) else ABSENT

    def decimal(self, value: JSON, term: Term, depth: int) -> Any:
        if is_finite_number(value):
            return str(value)
        return self.word(value, term, depth)

    def url(self, value: JSON, term: Term, depth: int) -> Any:
        return value if type(value) is str and 0 < len(value) <= self.url_chars else ABSENT

    def raw(self, value: JSON, term: Term, depth: int) -> Any:
        return value


def moment_of(value: JSON) -> datetime | None:
    """An aware datetime; a time without an offset is taken as UTC; None for anything else."""
    if type(value) is not str or not 16 <= len(value) <= 40 or value[4] != "-" or value[10] != "T":
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def class_at(term: Term) -> type[Any]:
    """The class of what stands in a `ONE` or `MANY`."""
    if term.of is None:
        raise TypeError(f"{term.wire} is declared without its class")
    return term.of()


Read: TypeAlias = Callable[[Shapes, JSON, Term, int], Any]

READERS: dict[Shape, Read] = {
    Shape.WORD: Shapes.word,
    Shape.TEXT: Shapes.text,
    Shape.HTML: Shapes.html,
    Shape.LANGUAGES: Shapes.languages,
    Shape.IRI: Shapes.iri,
    Shape.IRIS: Shapes.iris,
    Shape.REF: Shapes.ref,
    Shape.REFS: Shapes.refs,
    Shape.ONE: Shapes.one,
    Shape.MANY: Shapes.many,
    Shape.MOMENT: Shapes.moment,
    Shape.FLAG: Shapes.flag,
    Shape.COUNT: Shapes.count,
    Shape.NUMBER: Shapes.number,
    Shape.DECIMAL: Shapes.decimal,
    Shape.URL: Shapes.url,
    Shape.RAW: Shapes.raw,
}
