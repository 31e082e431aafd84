"""What the people of this instance have chosen for it: its rules, its looks, whom it speaks with.

Settings are the operator's, choices the admins': they are made on pages (`/setup`, `/admin/site`) and kept in one row.
Name and purpose stand on the instance's own actor, since other servers read them there. Whom we speak with stands
beside the policies of hosts, where every question about a host finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Integer, String, column, delete, insert, select, table
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, Json, Moment, row_id, utc_now
from actors.refusals import Refused

OPEN, INVITATION, REQUEST = "open", "invitation", "request"
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


class SiteRow(Base):
    """The choices; one row."""

    __tablename__ = "site"

    id: Mapped[int] = row_id()
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    """Empty: all that the settings allow."""
    region: Mapped[str | None] = mapped_column(String(16))
    colour: Mapped[str] = mapped_column(String(7), default="")
    """`#rrggbb`; empty: the house's own."""
    registration: Mapped[str] = mapped_column(String(16), default=INVITATION)
    questions: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Each question by language."""
    terms: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """The rules that whoever joins agrees to, by language; plain text."""
    terms_version: Mapped[int] = mapped_column(Integer, default=0)
    """Goes up whenever the terms change; what a member agreed to names it."""
    founding_projects: Mapped[str] = mapped_column(String(16), default="members")
    federation_mode: Mapped[str] = mapped_column(String(16), default="open")
    wizard_done: Mapped[bool] = mapped_column(Boolean, default=False)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


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
    row = session.scalar(select(SiteRow).order_by(SiteRow.id).limit(1))
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
    wizard_done: bool | None = None,
) -> Choices:
    """Change what is given and leave the rest; the empty string takes a region or a colour back.

    Raises:
        Refused: "unknown-choice" (`field`, `value`), "colour-malformed", "colour-faint", "too-many", "too-long".
    """
    row = session.scalar(select(SiteRow).order_by(SiteRow.id).limit(1).with_for_update())
    if row is None:
        row = SiteRow(id=1)
        session.add(row)
    _one_of("registration", registration, REGISTRATIONS)
    _one_of("founding_projects", founding_projects, FOUNDERS)
    _one_of("federation_mode", federation_mode, MODES)
    if languages is not None:
        row.languages = list(dict.fromkeys(languages))
    if region is not None:
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


def contrast(one: str, other: str) -> float:
    """How well two colours (`#rrggbb`) stand out from each other, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(colour: str) -> str:
    """A colour that white text can be read on."""
    if not colour:
        return ""
    if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is None:
        raise Refused("colour-malformed", colour=colour)
    found = contrast(colour, "#ffffff")
    if found < 4.5:
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
