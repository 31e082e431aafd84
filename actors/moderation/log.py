"""Acts of moderation and reports: appended, never rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.moderation.tables import Act, Report
from actors.people.tables import Actor, Member
from actors.refusals import Refused
from actors.views.keeping import ActLine

REPORT_CHARS = 10_000
REPORT_OBJECTS = 100


def act(
    session: Session,
    verb: str,
    object: str,  # noqa: A002  the wire's own word for it
    *,
    member_id: int | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Act:
    """Write down who did what to whom; `member_id` None is the instance itself (command line, starter)."""
    row = Act(
        member_id=member_id, verb=verb, object=object, reason=reason, facts=facts or {}, created_at=now or utc_now()
    )
    session.add(row)
    session.flush()
    return row


def acts(session: Session, *, limit: int = 100, before_id: int | None = None) -> list[Act]:
    """The acts, newest first."""
    query = select(Act).order_by(Act.id.desc()).limit(limit)
    return list(session.scalars(query if before_id is None else query.where(Act.id < before_id)))


def act_lines(session: Session, *, limit: int = 100, before_id: int | None = None, verb: str = "") -> list[ActLine]:
    """`acts` for a page, with who did each; only those of one verb, if there is one."""
    query = select(Act, Member.name).outerjoin(Member, Member.id == Act.member_id).order_by(Act.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(Act.id < before_id)
    if verb:
        query = query.where(Act.verb == verb)
    return [
        ActLine(row.id, name, row.verb, row.object, row.reason, row.facts, row.created_at)
        for row, name in session.execute(query)
    ]


def record_report(
    session: Session,
    *,
    object_iris: Iterable[str],
    content: str,
    now: datetime,
    iri: str | None = None,
    reporter: Actor | None = None,
    member_id: int | None = None,
) -> Report:
    """Keep a Flag of another server, or a report by a member; the same Flag again gives the row that is there.

    Raises:
        Refused: "report-empty" (about nothing).
    """
    if iri is not None:
        known = session.scalar(select(Report).where(Report.iri == iri))
        if known is not None:
            return known
    about = list(dict.fromkeys(object_iris))[:REPORT_OBJECTS]
    if not about:
        raise Refused("report-empty")
    report = Report(
        iri=iri,
        reporter_id=reporter.id if reporter else None,
        member_id=member_id,
        object_iris=about,
        content=content[:REPORT_CHARS],
        created_at=now,
    )
    session.add(report)
    session.flush()
    return report


def open_reports(session: Session) -> list[Report]:
    """The reports that nobody has answered, oldest first."""
    return list(session.scalars(select(Report).where(Report.state == "open").order_by(Report.id)))


def resolve_report(session: Session, report: Report, *, member_id: int | None, reason: str, now: datetime) -> None:
    """Close a report, with the reason in the act log."""
    report.state = "resolved"
    act(session, "resolve-report", report.iri or f"report:{report.id}", member_id=member_id, reason=reason, now=now)
