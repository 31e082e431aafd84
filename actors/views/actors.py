"""What every page names: texts with their language, actors, the instance, and what an IRI is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What an actor is for people; `GROUP` is a group elsewhere of which we know no more."""

    SECTOR = "sector"
    THEME = "theme"
    PROJECT = "project"
    GROUP = "group"
    PERSON = "person"
    INSTANCE = "instance"


class SubjectKind(StrEnum):
    """Which page shows a thing."""

    GROUP = "group"
    PERSON = "person"
    OFFER = "offer"
    EVENT = "event"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Words:
    """A plain text and the language it is in; `language` is None when its author did not say."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The answer to «what is this IRI»."""

    kind: SubjectKind
    iri: str


@dataclass(frozen=True, slots=True)
class Site:
    """What this instance says of itself: `name` for the header, `about` one or two sentences by language."""

    name: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActorLine:
    """One actor, as a byline names it. `handle` is `name@authority`, without a leading @."""

    iri: str
    kind: ActorKind
    name: str
    handle: str
    url: str
    host: str | None = None
