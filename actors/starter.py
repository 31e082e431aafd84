"""The starter description: what a new instance is called, and the groups it begins with.

    name = "Knooppunt"
    languages = ["nl", "fr", "en", "de"]      # the first one leads
    [summary]
    nl = "…"                                   # plain text, one per language

    [[group]]
    username = "interior"
    kind = "sector"                            # sector, theme or project
    theme = "interior"                         # optional
    region = "BE-BRU"                          # optional
    level = "regional"                         # local, regional, federal or european
    posting = "members"                        # members, anyone or approval
    part_of = ["music"]                        # a project's groups: usernames here, or IRIs
    [group.name]
    nl = "…"
    [group.summary]
    nl = "…"

What is there already is left as it is, whatever the description says of it by now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from actors import groups, people
from actors.groups import GroupDraft
from actors.people import NewKeys, Vault, make_keys
from actors.refusals import Refused

LANGUAGES = ("nl", "fr", "en", "de")


def found(
    session: Session,
    vault: Vault,
    description: Mapping[str, Any],
    *,
    origin: str,
    now: datetime,
    new_keys: Callable[[], NewKeys] = make_keys,
) -> list[str]:
    """Found the groups of `description` that are not there yet; their usernames, in its order.

    Also gives the instance its purpose, when it has none.

    Raises:
        Refused: "starter-malformed" (`where`), and whatever `groups.found` refuses.
    """
    languages = _words(description, "languages", "the description") or LANGUAGES
    _introduce(session, _texts(description, "summary", "the description", languages), now)
    made: list[str] = []
    entries = description.get("group", [])
    if not isinstance(entries, list):
        raise Refused("starter-malformed", where="group")
    for position, entry in enumerate(entries, start=1):
        draft = _draft(entry, position, languages, origin)
        if people.local_actor(session, draft.username) is None:
            groups.found(session, vault, draft, origin=origin, keys=new_keys(), now=now)
            made.append(draft.username)
    return made


def _introduce(session: Session, about: Mapping[str, str], now: datetime) -> None:
    instance = people.instance_actor(session)
    if about and not instance.summary:
        instance.language = next(iter(about))
        instance.summary = _paragraph(about[instance.language])
        instance.summary_map = {language: _paragraph(text) for language, text in about.items()}
        instance.updated_at = now
        session.flush()


def _draft(entry: Any, position: int, languages: tuple[str, ...], origin: str) -> GroupDraft:
    if not isinstance(entry, dict):
        raise Refused("starter-malformed", where=f"group {position}")
    username = _word(entry, "username", f"group {position}")
    where = f"group «{username}»"
    names = _texts(entry, "name", where, languages)
    if not username or not names:
        raise Refused("starter-malformed", where=f"{where}: username and name")
    summaries = _texts(entry, "summary", where, languages)
    language = next(iter(names))
    return GroupDraft(
        username=username,
        name=names[language],
        kind=_word(entry, "kind", where) or "sector",
        summary=_paragraph(summaries.get(language, "")),
        language=language,
        name_map=names,
        summary_map={each: _paragraph(text) for each, text in summaries.items()},
        theme=_word(entry, "theme", where) or None,
        region=_word(entry, "region", where) or None,
        level=_word(entry, "level", where) or "local",
        posting=_word(entry, "posting", where) or "members",
        joining=_word(entry, "joining", where) or "approval",
        part_of=tuple(each if "://" in each else f"{origin}/g/{each}" for each in _words(entry, "part_of", where)),
        position=position,
    )


def _word(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise Refused("starter-malformed", where=f"{where}: {key}")
    return value.strip()


def _words(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused("starter-malformed", where=f"{where}: {key}")
    return tuple(value)


def _texts(table: Mapping[str, Any], key: str, where: str, languages: tuple[str, ...]) -> dict[str, str]:
    """Language -> text, the leading language first; a bare string is in the leading language."""
    value = table.get(key, {})
    if isinstance(value, str):
        value = {languages[0]: value}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Refused("starter-malformed", where=f"{where}: {key}")
    order = [*(each for each in languages if each in value), *(each for each in value if each not in languages)]
    return {each: value[each].strip() for each in order if value[each].strip()}


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""
