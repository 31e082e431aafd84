"""How one attribute looks on the wire: its name there and the shape of its value.

The declared types say it beside each attribute with `term(…)`; `fediverse.vocabulary` reads and
writes by these descriptions alone, so a new property is one line here and none there.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from enum import Enum, auto
from typing import Any


class Shape(Enum):
    """What a value may be, and how tolerant we are in reading it."""

    WORD = auto()  # a short string that machines compare; a list gives its first
    TEXT = auto()  # a line for people: cut at `limits.name_chars`
    HTML = auto()  # a page for people: cut at `limits.content_source_bytes`, not yet cleaned
    LANGUAGES = auto()  # {"nl": text, …}
    IRI = auto()  # one id, given as string, object or link
    IRIS = auto()  # ids
    REF = auto()  # one id or embedded object
    REFS = auto()  # several of them
    ONE = auto()  # an embedded object of a known class, whatever its `type` says
    MANY = auto()  # several of them
    MOMENT = auto()  # ISO 8601 -> aware datetime
    FLAG = auto()
    COUNT = auto()  # whole number, 0 or more
    NUMBER = auto()  # -> float, written as float
    DECIMAL = auto()  # a number kept as the string it is sent as
    URL = auto()  # `url`: string, Link or several
    RAW = auto()  # JSON, untouched


@dataclass(frozen=True, slots=True)
class Term:
    """The wire side of one attribute.

    Attributes:
        wire: its name in JSON.
        shape: see `Shape`.
        of: for `ONE` and `MANY`, makes the class (a function, so that classes may refer to later ones).
        limit: the field of `Limits` that bounds how many there may be; more is refused.
        array: written as an array even when there is one.
    """

    wire: str
    shape: Shape
    of: Callable[[], type[Any]] | None = None
    limit: str | None = None
    array: bool = False


def term(
    wire: str,
    shape: Shape,
    *,
    of: Callable[[], type[Any]] | None = None,
    limit: str | None = None,
    array: bool = False,
    absent: tuple[()] | None = (),
) -> Any:
    """A dataclass field that travels as `wire`; when it is not there, `absent` for a plural shape, otherwise None."""
    plural = shape in (Shape.IRIS, Shape.REFS, Shape.MANY)
    return field(
        default=absent if plural else None,
        metadata={"term": Term(wire, shape, of, limit, array)},
    )


def terms_of(cls: type[Any]) -> dict[str, Term]:
    """The Term of each attribute, in order of declaration."""
    found: dict[str, Term] = {}
    for each in cls.__dataclass_fields__.values():
        declared = each.metadata.get("term")
        if isinstance(declared, Term) and each.default is not MISSING:
            found[each.name] = declared
    return found
