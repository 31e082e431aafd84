"""Engines: how a connection of either database is opened and begins its transactions."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event

_WAYS: Any = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
    "hide_parameters": True,  # an error is logged; the names, addresses and texts of the statement are not
}


WRITER_CACHE_KIB = 2_000
READER_CACHE_KIB = 500
"""Each reader has a cache of its own, which the next commit of the writer makes worthless: the system's is enough."""


def open_engine(url: str, *, writing: bool, connections: int) -> Engine:
    """An engine for `url` that opens transactions in the way its side needs."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=connections, max_overflow=0, pool_pre_ping=True, **_WAYS)
    waits = {"check_same_thread": False, "timeout": 20}
    engine = create_engine(url, pool_size=connections, max_overflow=0, connect_args=waits, **_WAYS)
    opening = "BEGIN IMMEDIATE" if writing else "BEGIN"
    event.listen(engine, "connect", partial(_prepare_sqlite, WRITER_CACHE_KIB if writing else READER_CACHE_KIB))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(opening))
    return engine


def _prepare_sqlite(cache_kib: int, connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten in the file too: erasing a member means it
        "busy_timeout=20000",
        "synchronous=FULL",
        "temp_store=MEMORY",
        f"cache_size=-{cache_kib}",
        "journal_size_limit=67108864",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
