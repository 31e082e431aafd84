"""What we decided about hosts, as questions. A host is canonical and without port (`fediverse.hosts`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Text, bindparam, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from actors.moderation.tables import Host
from actors.people.tables import Actor
from actors.statements import Prepared, sole_table

OPEN, PARTNER, LIMITED, BLOCKED = "open", "partner", "limited", "blocked"
POLICIES = (OPEN, PARTNER, LIMITED, BLOCKED)
ALL_OTHERS = "*"
"""The row that holds for whoever has none of their own, nor is a partner; written by `actors.site`."""

_HOSTS = sole_table(Host)


def above(column: ColumnElement[str], count: int) -> ColumnElement[bool]:
    """The condition that `column` is one of `count` names, which `named` gives as parameters."""
    return column.in_([bindparam(f"name_{at}", type_=Text, required=True) for at in range(count)])


def named(names: Sequence[str]) -> dict[str, str]:
    """The parameters of `above`."""
    return {f"name_{at}": name for at, name in enumerate(names)}


@cache
def _asked(count: int) -> Prepared:
    """Name and policy of those of so many hosts that have one."""
    return Prepared(select(_HOSTS.c.name, _HOSTS.c.policy).where(above(_HOSTS.c.name, count)))


def policy_for(session: Session, host: str) -> str:
    """What holds for `host`: open, partner, limited or blocked.

    A block or a limit of a parent domain covers it, and the strictest wins; partnership is not inherited. Where
    nothing was decided, the instance's choice about all others holds.
    """
    session.flush()
    names = deciding(host)
    return strictest(host, dict(_asked(len(names)).rows(session, named(names))))


def policies_of(session: Session, names: Collection[str]) -> dict[str, str]:
    """Name -> policy of those of `names` that have one; see `deciding` and `strictest`."""
    if not names:
        return {}
    rows = session.connection().execute(select(_HOSTS.c.name, _HOSTS.c.policy).where(_HOSTS.c.name.in_(names)))
    return {row.name: row.policy for row in rows}


def strictest(host: str, found: Mapping[str, str]) -> str:
    """What follows for `host` from the policies of the names that decide about it (`deciding`)."""
    others = OPEN
    limited = False
    for name, policy in found.items():
        if name == ALL_OTHERS:
            others = policy
        elif policy == BLOCKED:
            return BLOCKED
        elif policy == LIMITED:
            limited = True
    if limited:
        return LIMITED
    return PARTNER if found.get(host) == PARTNER else others


def is_blocked(session: Session, host: str) -> bool:
    """Whether `host`, or a domain above it, is blocked, or is a stranger where only partners are heard."""
    return policy_for(session, host) == BLOCKED


def blocked_hosts(session: Session) -> list[str]:
    """The blocked names in order; each covers its subdomains (`fediverse.hosts.covers`)."""
    return list(
        session.scalars(select(Host.name).where(Host.policy == BLOCKED, Host.name != ALL_OTHERS).order_by(Host.name))
    )


def partners_if_only(session: Session) -> frozenset[str] | None:
    """The partners, where nobody else is heard; None where others are heard too."""
    if session.scalar(select(Host.name).where(Host.name == ALL_OTHERS, Host.policy == BLOCKED)) is None:
        return None
    return frozenset(session.scalars(select(Host.name).where(Host.policy == PARTNER)))


def visible(actor: type[Actor] = Actor) -> ColumnElement[bool]:
    """The condition that every list puts on the author of what it shows (`actor` may be an alias).

    Not suspended, not deleted, and of no blocked host.
    """
    return _visible_author() if actor is Actor else _visible(actor)


@cache
def _visible_author() -> ColumnElement[bool]:
    # Nearly every list asks it, and to say it anew takes as long as SQLite needs for the list.
    return _visible(Actor)


def _visible(actor: type[Actor]) -> ColumnElement[bool]:
    return actor.suspended_at.is_(None) & actor.deleted_at.is_(None) & (actor.local | not_blocked(actor.host))


_PARTNERS, _OTHERS = _HOSTS.alias("partner_host"), _HOSTS.alias("other_hosts")
_PARTNERS_ONLY = exists().where(_OTHERS.c.name == ALL_OTHERS, _OTHERS.c.policy == BLOCKED)
# A host may hold «_», which LIKE would take for any character.
_ABOVE = literal("%.") + func.replace(_HOSTS.c.name, "_", "\\_")


def not_blocked(host: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that the host in this column, another server's, is not blocked, nor a domain above it.

    Where only partners are heard, it is one of them.
    """
    covered = (_HOSTS.c.name == host) | host.like(_ABOVE, escape="\\")
    heard = exists().where(_PARTNERS.c.name == host, _PARTNERS.c.policy == PARTNER)
    return ~exists().where(_HOSTS.c.policy == BLOCKED, covered) & (~_PARTNERS_ONLY | heard)


def deciding(host: str) -> list[str]:
    """The names in the table of hosts that decide about `host`: itself, what is above it, and all others."""
    return [*itself_and_above(host), ALL_OTHERS]


def itself_and_above(host: str) -> list[str]:
    """`a.b.example` -> itself, b.example, example; an address has nothing above it."""
    if host.startswith("[") or host.rpartition(".")[2].isdigit():
        return [host]
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]
