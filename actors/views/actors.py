"""What every page names: texts with their language, actors, the instance, and what an IRI is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    """What this instance says of itself, and how one comes in.

    Attributes:
        name: for the header, in the reader's language.
        about: one or two sentences by language.
        names: the name by language.
        registration: open, invitation or request.
        languages: those in which pages are offered; empty: all of the settings.
        colour: `#rrggbb`; empty: the house's own.
        region: ISO 3166-2.
        terms: the rules that whoever joins agrees to, by language; plain text.
        is_set_up: an admin has gone through the first choices.
        has_mail_server: an admin has chosen one; the operator's is not known here.
    """

    name: str
    about: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    registration: str = "invitation"
    languages: tuple[str, ...] = ()
    colour: str = ""
    region: str | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    is_set_up: bool = True
    has_mail_server: bool = False

    def for_reader(self, language: str) -> Site:
        """The same with its name in the reader's language, if it has one."""
        name = self.names.get(language)
        return replace(self, name=name) if name and name != self.name else self


@dataclass(frozen=True, slots=True)
class ActorLine:
    """One actor, as a byline names it. `handle` is `name@authority`, without a leading @."""

    iri: str
    kind: ActorKind
    name: str
    handle: str
    url: str
    host: str | None = None
