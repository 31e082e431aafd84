"""What we decided about hosts, as questions. A host is canonical and without port (`fediverse.hosts`)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from actors.moderation.tables import Host
from actors.people.tables import Actor
from actors.statements import sole_table

OPEN, PARTNER, LIMITED, BLOCKED = "open", "partner", "limited", "blocked"
POLICIES = (OPEN, PARTNER, LIMITED, BLOCKED)

_HOSTS = sole_table(Host)
_ASKED = select(_HOSTS.c.name, _HOSTS.c.policy).where(_HOSTS.c.name.in_(bindparam("names", expanding=True)))


def policy_for(session: Session, host: str) -> str:
    """What holds for `host`: open, partner, limited or blocked.

    A block or a limit of a parent domain covers it, and the strictest wins; partnership is not inherited.
    """
    session.flush()
    asked = session.connection().execute(_ASKED, {"names": itself_and_above(host)})
    found: dict[str, str] = {row.name: row.policy for row in asked}
    policies = found.values()
    if BLOCKED in policies:
        return BLOCKED
    if LIMITED in policies:
        return LIMITED
    return found.get(host, OPEN)


def is_blocked(session: Session, host: str) -> bool:
    """Whether `host`, or a domain above it, is blocked."""
    return policy_for(session, host) == BLOCKED


def blocked_hosts(session: Session) -> list[str]:
    """The blocked names in order; each covers its subdomains (`fediverse.hosts.covers`)."""
    return list(session.scalars(select(Host.name).where(Host.policy == BLOCKED).order_by(Host.name)))


def visible(actor: type[Actor] = Actor) -> ColumnElement[bool]:
    """The condition that every list puts on the author of what it shows (`actor` may be an alias).

    Not suspended, not deleted, and of no blocked host.
    """
    return actor.suspended_at.is_(None) & actor.deleted_at.is_(None) & not_blocked(actor.host)


def not_blocked(host: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that the host in this column is not blocked, nor a domain above it."""
    # A host may hold «_», which LIKE would take for any character.
    above = literal("%.") + func.replace(Host.name, "_", "\\_")
    covered = (Host.name == host) | host.like(above, escape="\\")
    return ~exists().where(Host.policy == BLOCKED, covered)


def itself_and_above(host: str) -> list[str]:
    """`a.b.example` -> itself, b.example, example; an address has nothing above it."""
    if host.startswith("[") or host.rpartition(".")[2].isdigit():
        return [host]
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]
