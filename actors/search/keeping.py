"""Keeping the index: in the transaction that changes a thing, past the ORM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from actors.database import utc_now
from actors.search.tables import PUBLIC, SearchEntry, SearchText
from actors.search.tokens import as_tsvector, mark, squares_at, tokens_of
from actors.statements import sole_table
from actors.towns import broader, recognise

SLOTS = 4096
"""Ids to a millisecond."""
FAMILIES = {"offer": 0, "event": 1, "group": 2, "person": 3}

_ENTRIES, _TEXTS = sole_table(SearchEntry), sole_table(SearchText)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing as it is to be found.

    Attributes:
        family: the table that `item_id` belongs to; with it the name of the entry.
        kind: offer, need, event, group, project or person.
        at: when it was published: the order of lists.
        titles, texts: plain, each with its language.
        until: when it runs out.
        mode: onsite, remote or both.
        concepts: IRIs, the leading one first.
        broader: IRIs of all that are broader than those.
        place: what its author wrote about the place; read when degrees are missing.
        region: ISO 3166.
    """

    family: str
    item_id: int
    kind: str
    at: datetime
    titles: Sequence[tuple[str, str | None]]
    texts: Sequence[tuple[str, str | None]] = ()
    author_id: int | None = None
    host: str | None = None
    audience: str = PUBLIC
    in_sight: bool = True
    open: bool = True
    until: datetime | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    mode: str | None = None
    pay: str | None = None
    concepts: Sequence[str] = ()
    broader: Sequence[str] = ()
    place: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    languages: Sequence[str] = field(default_factory=tuple)


_HELD = (
    select(_ENTRIES.c.id, _TEXTS.c.heads, _TEXTS.c.words)
    .join(_TEXTS, _TEXTS.c.id == _ENTRIES.c.id)
    .where(_ENTRIES.c.family == bindparam("a_family"), _ENTRIES.c.item_id == bindparam("an_item"))
)
_ROW = select(_ENTRIES).where(_ENTRIES.c.id == bindparam("an_id"))
_NEW_SQLITE = insert_sqlite(_ENTRIES).on_conflict_do_nothing(index_elements=["id"])
_NEW_POSTGRESQL = insert_postgresql(_ENTRIES).on_conflict_do_nothing(index_elements=["id"])
_NEW_TEXT = insert(_TEXTS)
_CHANGE = update(_ENTRIES).where(_ENTRIES.c.id == bindparam("an_id"))
_CHANGE_TEXT = update(_TEXTS).where(_TEXTS.c.id == bindparam("an_id"))
_GONE = delete(_ENTRIES).where(_ENTRIES.c.id == bindparam("an_id"))
_GONE_TEXT = delete(_TEXTS).where(_TEXTS.c.id == bindparam("an_id"))
_INDEX = text("INSERT INTO search_index (rowid, heads, words) VALUES (:id, :heads, :words)")
_UNINDEX = text("INSERT INTO search_index (search_index, rowid, heads, words) VALUES ('delete', :id, :heads, :words)")
_OF_AUTHOR = update(_ENTRIES).where(_ENTRIES.c.author_id == bindparam("an_author"))


def keep(connection: Connection, entry: Entry, *, came_at: datetime | None = None) -> int:
    """Let it be found as `entry` says from now on; its id in the index.

    `came_at` is when it could be found first, now unless it is said; alerts tell what came since they last looked.
    """
    columns, heads, words = _prepared(connection, entry)
    held = connection.execute(_HELD, {"a_family": entry.family, "an_item": entry.item_id}).first()
    first = _id_of(entry)
    if held is None or held.id // SLOTS != first // SLOTS:
        if held is not None:
            _take_out(connection, held.id, held.heads, held.words)
        entry_id = _put_in(connection, first, columns | {"came_at": came_at or utc_now()})
        connection.execute(_NEW_TEXT, {"id": entry_id, "heads": heads, "words": words})
        if _is_sqlite(connection):
            connection.execute(_INDEX, {"id": entry_id, "heads": heads, "words": words})
        return entry_id
    connection.execute(_CHANGE, {"an_id": held.id, **columns})
    if not _is_sqlite(connection):
        connection.execute(_CHANGE_TEXT, {"an_id": held.id, "heads": heads, "words": words})
    elif (held.heads, held.words) != (heads, words):
        connection.execute(_UNINDEX, {"id": held.id, "heads": held.heads, "words": held.words})
        connection.execute(_CHANGE_TEXT, {"an_id": held.id, "heads": heads, "words": words})
        connection.execute(_INDEX, {"id": held.id, "heads": heads, "words": words})
    return int(held.id)


