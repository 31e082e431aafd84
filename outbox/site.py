"""The choices of the instance as orders: what an admin changes is written down, and what others read is told to them.

Name and purpose stand on the instance's own actor; whoever follows it is told when they change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors import moderation, people, site
from actors.refusals import Refused
from actors.rules import next_change
from actors.site import Choices, MailServer
from outbox import people as tellers
from outbox.delivery.lanes import Lane

CHANGE = "change-site"
NAME_CHARS, ABOUT_CHARS = 100, 2_000
_SHOWN = frozenset({"languages", "region", "colour", "registration", "founding_projects", "federation_mode"})
"""Choices that are short enough to be written down as they were and are."""


def choose(session: Session, matter: str, *, by: int | None, now: datetime, **wanted: Any) -> Choices:
    """Change choices (`actors.site.set_choices`), and write down who changed what.

    Args:
        matter: what it is about, as the pages call it.
        by: the member; None: the operator.

    Raises:
        Refused: as `actors.site.set_choices`.
    """
    before = site.choices(session)
    after = site.set_choices(session, now=now, **wanted)
    changed = [name for name in wanted if getattr(before, name) != getattr(after, name)]
    if changed:
        facts: dict[str, Any] = {"changed": changed}
        for name in _SHOWN.intersection(changed):
            facts[name] = [_plain(getattr(before, name)), _plain(getattr(after, name))]
        moderation.act(session, CHANGE, matter, member_id=by, facts=facts, now=now)
    if "federation_mode" in changed:
        # What was put off because it concerns strangers is looked at anew.
        session.execute(
            update(Lane).where(Lane.failures == 0, Lane.next_attempt_at > now).values(next_attempt_at=now),
            execution_options={"synchronize_session": False},
        )
    return after


def introduce(
    session: Session, *, names: Mapping[str, str], about: Mapping[str, str], by: int | None, now: datetime
) -> Choices:
    """Give the instance its name and purpose, by language; the first language is its own. Followers are told.

    Args:
        about: plain text, a line for each paragraph.

    Raises:
        Refused: "name-missing", "too-long" (`field`).
    """
    called = {language: " ".join(text.split()) for language, text in names.items() if text.strip()}
    said = {language: _paragraphs(text) for language, text in about.items() if text.strip()}
    if not called:
        raise Refused("name-missing")
    _within("names", called, NAME_CHARS)
    _within("about", about, ABOUT_CHARS)
    instance = people.instance_actor(session)
    language = next(iter(called))
    wanted = (called[language], called, said.get(language) or next(iter(said.values()), ""), said, language)
    held = (instance.name, dict(instance.name_map), instance.summary, dict(instance.summary_map), instance.language)
    if wanted != held:
        changed = ["names"] * (wanted[:2] != held[:2]) + ["about"] * (wanted[2:4] != held[2:4])
        instance.name, instance.name_map, instance.summary, instance.summary_map, instance.language = wanted
        instance.updated_at = next_change(instance.updated_at or instance.created_at, now)
        session.flush()
        moderation.act(session, CHANGE, "name", member_id=by, facts={"changed": changed}, now=now)
        tellers.changed(session, instance, now=now)
    return site.choices(session)


def hand_mail_to(
    session: Session, server: MailServer | None, *, keep_password: bool = False, by: int | None, now: datetime
) -> None:
    """Mail is handed in at `server` from now on, in every process within a second; None: nowhere.

    Raises:
        Refused: as `actors.site.set_mail_server`.
    """
    if server is None:
        changed = ["host"] if site.forget_mail_server(session) else []
    else:
        changed = site.set_mail_server(session, server, keep_password=keep_password, now=now)
    if changed:
        facts = {"changed": changed, "host": f"{server.host}:{server.port}" if server else ""}
        moderation.act(session, CHANGE, "mail", member_id=by, facts=facts, now=now)


def _within(field: str, texts: Mapping[str, str], limit: int) -> None:
    longest = max(map(len, texts.values()), default=0)
    if longest > limit:
        raise Refused("too-long", field=field, chars=longest, limit=limit)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
