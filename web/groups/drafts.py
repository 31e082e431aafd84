"""The form of a group, as far as founding and changing share it: texts by language, colours, questions.

Texts come in fields named after their language, `name_nl`, `about_nl`, `question_1_nl`: which languages there are
depends on the instance and on the group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from actors.groups import Question
from actors.groups.joining import QUESTIONS
from actors.regions import CHOICES
from actors.views import ActorLine, Level
from actors.writing import render
from fediverse.html import text_of

MOST_FIELDS = 200
"""Two texts and five questions in each language, and a box for each group that it may belong to."""
SWATCHES = ("#2b6a4d", "#1f5f8b", "#5b4a9c", "#8a2f5c", "#a33a1e", "#7a5a12", "#3d4a52")
"""Colours to begin with: dark enough for white words, and told apart."""
OWN = "own"
LEVELS = tuple(Level)
REGIONS = CHOICES


class SaidForm(BaseModel):
    """What a group says of itself; its texts are among the further fields."""

    model_config = ConfigDict(extra="allow")

    theme: str = ""
    region: str = ""
    level: str = "local"
    colour: str = ""
    own_colour: str = ""
    part_of: list[str] = []

    def wanted_colour(self) -> str | None:
        """The colour that was chosen or typed, such as #2b6a4d."""
        if self.colour != OWN:
            return self.colour or None
        typed = self.own_colour.strip().lower()
        return f"#{typed.removeprefix('#')}"


def spoken(offered: Sequence[str], first: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The languages of the form: `first`, then those that the instance offers, then what else the group speaks."""
    return tuple(dict.fromkeys((first, *offered, *known)))


def typed(values: Mapping[str, str], field: str, languages: Sequence[str]) -> dict[str, str]:
    """Language -> what was typed into `field`, without those that are empty."""
    found = {code: values.get(f"{field}_{code}", "").replace("\r\n", "\n").strip() for code in languages}
    return {code: text for code, text in found.items() if text}


def as_html(texts: Mapping[str, str], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts as HTML; one that is as it was (`before`, HTML by language) keeps its very form."""
    kept = before or {}
    return {
        code: kept[code] if code in kept and text_of(kept[code]).strip() == text else render(text).html
        for code, text in texts.items()
    }


def asked(values: Mapping[str, str], languages: Sequence[str]) -> list[Question]:
    """The questions that were typed; one that is empty in every language is none."""
    found = []
    for number in range(1, QUESTIONS + 1):
        texts = typed(values, f"question_{number}", languages)
        if texts:
            found.append(Question(texts, values.get(f"question_{number}_required") == "yes"))
    return found


def rows(values: Mapping[str, str]) -> int:
    """How many questions a form shows: those that are there, and room for one more."""
    numbers = [int(match[1]) for name, text in values.items() if text and (match := _QUESTION.fullmatch(name))]
    return min(max(numbers, default=0) + 1, QUESTIONS)


_QUESTION = re.compile(r"question_([1-9])_(?!required)[A-Za-z-]{2,16}")


def belongs(chosen: Iterable[str], offered: Iterable[ActorLine], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Of the groups that were ticked, those that the form offered."""
    allowed = {line.iri for line in offered} | set(known)
    return tuple(iri for iri in chosen if iri in allowed)


def field_of(code: str, facts: Mapping[str, Any], values: Mapping[str, str], languages: Sequence[str]) -> str:
    """The field of the form that a refusal is about, or «» for the whole."""
    named = {
        "name-missing": f"name_{languages[0]}",
        "name-malformed": "username",
        "name-taken": "username",
        "colour-malformed": "own_colour",
        "colour-too-pale": "own_colour",
        "project-without-group": "part_of",
        "region-unknown": "region",
        "too-many": "question_1_" + languages[0],
    }
    if code not in {"too-long", "unreadable-character"}:
        return named.get(code, "")
    match facts.get("field"):
        case "name" | "summary" as field:
            stem = "name" if field == "name" else "about"
            names = [f"{stem}_{language}" for language in languages]
        case "questions":
            names = [name for name in values if _QUESTION.fullmatch(name)]
        case "theme":
            return "theme"
        case _:
            return ""
    # The refusal does not say in which language it is: the one with what nobody can read, or the longest.
    return max(names, key=lambda name: (not _readable(values.get(name, "")), len(values.get(name, ""))), default="")


def _readable(text: str) -> bool:
    return not any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in text)
