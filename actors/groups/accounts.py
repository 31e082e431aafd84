"""Language accounts: actors that say what a group says with one language first, so that one may follow in one's own.

`@interior.fr` belongs to `@interior`. It is an actor of its own, with followers of its own; it writes nothing, holds
nothing and has no members. What is asked of it about rules is asked of its group.

Source: many servers show one language of a post, the one that stands first (interop.md §5, languages).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.bonds import ACCEPTED
from actors.bonds.tables import Follow
from actors.groups.founding import rules_of
from actors.groups.tables import LanguageAccount
from actors.people.keys import NewKeys, Vault
from actors.people.local import USERNAME_CHARS, found_local
from actors.people.tables import Actor
from actors.refusals import Refused


def open_account(
    session: Session,
    vault: Vault,
    group: Actor,
    language: str,
    *,
    origin: str,
    keys: NewKeys | None = None,
    now: datetime,
) -> Actor:
    """The group can be followed in `language` from now on, at `{name}.{language}`.

    An account that was ended is taken up again, with its name and keys.

    Raises:
        Refused: "not-our-group", "private-group", "name-malformed" (too long with its language), "name-taken".
    """
    if rules_of(session, group).private:
        raise Refused("private-group", iri=group.iri)
    known = session.scalar(
        select(LanguageAccount).where(LanguageAccount.group_id == group.id, LanguageAccount.language == language)
    )
    if known is not None:
        known.ended_at = None
        account = session.get_one(Actor, known.actor_id)
        _say_as_group(account, group, language, now)
        session.flush()
        return account
    username = f"{group.username}.{language}"
    if len(username) > USERNAME_CHARS:
        raise Refused("name-malformed", username=username, limit=USERNAME_CHARS)
    account = found_local(
        session,
        vault,
        origin=origin,
        path=f"/g/{username}",
        type="Group",
        kind=group.kind,
        username=username,
        name=group.name,
        language=language,
        manually_approves=group.manually_approves,
        keys=keys,
        now=now,
    )
    account.moderators_iri = account.members_iri = account.upcoming_events_iri = None
    _say_as_group(account, group, language, None)
    session.add(LanguageAccount(actor_id=account.id, group_id=group.id, language=language))
    session.flush()
    return account


def end_account(session: Session, group: Actor, language: str, *, now: datetime) -> Actor | None:
    """The account says nothing more; its followers stay, in case it is taken up again. None when there is none."""
    row = session.scalar(
        select(LanguageAccount).where(
            LanguageAccount.group_id == group.id,
            LanguageAccount.language == language,
            LanguageAccount.ended_at.is_(None),
        )
    )
    if row is None:
        return None
    row.ended_at = now
    session.flush()
    return session.get_one(Actor, row.actor_id)


def accounts_of(session: Session, group_id: int) -> list[tuple[LanguageAccount, str]]:
    """The group's language accounts that speak, with their handles, by language."""
    rows = session.execute(
        select(LanguageAccount, Actor.username, Actor.authority)
        .join(Actor, Actor.id == LanguageAccount.actor_id)
        .where(LanguageAccount.group_id == group_id, LanguageAccount.ended_at.is_(None), Actor.deleted_at.is_(None))
        .order_by(LanguageAccount.language)
    )
    return [(row[0], f"{row[1]}@{row[2]}") for row in rows]


def voices_of(session: Session, group_id: int) -> list[tuple[Actor, str]]:
    """The group's language accounts that speak, with their languages."""
    rows = session.execute(
        select(Actor, LanguageAccount.language)
        .join(LanguageAccount, LanguageAccount.actor_id == Actor.id)
        .where(
            LanguageAccount.group_id == group_id,
            LanguageAccount.ended_at.is_(None),
            Actor.deleted_at.is_(None),
            Actor.suspended_at.is_(None),
        )
        .order_by(LanguageAccount.language)
    )
    return [(row[0], row[1]) for row in rows]


def group_behind(session: Session, account_id: int) -> tuple[Actor, str] | None:
    """The group that this language account belongs to, and its language; None for any other actor."""
    row = session.execute(
        select(Actor, LanguageAccount.language)
        .join(LanguageAccount, LanguageAccount.group_id == Actor.id)
        .where(LanguageAccount.actor_id == account_id)
    ).first()
    return (row[0], row[1]) if row is not None else None


def group_named(session: Session, account_iri: str) -> str | None:
    """The page of the group whose language account this is, in its language; None for any other IRI."""
    account = session.scalar(select(Actor).where(Actor.iri == account_iri, Actor.local, Actor.deleted_at.is_(None)))
    if account is None or group_behind(session, account.id) is None:
        return None
    return account.url


def language_for(session: Session, group_id: int, reader: Actor) -> str | None:
    """The language in which this reader hears the group: of the account it follows, or that its server follows.

    A follower's own choice goes first. A server asks in its own name too: it gets the language of the one account that
    is followed there, unless the group itself is followed there as well. None: as the group says it.
    """
    followed = (
        select(LanguageAccount.language)
        .join(Follow, Follow.followed_id == LanguageAccount.actor_id)
        .where(LanguageAccount.group_id == group_id, LanguageAccount.ended_at.is_(None), Follow.state == ACCEPTED)
        .order_by(LanguageAccount.language)
    )
    own = session.scalar(followed.where(Follow.follower_id == reader.id).limit(1))
    if own is not None or reader.type == "Person":
        return own
    there = (
        select(Follow.id)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Follow.followed_id == group_id, Follow.state == ACCEPTED, Actor.authority == reader.authority)
    )
    if session.scalar(there.limit(1)) is not None:
        return None
    here = followed.join(Actor, Actor.id == Follow.follower_id).where(Actor.authority == reader.authority)
    languages = set(session.scalars(here))
    return languages.pop() if len(languages) == 1 else None


def _say_as_group(account: Actor, group: Actor, language: str, changed_at: datetime | None) -> None:
    """Name, text and picture of the group, with the account's language first."""
    names = dict(group.name_map) | ({group.language: group.name} if group.language else {})
    abouts = dict(group.summary_map) | ({group.language: group.summary} if group.language else {})
    account.name, account.summary = names.get(language) or group.name, abouts.get(language) or group.summary
    account.name_map, account.summary_map = names, abouts
    account.language = language
    account.icon_url, account.image_url = group.icon_url, group.image_url
    account.url = f"{group.url or group.iri}?lang={language}"
    account.manually_approves = group.manually_approves
    account.discoverable, account.indexable = group.discoverable, group.indexable
    if changed_at is not None:
        account.updated_at = changed_at


def follow_group(session: Session, group: Actor, *, now: datetime) -> list[Actor]:
    """Make the group's language accounts say what it says of itself now; those that speak."""
    voices = voices_of(session, group.id)
    for account, language in voices:
        _say_as_group(account, group, language, now)
    session.flush()
    return [account for account, _ in voices]
