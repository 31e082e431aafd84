"""Language accounts of a group, and its moves: what organisers order on its settings page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors import groups
from actors.groups import Person
from actors.people import Actor, NewKeys, Vault
from outbox import moving
from outbox.groups.changing import tell_profile
from outbox.groups.joining import organised
from outbox.log import Said


def open_account(
    session: Session,
    vault: Vault,
    group_iri: str,
    language: str,
    *,
    origin: str,
    keys: NewKeys | None = None,
    by: Person,
    now: datetime,
) -> Actor:
    """Let the group be followed in one language; followers of an account that was ended hear of it again.

    Raises:
        Refused: "not-an-organiser", and as `actors.groups.open_account`.
    """
    group = organised(session, group_iri, by)
    account = groups.open_account(session, vault, group, language, origin=origin, keys=keys, now=now)
    if groups.followers_count(session, account):
        tell_profile(session, account, now=now)
    return account


def end_account(session: Session, group_iri: str, language: str, *, by: Person, now: datetime) -> bool:
    """The account says nothing more; False when the group has none in this language.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    return groups.end_account(session, organised(session, group_iri, by), language, now=now) is not None


def name_alias(session: Session, group_iri: str, alias_iri: str, *, by: Person, now: datetime) -> Said:
    """The group says that it is also the one at `alias_iri`.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `moving.name_alias`.
    """
    return moving.name_alias(session, organised(session, group_iri, by), alias_iri, now=now)


def drop_alias(session: Session, group_iri: str, alias_iri: str, *, by: Person, now: datetime) -> Said:
    """The group says no more that it is also the one at `alias_iri`.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `moving.drop_alias`.
    """
    return moving.drop_alias(session, organised(session, group_iri, by), alias_iri, now=now)


def come_home(session: Session, group_iri: str, *, by: Person, now: datetime) -> Said:
    """The group, which had moved away, lives here again.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `moving.come_home`.
    """
    return moving.come_home(session, organised(session, group_iri, by), now=now)


def move(session: Session, group_iri: str, target_iri: str, *, by: Person, now: datetime) -> Said:
    """The group lives at `target_iri` from now on.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `moving.move`.
    """
    return moving.move(session, organised(session, group_iri, by), target_iri, now=now)
