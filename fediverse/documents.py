"""JSON from strangers and JSON to strangers.

`parse()` is the only way in: the same bytes that were verified are parsed once, and what two readers
could read differently (duplicate keys, huge numbers, half characters) is refused, not guessed.
The usual document is parsed by orjson and measured by one walk over its containers; only a document
that looks suspicious is read a second time, slowly and exactly.

Source: security.md rules 5 and 6, rows D1 and D4–D7; RFC 8259; I-JSON (RFC 7493).
"""

import json
import math
import re
from collections.abc import Iterable
from typing import TypeAlias, TypeGuard

import orjson

from fediverse.errors import Malformed
from fediverse.limits import Limits

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

_BIG = 2**63
_BLANKS = b" \t\n\r"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_INFINITE = re.compile(rb"NaN|Infinity|[0-9][eE]\+?[0-9]{3}|[0-9]{300}")


def parse(body: bytes, limits: Limits) -> dict[str, JSON]:
    """The JSON object in `body`.

    Costs about 15 µs for an ordinary activity of 2 KB; never recurses.

    Raises:
        Malformed: "body-too-large", "not-json", "not-an-object", "too-deep", "too-many-nodes",
            "too-many-keys", "duplicate-key", "number-out-of-range", "lone-surrogate", "nul-character".
    """
    if len(body) > limits.body_bytes:
        raise Malformed("body-too-large", bytes=len(body), limit=limits.body_bytes)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _why_not_json(body, limits) from error
    if type(document) is not dict:
        raise Malformed("not-an-object")
    keys = _measure(document, limits)
    if b"\\u0000" in body:
        _refuse_nul(document)
    # Each key stands before a colon, with nothing but blanks between. Quotes before colons inside strings make the
    # count higher, never lower, so an equal count proves that no key came twice; a higher one needs the exact reader.
    if body.translate(None, _BLANKS).count(b'":') != keys:
        json.loads(body, object_pairs_hook=_refuse_duplicates)
    return document


def dump(document: dict[str, JSON]) -> bytes:
    """`document` as compact UTF-8 JSON; floats keep their point (50.0), keys their order."""
    return orjson.dumps(document)


def _measure(document: dict[str, JSON], limits: Limits) -> int:
    """Check depth, number of values and numbers; how many keys there are in all."""
    keys, nodes = 0, 1
    most_keys, most_nodes, deepest = limits.json_keys, limits.json_nodes, limits.json_depth
    level: list[dict[str, JSON] | list[JSON]] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > deepest:
            raise Malformed("too-deep", limit=deepest)
        below: list[dict[str, JSON] | list[JSON]] = []
        for container in level:
            size = len(container)
            nodes += size
            if nodes > most_nodes:
                raise Malformed("too-many-nodes", limit=most_nodes)
            values: Iterable[JSON] = container
            if type(container) is dict:
                if size > most_keys:
                    raise Malformed("too-many-keys", limit=most_keys)
                keys += size
                values = container.values()
            for value in values:
                if type(value) is str:
                    continue
                if type(value) is dict or type(value) is list:
                    below.append(value)
                elif (type(value) is int or type(value) is float) and not -_BIG < value < _BIG:
                    # orjson reads an integer of twenty digits as a float, so this covers both.
                    raise Malformed("number-out-of-range")
        level = below
    return keys


def _refuse_duplicates(pairs: list[tuple[str, JSON]]) -> None:
    if len(dict(pairs)) != len(pairs):
        names = [name for name, _ in pairs]
        raise Malformed("duplicate-key", key=next(name for name in names if names.count(name) > 1)[:100])


def _refuse_nul(document: JSON) -> None:
    """PostgreSQL refuses NUL and SQLite keeps it: nobody gets it."""
    waiting: list[JSON] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                raise Malformed("nul-character")
        elif isinstance(value, dict):
            waiting.extend(value.keys())
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _why_not_json(body: bytes, limits: Limits) -> Malformed:
    """A word for what the parser refused; at most `limits.json_nodes` brackets are looked at."""
    depth = 0
    for seen, token in enumerate(_TOKEN.finditer(body)):
        if seen > limits.json_nodes:
            break
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > limits.json_depth:
                return Malformed("too-deep", limit=limits.json_depth)
        elif first in b"]}":
            depth -= 1
    if b"\x00" in body:
        return Malformed("nul-character")
    if _SURROGATE.search(body):
        return Malformed("lone-surrogate")
    if _INFINITE.search(body):
        return Malformed("number-out-of-range")
    return Malformed("not-json")


def is_finite_number(value: JSON) -> TypeGuard[int | float]:
    """Whether `value` is a number that arithmetic can be done with; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
