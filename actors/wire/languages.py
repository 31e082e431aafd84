"""A document for readers of one language: that language stands first, in the text itself and in the maps.

Many servers show one language of a post: the text as it stands, or the first of the map (interop.md §5). The id, and
every fact, are the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fediverse.types import Object


def language_first(thing: Object, language: str) -> Object:
    """`thing` with `language` first wherever there is a version in it; what has none stays as its author put it."""
    return replace(
        thing,
        name=_text(thing.name, thing.name_map, language),
        name_map=_map(thing.name_map, language),
        summary=_text(thing.summary, thing.summary_map, language),
        summary_map=_map(thing.summary_map, language),
        content=_text(thing.content, thing.content_map, language),
        content_map=_map(thing.content_map, language),
    )


def _text(text: str | None, versions: Mapping[str, str] | None, language: str) -> str | None:
    return (versions or {}).get(language) or text


def _map(versions: Mapping[str, str] | None, language: str) -> Mapping[str, str] | None:
    if not versions or not versions.get(language):
        return versions
    return {language: versions[language]} | {code: text for code, text in versions.items() if code != language}
