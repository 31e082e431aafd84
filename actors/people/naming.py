"""How an actor is named, and which version of a text a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

from actors.people.tables import Actor
from actors.views import ActorKind, ActorLine, Words


def actor_line(actor: Actor, language: str | None = None) -> ActorLine:
    """`actor` as a byline names it, in the reader's language if its name has a version in it."""
    words = in_language(actor.name, actor.name_map, actor.language, language)
    return ActorLine(
        iri=actor.iri,
        kind=kind_of_actor(actor),
        name=words.text or actor.username,
        handle=f"{actor.username}@{actor.authority}",
        url=actor.url or actor.iri,
        host=None if actor.local else actor.authority,
    )


def kind_of_actor(actor: Actor) -> ActorKind:
    """What `actor` is for people."""
    if actor.type == "Person":
        return ActorKind.PERSON
    if actor.kind in ("sector", "theme", "project"):
        return ActorKind(actor.kind)
    if actor.kind == "instance" or actor.type in ("Application", "Service"):
        return ActorKind.INSTANCE
    return ActorKind.GROUP


def in_language(text: str, versions: Mapping[str, str], own: str | None, wanted: str | None) -> Words:
    """The version of a text for a reader of `wanted`, else the text as its author put it first."""
    if wanted and wanted != own and versions.get(wanted):
        return Words(versions[wanted], wanted)
    if text or not versions:
        return Words(text, own)
    first = next(iter(versions))
    return Words(versions[first], first)


def other_languages(shown: str | None, own: str | None, *versions: Mapping[str, str]) -> tuple[str, ...]:
    """The further languages in which something can be read, in order."""
    known = {language for each in versions for language, text in each.items() if text}
    if own:
        known.add(own)
    return tuple(sorted(known - {shown}))
