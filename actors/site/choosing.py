"""The choices: read, changed, refused. Name and purpose are read here too, and changed by `outbox.site`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, String, column, delete, insert, select, table
from sqlalchemy.orm import Session

from actors.database import Json, Moment
from actors.refusals import Refused
from actors.regions import CHOICES
from actors.site.colours import LEAST, WHITE, contrast
from actors.site.tables import INVITATION, OPEN, REQUEST, SiteRow, find_row

REGISTRATIONS = (OPEN, INVITATION, REQUEST)
FOUNDERS = ("members", "moderators", "admins")
MODES = ("open", "partners-first", "partners-only")
QUESTIONS, QUESTION_CHARS, TERMS_CHARS = 10, 300, 20_000

_ACTORS = table(
    "actor",
    column("local", Boolean),
    column("kind", String),
    column("name", String),
    column("name_map", Json),
    column("summary_map", Json),
    column("language", String),
)


_HOSTS = table(
    "host",
    column("name", String),
    column("policy", String),
    column("public_reason", String),
    column("private_reason", String),
    column("created_at", Moment),
    column("updated_at", Moment),
)
ALL_OTHERS = "*"
"""The name under which the table of hosts keeps what holds for servers that nothing was decided about."""
_POLICY_OF_OTHERS = {"open": "open", "partners-first": "limited", "partners-only": "blocked"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen, or would hold if nothing was.

    Attributes:
        names, about: by language; about is HTML that was sanitised.
        languages: codes, in order; empty: all that the settings allow.
        region: ISO 3166-2, such as BE-BRU.
        colour: `#rrggbb` or empty.
        registration: open, invitation or request.
        questions: each by language; asked of whoever requests to join.
        terms: by language; `terms_version` is 0 while there are none.
        founding_projects: who may found projects and thematic groups: members, moderators or admins.
        federation_mode: open, partners-first (unknown servers are limited) or partners-only (they are refused).
        wizard_step: where the first choices were left; empty: not begun.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    region: str | None = None
    colour: str = ""
    registration: str = INVITATION
    questions: tuple[Mapping[str, str], ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    terms_version: int = 0
    founding_projects: str = "members"
    federation_mode: str = "open"
    wizard_step: str = ""
    wizard_done: bool = False


def choices(session: Session) -> Choices:
    """What holds now; defaults before anybody chose."""
    actors = _ACTORS.c
    own = session.execute(
        select(actors.name, actors.name_map, actors.summary_map, actors.language).where(
            actors.local, actors.kind == "instance"
        )
    ).first()
    names = dict(own.name_map) or {own.language or "en": own.name} if own else {}
    about = dict(own.summary_map) if own else {}
    row = find_row(session)
    if row is None:
        return Choices(names, about)
    return Choices(
        names=names,
        about=about,
        languages=tuple(row.languages),
        region=row.region,
        colour=row.colour,
        registration=row.registration,
        questions=tuple(row.questions),
        terms=dict(row.terms),
        terms_version=row.terms_version,
        founding_projects=row.founding_projects,
        federation_mode=row.federation_mode,
        wizard_step=row.wizard_step,
        wizard_done=row.wizard_done,
    )


def set_choices(
    session: Session,
    *,
    now: datetime,
    languages: Iterable[str] | None = None,
    region: str | None = None,
    colour: str | None = None,
    registration: str | None = None,
    questions: Iterable[Mapping[str, str]] | None = None,
    terms: Mapping[str, str] | None = None,
    founding_projects: str | None = None,
    federation_mode: str | None = None,
    wizard_step: str | None = None,
    wizard_done: bool | None = None,
) -> Choices:
    """Change what is given and leave the rest; the empty string takes a region or a colour back.

    Raises:
        Refused: "unknown-choice" (`field`, `value`), "region-unknown", "colour-malformed", "colour-faint", "too-many",
            "too-long".
    """
    row = find_row(session, lock=True)
    if row is None:
        row = SiteRow(id=1)
        session.add(row)
    _one_of("registration", registration, REGISTRATIONS)
    _one_of("founding_projects", founding_projects, FOUNDERS)
    _one_of("federation_mode", federation_mode, MODES)
    if languages is not None:
        row.languages = list(dict.fromkeys(languages))
    if region is not None:
        if region and region not in CHOICES:
            raise Refused("region-unknown", region=region)
        row.region = region or None
    if colour is not None:
        row.colour = _colour(colour)
    if questions is not None:
        row.questions = _questions(questions)
    if terms is not None:
        kept = {language: text.strip() for language, text in terms.items() if text.strip()}
        if any(len(text) > TERMS_CHARS for text in kept.values()):
            raise Refused("too-long", field="terms", chars=max(map(len, kept.values())), limit=TERMS_CHARS)
        if kept != row.terms:
            row.terms, row.terms_version = kept, (row.terms_version or 0) + 1
    row.registration = registration or row.registration
    row.founding_projects = founding_projects or row.founding_projects
    row.federation_mode = federation_mode or row.federation_mode
    row.wizard_step = row.wizard_step if wizard_step is None else wizard_step
    row.wizard_done = row.wizard_done if wizard_done is None else wizard_done
    row.updated_at = now
    session.flush()
    if federation_mode is not None:
        _decide_on_others(session, _POLICY_OF_OTHERS[federation_mode], now)
    return choices(session)


def _decide_on_others(session: Session, policy: str, now: datetime) -> None:
    session.execute(delete(_HOSTS).where(_HOSTS.c.name == ALL_OTHERS))
    if policy != "open":
        values = {"public_reason": "", "private_reason": "", "created_at": now, "updated_at": now}
        session.execute(insert(_HOSTS).values(name=ALL_OTHERS, policy=policy, **values))


def _colour(colour: str) -> str:
    """A colour that white text can be read on."""
    if not colour:
        return ""
    if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is None:
        raise Refused("colour-malformed", colour=colour)
    found = contrast(colour, WHITE)
    if found < LEAST:
        raise Refused("colour-faint", contrast=f"{found:.1f}")
    return colour.lower()


def _questions(questions: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    kept = [{language: text.strip() for language, text in question.items() if text.strip()} for question in questions]
    kept = [question for question in kept if question]
    if len(kept) > QUESTIONS:
        raise Refused("too-many", field="questions", count=len(kept), limit=QUESTIONS)
    longest = max((len(text) for question in kept for text in question.values()), default=0)
    if longest > QUESTION_CHARS:
        raise Refused("too-long", field="questions", chars=longest, limit=QUESTION_CHARS)
    return kept


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise Refused("unknown-choice", field=name, value=value)