def is_kept(connection: Connection, family: str, item_id: int, entry: Entry | None) -> bool:
    """Whether the index has what `entry` says (None: nothing) of this thing, and nothing else."""
    held = connection.execute(_HELD, {"a_family": family, "an_item": item_id}).first()
    if held is None or entry is None:
        return held is None and entry is None
    columns, heads, words = _prepared(connection, entry)
    row = connection.execute(_ROW, {"an_id": held.id}).mappings().one()
    same = all(row[name] == value for name, value in columns.items())
    return same and (not _is_sqlite(connection) or (held.heads, held.words) == (heads, words))


def drop(connection: Connection, family: str, item_id: int) -> None:
    """Let it be found no more; what is not in the index is left as it is."""
    held = connection.execute(_HELD, {"a_family": family, "an_item": item_id}).first()
    if held is not None:
        _take_out(connection, held.id, held.heads, held.words)


def show_author(connection: Connection, author_id: int, *, in_sight: bool) -> None:
    """Show or hide all that the actor with this id is the author of, when it is suspended, gone, or back."""
    connection.execute(_OF_AUTHOR, {"an_author": author_id, "in_sight": in_sight})


def _put_in(connection: Connection, first: int, columns: Mapping[str, Any]) -> int:
    """Insert the row under the first free id of its millisecond, from `first` on."""
    new = _NEW_SQLITE if _is_sqlite(connection) else _NEW_POSTGRESQL
    start = first - first % SLOTS
    for step in range(SLOTS):
        entry_id = start + (first + step) % SLOTS
        if connection.execute(new, {"id": entry_id, **columns}).rowcount:
            return entry_id
    raise OverflowError("more things in one millisecond than there are ids")


def _take_out(connection: Connection, entry_id: int, heads: str, words: str) -> None:
    if _is_sqlite(connection):
        connection.execute(_UNINDEX, {"id": entry_id, "heads": heads, "words": words})
    connection.execute(_GONE_TEXT, {"an_id": entry_id})
    connection.execute(_GONE, {"an_id": entry_id})


def _id_of(entry: Entry) -> int:
    """The id that the entry has when nobody else has it: by its moment, then by its number."""
    slot = (entry.item_id * len(FAMILIES) + FAMILIES[entry.family]) % SLOTS
    return int(entry.at.timestamp() * 1000) * SLOTS + slot


def _prepared(connection: Connection, entry: Entry) -> tuple[dict[str, Any], str, str]:
    """The columns of the entry, and its tokens as this engine keeps them."""
    region, north, east = _where(entry)
    languages = list(dict.fromkeys(code.partition("-")[0] for code in entry.languages if code))[:12]
    columns = {
        "family": entry.family,
        "item_id": entry.item_id,
        "kind": entry.kind,
        "author_id": entry.author_id,
        "host": entry.host,
        "audience": entry.audience,
        "in_sight": entry.in_sight,
        "open": entry.open,
        "until": entry.until,
        "begins_at": entry.begins_at,
        "ends_at": entry.ends_at,
        "mode": entry.mode,
        "pay": entry.pay,
        "languages": f" {' '.join(languages)} "[:64],
        "region": region,
        "latitude": north,
        "longitude": east,
        "trade": entry.concepts[0] if entry.concepts else None,
    }
    marks = _marks(entry, languages, region)
    if north is not None and east is not None:
        marks += squares_at(north, east)
    heads = tokens_of(entry.titles)
    body = [*tokens_of(entry.texts), *marks]
    if _is_sqlite(connection):
        return columns, " ".join(heads), " ".join(body)
    return columns, "", as_tsvector(heads, body)


def _marks(entry: Entry, languages: Sequence[str], region: str | None) -> list[str]:
    modes = ("onsite", "remote") if entry.mode == "both" else (entry.mode,) if entry.mode else ()
    return [
        mark("k", entry.kind),
        mark("o", entry.host or ""),
        *(mark("m", mode) for mode in modes),
        *([mark("p", entry.pay)] if entry.pay else ()),
        *(mark("l", language) for language in languages),
        *(mark("r", code) for code in (broader(region) if region else ())),
        *(mark("t", iri) for iri in dict.fromkeys((*entry.concepts, *entry.broader))),
    ]


def _where(entry: Entry) -> tuple[str | None, float | None, float | None]:
    """The smallest region and the degrees: as given, or else of the town that the author's words name."""
    spot = recognise(entry.place) if entry.place else None
    if spot is not None and entry.region is not None and entry.region not in broader(spot.code):
        spot = None  # a town of the same name elsewhere: the author's own choice of a region counts
    region = spot.code if spot is not None else entry.region
    if entry.latitude is not None or spot is None:
        return region, entry.latitude, entry.longitude
    return region, spot.latitude, spot.longitude


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
