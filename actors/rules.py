"""Rules that more than one door asks before something of ours is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.groups import Membership
from actors.people import Actor, Member
from actors.refusals import Refused

TITLE_CHARS = 200
TEXT_CHARS = 20_000
LINE_CHARS = 500
ATTACHMENTS = 8
TAGS = 10
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,1}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,4})?")


def may_write(session: Session, group: Actor, member_id: int | None) -> None:
    """See that `group` is ours and lives, and that the member may write in its name (None: the house itself).

    Raises:
        Refused: "not-ours", "gone", "not-a-member".
    """
    if not group.local:
        raise Refused("not-ours", iri=group.iri)
    if group.deleted_at is not None or group.suspended_at is not None:
        raise Refused("gone", iri=group.iri)
    if member_id is None:
        return
    member = session.get(Member, member_id)
    if member is None or member.suspended_at is not None or member.deleted_at is not None:
        raise Refused("not-a-member", group=group.iri)
    if member.actor_id == group.id or member.role == "admin":
        return
    active = select(Membership.id).where(
        Membership.group_id == group.id, Membership.member_id == member_id, Membership.state == "active"
    )
    if session.scalar(active) is None:
        raise Refused("not-a-member", group=group.iri)


def thread_of(iri: str) -> str:
    """The collection of a thing of ours and the answers to it (FEP-f228): its `context`."""
    return f"{iri}/thread"


def check_languages(*tags: str | None) -> None:
    """See that each is a language tag such as «nl» or «nl-BE». Raises Refused "unknown-language"."""
    for tag in tags:
        if tag is not None and _LANGUAGE.fullmatch(tag) is None:
            raise Refused("unknown-language", language=tag[:20])


def check_currency(code: str | None) -> None:
    """See that it is three capital letters (ISO 4217). Raises Refused "unknown-choice"."""
    if code is not None and _CURRENCY.fullmatch(code) is None:
        raise Refused("unknown-choice", field="pay_currency", value=code[:20])


def check_choice(field: str, value: str, allowed: Iterable[str]) -> None:
    """See that `value` is one of the words that `field` knows. Raises Refused "unknown-choice"."""
    if value not in allowed:
        raise Refused("unknown-choice", field=field, value=value)


def check_amounts(**amounts: str | None) -> None:
    """See that amounts are plain decimals such as «350» or «37.5». Raises Refused "amount-malformed"."""
    for field, amount in amounts.items():
        if amount is not None and _AMOUNT.fullmatch(amount) is None:
            raise Refused("amount-malformed", field=field, amount=amount[:40])


def check_counts(**things: tuple[int, int]) -> None:
    """See that there are not too many; each is (how many, limit). Raises Refused "too-many"."""
    for field, (count, limit) in things.items():
        if count > limit:
            raise Refused("too-many", field=field, limit=limit, count=count)


def check_span(begins_at: datetime | None, ends_at: datetime | None) -> None:
    """See that the end is not before the beginning and both lie in our times.

    Raises:
        Refused: "ends-before-it-begins", "date-absurd".
    """
    for moment in (begins_at, ends_at):
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise Refused("date-absurd", date=moment.isoformat())
    if begins_at is not None and ends_at is not None and ends_at < begins_at:
        raise Refused("ends-before-it-begins", begins=begins_at.isoformat(), ends=ends_at.isoformat())


def whole_second(now: datetime) -> datetime:
    """`now` as it goes on the wire, where some readers bear no fractions."""
    return now.replace(microsecond=0)


def next_change(held: datetime, now: datetime) -> datetime:
    """When a change counts as made: a whole second after the last, since others take only a newer `updated`."""
    return max(whole_second(now), whole_second(held) + timedelta(seconds=1))
