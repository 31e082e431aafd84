"""`serve`, `work` and `migrate`: the processes of an instance."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import click
import uvicorn
import uvloop

from actors.database import migrate as migrate_database
from web.app import build
from web.cli.terminal import UNUSABLE, command, count, fail, say
from web.house import House, build_house
from web.observe import prepare_log
from web.settings import Settings, UnusableSettings, read_settings
from web.start import Prepared, prepare, read_secret
from web.workers import working

STOP_WITHIN_S = 8
BACKLOG = 2048
NEW_OBJECTS_A_SWEEP = 10_000
"""How many more objects there may be before the garbage collector looks at the young ones; Python's own is 700."""


@click.command(short_help="Start the instance.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--no-worker", is_flag=True, help="Only answer requests; `knooppunt work` does the rest.")
@command
def serve(host: str | None, port: int | None, no_worker: bool, as_json: bool) -> None:
    """Start the instance: pages, inboxes and, unless told otherwise, the worker.

    The first start founds what is not there: tables, keys, the groups of the starter file, an admin.
    """
    began = time.monotonic()
    settings = read_settings(host=host, port=port, worker=False if no_worker else None)
    prepare_log(settings)
    # Before anything else is touched: whoever can't listen here must not begin to work either.
    listening = _listen(settings.host, settings.port)
    prepared = prepare(settings)
    house = build_house(settings, prepared.db, prepared.vault)
    server = _Server(
        uvicorn.Config(
            build(house),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            h11_max_incomplete_event_size=house.limits.header_bytes,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            timeout_keep_alive=30,
            backlog=BACKLOG,
        ),
        house,
        prepared,
        began,
        as_json=as_json,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn ends in good order, and then sends itself the same signal again; that is not a failure.
        signal.signal(number, lambda *_: None)
    _settle_memory()
    uvloop.run(server.serve([listening]))
    if not server.started:
        fail(UNUSABLE, "Nothing was started; the log above says why.", machine=as_json, code="not-started")


def _settle_memory() -> None:
    """Everything that was loaded at the start stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_A_SWEEP, 10, 10)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that belongs to us alone.

    Raises:
        UnusableSettings: somebody else has it, or we may not have it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        raise UnusableSettings([f"host, port: {host}:{port} can't be listened on. {error.strerror}."]) from None
    return listening


class _Server(uvicorn.Server):
    """uvicorn, which says where it is once it answers."""

    def __init__(
        self, config: uvicorn.Config, house: House, prepared: Prepared, began: float, *, as_json: bool
    ) -> None:
        super().__init__(config)
        self._house, self._prepared, self._began, self._as_json = house, prepared, began, as_json

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        seconds = round(time.monotonic() - self._began, 2)
        link = self._prepared.sign_in_link
        document = {
            "origin": self._house.origin,
            "sign_in_link": link,
            "founded": self._prepared.founded,
            "seconds": seconds,
        }
        say(self._as_json, document, _greeting(self._house.settings, self._prepared, seconds))


def _greeting(settings: Settings, prepared: Prepared, seconds: float) -> Iterator[str]:
    if prepared.founded:
        yield f"Founded {count(len(prepared.founded), 'group')}: {', '.join(prepared.founded)}"
    yield f"Knooppunt answers at {settings.public_origin} (ready in {seconds} s)"
    if prepared.sign_in_link:
        yield ""
        yield "Open this link in a browser: it signs you in as the first admin, once, within two days,"
        yield "and leads through the first choices (name, languages, colour, who may join, mail)."
        yield f"  {prepared.sign_in_link}"
        yield ""
    if not settings.worker:
        yield "This process only answers; start `knooppunt work` to deliver and to apply."
    yield "Ctrl-C stops it."


@click.command(short_help="Deliver and apply, without answering requests.")
@command
def work(as_json: bool) -> None:
    """Deliver and apply, without answering requests: as many of these as you like on PostgreSQL."""
    settings = read_settings()
    prepare_log(settings)
    prepared = prepare(settings)
    house = build_house(settings, prepared.db, prepared.vault)
    _settle_memory()
    if not uvloop.run(_work(house, as_json)):
        fail(UNUSABLE, "Another process works on this database already (SQLite has one worker).", machine=as_json)


async def _work(house: House, as_json: bool) -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with working(house) as allowed:
            if allowed:
                say(as_json, {"working": True}, ["Working. Ctrl-C stops it."])
                await stop.wait()
            return allowed
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await house.close()


@click.command()
@command
def migrate(as_json: bool) -> None:
    """Bring the tables to this version. Every other command does it too; this one does nothing else."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    read_secret(settings)
    began = time.monotonic()
    migrate_database(settings.database)
    seconds = round(time.monotonic() - began, 2)
    say(as_json, {"migrated": True, "seconds": seconds}, [f"The tables are up to date ({seconds} s)."])


COMMANDS = [serve, work, migrate]
