"""What has to be true before a process serves: data directory, secret, tables, instance, starter, admin.

Every step looks first and does only what is missing, so the second start does nothing.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actors import people
from actors.beginning import begin
from actors.database import Database, migrate, utc_now
from actors.refusals import Refused
from web.settings import Settings, UnusableSettings


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database that is ready, and what was done to make it so."""

    db: Database
    vault: people.Vault
    founded: tuple[str, ...]
    """Usernames of the groups that this start founded."""
    sign_in_link: str | None
    """The first admin's one-time link; None when there is an admin who has signed in already."""


def read_secret(settings: Settings) -> bytes:
    """The secret that seals private keys: from the settings, else from its file, which is made if need be."""
    if settings.secret_key:
        return bytes.fromhex(settings.secret_key)
    path = settings.data_dir / "secret.key"
    try:
        return bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        pass
    except ValueError:
        raise UnusableSettings([f"{path}: not 64 hexadecimal digits"]) from None
    fresh = secrets.token_bytes(32)
    # Written beside and linked into place, so that of two processes that start together one wins
    # and both read the same, and a crash leaves no half-written secret.
    beside = path.with_name(f"secret.{os.getpid()}.new")
    beside.touch(mode=0o600)
    beside.write_text(fresh.hex() + "\n")
    try:
        os.link(beside, path)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    finally:
        beside.unlink()
    return fresh


def open_database(settings: Settings) -> tuple[Database, people.Vault]:
    """The migrated database and the vault, for every command.

    Raises:
        UnusableSettings: the data directory can't be made, or the secret is not one.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        secret = read_secret(settings)
    except OSError as error:
        raise UnusableSettings([f"data_dir {settings.data_dir}: {error.strerror}"]) from None
    migrate(settings.database)
    return Database(settings.database), people.Vault(secret)


def prepare(settings: Settings) -> Prepared:
    """Make what is missing; the same for every start, first or later.

    Raises:
        UnusableSettings: also when the database belongs to another origin, since ids never change.
    """
    db, vault = open_database(settings)
    try:
        begun = db.write_now(
            begin,
            vault,
            origin=settings.public_origin,
            description=_starter(settings.starter_file),
            admin_email=settings.admin_email or None,
            language=settings.languages[0],
            now=utc_now(),
        )
    except Refused as error:
        db.close()
        if error.code != "other-origin":
            raise UnusableSettings([f"starter_file {settings.starter_file}: {error}"]) from None
        known, asked = error.facts["known"], error.facts["asked"]
        raise UnusableSettings(
            [
                f"origin: this database belongs to {known}, but the settings say {asked}.",
                "Ids never change: start with the old origin (or port), or with another data_dir.",
            ]
        ) from None
    except BaseException:
        db.close()
        raise
    link = f"{settings.public_origin}/sign-in/{begun.token}" if begun.token else None
    return Prepared(db, vault, begun.founded, link)


def _starter(path: Path) -> dict[str, Any]:
    if not path.exists():
        beside = Path(__file__).resolve().parent.parent / path.name
        if path.is_absolute() or not beside.exists():
            return {}
        path = beside
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise UnusableSettings([f"{path}: {error}"]) from None
