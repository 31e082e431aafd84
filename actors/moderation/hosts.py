"""Acts on hosts: block, limit, allow, and back; each leaves an `Act`.

A block severs follows in both directions and keeps them, so that an unblock restores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from actors import bonds
from actors.bonds.tables import Follow
from actors.moderation.log import act
from actors.moderation.policy import ALL_OTHERS, BLOCKED, LIMITED, OPEN, PARTNER, not_blocked
from actors.moderation.tables import Host
from actors.people.tables import Actor
from actors.refusals import Refused
from fediverse.errors import Malformed
from fediverse.hosts import canonical_host, covers


@dataclass(frozen=True, slots=True)
class BlockEffect:
    """What a block of a host would cut.

    Attributes:
        actors: how many actors of that host (and below it) we know.
        followers: how many of them follow actors of ours, or ask to.
        followed: how many of them our actors follow, or ask to.
    """

    host: str
    actors: int
    followers: int
    followed: int


def block(
    session: Session,
    host: str,
    *,
    now: datetime,
    member_id: int | None = None,
    reason: str = "",
    public_reason: str = "",
) -> Host:
    """Block `host` and everything below it: it is not heard, not asked and not told anything from now on.

    Raises:
        Refused: "host-malformed", "host-is-ours".
    """
    name = _canonical(host)
    ours = session.scalar(select(Actor.host).where(Actor.local, Actor.kind == "instance"))
    if ours is not None and covers(name, ours):
        raise Refused("host-is-ours", host=name)
    row = _set(session, name, BLOCKED, public_reason, reason, now)
    severed = bonds.sever(session, select(Actor.id).where(at_or_below(Actor.host, name), ~Actor.local))
    act(session, "block-host", name, member_id=member_id, reason=reason, facts={"severed": severed}, now=now)
    return row


def unblock(session: Session, host: str, *, now: datetime, member_id: int | None = None, reason: str = "") -> Host:
    """Open `host` again (from a block or a limit) and restore the follows that the block severed.

    Follows of actors that another block still covers stay severed.

    Raises:
        Refused: "host-malformed".
    """
    name = _canonical(host)
    row = _set(session, name, OPEN, "", reason, now)
    restored = _restore(session, name)
    act(session, "unblock-host", name, member_id=member_id, reason=reason, facts={"restored": restored}, now=now)
    return row


def limit(
    session: Session,
    host: str,
    *,
    now: datetime,
    member_id: int | None = None,
    reason: str = "",
    public_reason: str = "",
) -> Host:
    """Limit `host`: its followers and posts wait for a moderator. Lifts a block.

    Raises:
        Refused: "host-malformed".
    """
    return _other(session, host, LIMITED, "limit-host", member_id, reason, public_reason, now)


def allow(
    session: Session,
    host: str,
    *,
    now: datetime,
    member_id: int | None = None,
    reason: str = "",
    public_reason: str = "",
) -> Host:
    """Make `host` a partner: what its followed actors publish is shown at once. Lifts a block.

    Raises:
        Refused: "host-malformed".
    """
    return _other(session, host, PARTNER, "allow-host", member_id, reason, public_reason, now)


def effect_of_block(session: Session, host: str) -> BlockEffect:
    """What `block` would cut, counted before it is done.

    Raises:
        Refused: "host-malformed".
    """
    name = _canonical(host)
    there = select(Actor.id).where(at_or_below(Actor.host, name), ~Actor.local)
    alive = Follow.state.in_((bonds.ACCEPTED, bonds.REQUESTED))
    return BlockEffect(
        host=name,
        actors=session.scalar(select(func.count()).select_from(there.subquery())) or 0,
        followers=session.scalar(select(func.count()).where(Follow.follower_id.in_(there), alive)) or 0,
        followed=session.scalar(select(func.count()).where(Follow.followed_id.in_(there), alive)) or 0,
    )


def hosts(session: Session) -> list[Host]:
    """What was decided about which host, by name."""
    return list(session.scalars(select(Host).where(Host.name != ALL_OTHERS).order_by(Host.name)))


def note_software(session: Session, host: str, *, software: str, version: str, title: str | None = None) -> None:
    """Keep what NodeInfo says about `host`; its policy stays."""
    row = session.get(Host, host) or Host(name=host, policy=OPEN)
    row.software, row.version, row.title = software[:64], version[:64], title
    session.add(row)
    session.flush()


def at_or_below(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """The condition that the host in this column is `name` or a subdomain of it."""
    return or_(column == name, column.endswith("." + name, autoescape=True))


def _other(
    session: Session,
    host: str,
    policy: str,
    verb: str,
    member_id: int | None,
    reason: str,
    public_reason: str,
    now: datetime,
) -> Host:
    name = _canonical(host)
    row = _set(session, name, policy, public_reason, reason, now)
    restored = _restore(session, name)
    act(session, verb, name, member_id=member_id, reason=reason, facts={"restored": restored}, now=now)
    return row


def _restore(session: Session, name: str) -> int:
    return bonds.restore(
        session, select(Actor.id).where(at_or_below(Actor.host, name), ~Actor.local, not_blocked(Actor.host))
    )


def _set(session: Session, name: str, policy: str, public_reason: str, reason: str, now: datetime) -> Host:
    row = session.get(Host, name)
    if row is None:
        row = Host(name=name, created_at=now)
        session.add(row)
    row.policy, row.public_reason, row.private_reason, row.updated_at = policy, public_reason, reason, now
    session.flush()
    return row


def _canonical(host: str) -> str:
    """What a moderator typed, as a host: a port and an address around it are taken off."""
    text = host.strip().removeprefix("https://").removeprefix("http://").partition("/")[0].rpartition("@")[2]
    bare = text if text.startswith("[") or text.count(":") > 1 else text.partition(":")[0]
    try:
        return canonical_host(bare.partition("]")[0] + "]" if bare.startswith("[") else bare)
    except Malformed:
        raise Refused("host-malformed", host=host) from None
