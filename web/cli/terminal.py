"""What every command shares: settings and database, words for people or JSON for machines, exit codes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError

from actors.database import Database, Uncertain
from actors.people import Vault
from actors.refusals import Refused
from fediverse.errors import FediverseError
from web.cli.words import word_failure, word_refusal
from web.settings import Settings, UnusableSettings, read_settings
from web.start import open_database

REFUSED, UNUSABLE, ELSEWHERE, UNHEALTHY = 1, 3, 4, 5
LANGUAGE = click.Choice(["nl", "fr", "en", "de"])


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command that touches tables works with."""

    settings: Settings
    db: Database
    vault: Vault

    @property
    def origin(self) -> str:
        return self.settings.public_origin

    @property
    def authority(self) -> str:
        """What stands behind the last @ of our handles."""
        return self.origin.partition("://")[2]


def fail(status: int, sentence: str, *, machine: bool = False, **facts: object) -> NoReturn:
    """End with an exit code and one sentence on standard error (and as JSON on standard output for machines)."""
    if machine:
        click.echo(json.dumps({"ok": False, "error": sentence, **facts}, default=_plain))
    else:
        click.echo(sentence, err=True)
    sys.exit(status)


@contextmanager
def desk() -> Iterator[Desk]:
    """Settings read and database opened, closed again at the end."""
    settings = read_settings()
    db, vault = open_database(settings)
    try:
        yield Desk(settings, db, vault)
    finally:
        db.close()


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json`, and turn what can go wrong into a sentence and an exit code."""

    @functools.wraps(function)
    def careful(*args: Any, **kwargs: Any) -> Any:
        machine = bool(kwargs.get("as_json"))
        try:
            return function(*args, **kwargs)
        except UnusableSettings as error:
            fail(UNUSABLE, "\n".join(error.lines), machine=machine, code="unusable-settings")
        except Refused as error:
            fail(REFUSED, word_refusal(error), machine=machine, code=error.code, facts=error.facts)
        except FediverseError as error:
            fail(ELSEWHERE, word_failure(error), machine=machine, code=error.code, facts=error.facts)
        except Uncertain:
            sentence = "The database was lost while it saved this: it may be done or not. Look before you repeat it."
            fail(UNUSABLE, sentence, machine=machine, code="uncertain")
        except OperationalError as error:
            fail(UNUSABLE, f"The database does not answer: {error.orig}", machine=machine, code="database-away")

    return click.option("--json", "as_json", is_flag=True, help="One JSON document instead of words.")(careful)


def say(as_json: bool, document: object, lines: Iterable[str]) -> None:
    """Print the result, once for whom it is meant."""
    if as_json:
        click.echo(json.dumps(document, default=_plain, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


def table(head: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> list[str]:
    """Columns that stand under each other; `empty` where there are no rows."""
    if not rows:
        return [empty]
    cells = [list(head), *([_short(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def count(number: int, what: str) -> str:
    """`3 servers`, `1 activity`."""
    several = f"{what.removesuffix('y')}ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what if number == 1 else several}"


def _short(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%SZ")
    return str(cell)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
