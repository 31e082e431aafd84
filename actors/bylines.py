"""How an actor is named in a line, and which language version of a text a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

from actors.people import Actor
from actors.views import ActorKind, ActorLine, Words

_KINDS = {"Person": ActorKind.PERSON, "Application": ActorKind.INSTANCE, "Service": ActorKind.INSTANCE}
_OWN_KINDS = {
    "sector": ActorKind.SECTOR,
    "theme": ActorKind.THEME,
    "project": ActorKind.PROJECT,
    "instance": ActorKind.INSTANCE,
}


def byline(actor: Actor, language: str | None = None) -> ActorLine:
    """`actor` as a line names it, in the reader's `language` where it has a name in it."""
    return ActorLine(
        iri=actor.iri,
        kind=_OWN_KINDS.get(actor.kind or "") or _KINDS.get(actor.type, ActorKind.GROUP),
        name=actor.name_map.get(language or "") or actor.name or actor.username,
        handle=f"{actor.username}@{actor.authority}",
        url=actor.url or actor.iri,
        host=shown_host(actor),
    )


def shown_host(actor: Actor) -> str | None:
    """The authority that `actor` was born on; None for this instance."""
    return None if actor.local else actor.authority


def in_language(text: str, language: str | None, versions: Mapping[str, str], wanted: str) -> Words:
    """The version for a reader of `wanted`; the main one where there is none."""
    if wanted != language and versions.get(wanted):
        return Words(versions[wanted], wanted)
    return Words(text, language)


def other_languages(shown: str | None, language: str | None, versions: Mapping[str, str]) -> tuple[str, ...]:
    """Every language there is a version in, but the one that is shown; the main one first."""
    known = dict.fromkeys([language, *versions])
    return tuple(tag for tag in known if tag and tag != shown)
