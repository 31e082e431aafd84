"""What those who look after an instance see: what waits, members with their role, acts, and what a choice would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list of those who look after the instance.

    Attributes:
        state: active, waiting, suspended or leaving.
        seen_at: when a browser of theirs was last noted as used.
    """

    id: int
    name: str
    email: str | None
    language: str
    role: str
    state: str
    created_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberList:
    """One page of them; `number` from 1, of `last`; `total` over all pages."""

    rows: tuple[MemberRow, ...]
    total: int
    number: int
    last: int


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """One member, with what a suspension would end.

    Attributes:
        sessions: browsers that are signed in.
        organises: groups in which they are an organiser.
        alone: those of which nobody else is one.
        is_last_admin: nobody else could look after everything.
    """

    row: MemberRow
    sessions: int
    organises: int
    alone: int
    handle: str | None
    is_last_admin: bool


@dataclass(frozen=True, slots=True)
class ActLine:
    """Who did what to whom; `by` is None for the command line and the starter."""

    id: int
    by: str | None
    verb: str
    object: str
    reason: str
    facts: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Strangers:
    """The servers that are no partners, in numbers: what a stricter rule about others would concern.

    Attributes:
        servers: of which we know somebody; partners: those of them that were made partners.
        followers: of strangers, who follow something of ours.
        followed: actors of strangers that something of ours follows.
    """

    servers: int
    partners: int
    followers: int
    followed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits for those who look after the instance, in numbers.

    Attributes:
        registrations: who asks to join; waiting: follows, posts and things of others that wait for a yes.
        mail_waiting, mail_failed: mails not sent yet; refused or given up within a day.
        servers_behind: that have something to receive; servers_failing: of those, that did not answer lately.
        refused: deliveries that a server refused for good.
    """

    registrations: int
    waiting: int
    mail_waiting: int
    mail_failed: int
    mail_error: str
    servers_behind: int
    servers_failing: int
    refused: int
    members: int
    active_month: int
    suspended: int
    admins: int
    invitations: int
    groups: int
