"""What a member chose to be told, where and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people.notices.kinds import DEFAULTS, KINDS, Rhythm
from actors.people.notices.tables import NoticeChoice


@dataclass(frozen=True, slots=True)
class Choice:
    """For one kind: whether the list on the site has it, and how often mail and direct messages tell it."""

    site: bool
    mail: Rhythm
    direct: Rhythm = Rhythm.NONE


def choice_of(session: Session, member_id: int, kind: str) -> Choice:
    """What holds for the member and this kind."""
    return _choice(session.get(NoticeChoice, (member_id, kind)), kind)


def choices(session: Session, member_id: int) -> dict[str, Choice]:
    """What holds for the member, for every kind, in the order of `KINDS`."""
    rows = {row.kind: row for row in session.scalars(select(NoticeChoice).where(NoticeChoice.member_id == member_id))}
    return {kind: _choice(rows.get(kind), kind) for kind in KINDS}


def choose(session: Session, member_id: int, chosen: Mapping[str, Choice]) -> None:
    """Keep what the member chose, by kind."""
    for kind, choice in chosen.items():
        row = session.get(NoticeChoice, (member_id, kind))
        if row is None:
            row = NoticeChoice(member_id=member_id, kind=kind)
            session.add(row)
        row.site, row.mail, row.direct = choice.site, choice.mail.value, choice.direct.value
    session.flush()


def stop_mail(session: Session, member_id: int, kinds: tuple[str, ...]) -> None:
    """No mail of these kinds any more; the other channels stay as they are."""
    held = choices(session, member_id)
    choose(session, member_id, {kind: replace(held[kind], mail=Rhythm.NONE) for kind in kinds})


def _choice(row: NoticeChoice | None, kind: str) -> Choice:
    if row is None:
        return Choice(site=True, mail=DEFAULTS[kind])
    return Choice(row.site, Rhythm(row.mail), Rhythm(row.direct))
