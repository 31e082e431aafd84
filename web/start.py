"""What has to be true before a process serves: data directory, secret, tables, instance, starter, admin.

Every step looks first and does only what is missing, so the second start does nothing.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from actors import people, starter
from actors.database import Database, migrate, utc_now
from fediverse.hosts import authority_of
from web.settings import Settings, UnusableSettings

SIGN_IN_LINK_VALID_FOR = timedelta(days=2)


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
        description = _starter(settings.starter_file)
        founded, link = db.write_now(_first_things, vault, settings, description)
    except BaseException:
        db.close()
        raise
    return Prepared(db, vault, tuple(founded), link)


def _starter(path: Path) -> dict[str, object]:
    if not path.exists():
        beside = Path(__file__).resolve().parent.parent / path.name
        if path.is_absolute() or not beside.exists():
            return {}
        path = beside
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise UnusableSettings([f"{path}: {error}"]) from None


def _first_things(
    session: Session, vault: people.Vault, settings: Settings, description: dict[str, object]
) -> tuple[list[str], str | None]:
    origin = settings.public_origin
    known = people.known_origin(session)
    if known is not None and known != origin:
        raise UnusableSettings(
            [
                f"origin: this database belongs to {known}, but the settings say {origin}.",
                "Ids never change: start with the old origin (or port), or with another data_dir.",
            ]
        )
    founded: list[str] = []
    if known is None:
        name = str(description.get("name") or authority_of(origin))
        people.ensure_instance(session, vault, origin=origin, name=name)
        founded = starter.found(session, vault, description, origin=origin)
    return founded, _admin_link(session, settings)


def _admin_link(session: Session, settings: Settings) -> str | None:
    """A fresh link as long as no admin has ever signed in, so that a lost terminal is no disaster."""
    admin = people.first_admin(session)
    if admin is None:
        admin = people.create_member(
            session,
            name="Admin",
            email=settings.admin_email or None,
            language=settings.languages[0],
            role="admin",
        )
    elif people.has_signed_in(session, admin.id):
        return None
    token = people.issue_token(session, admin.id, "sign-in", now=utc_now(), valid_for=SIGN_IN_LINK_VALID_FOR)
    return f"{settings.public_origin}/sign-in/{token}"
