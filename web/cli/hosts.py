"""`host` and `queue`: what we decided about other servers, and what waits for them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import click

from actors import moderation as rules
from actors.database import utc_now
from fediverse.errors import Malformed
from fediverse.hosts import canonical_host, parse_iri
from outbox import delivery, moderation
from web.cli.terminal import command, count, desk, say, table


@click.group()
def host() -> None:
    """Other servers: list, block, limit, allow, open, retry."""


@host.command("list")
@command
def show(as_json: bool) -> None:
    """Every server with a policy of its own."""
    with desk() as at:
        rows = at.db.read_now(rules.hosts)
    words = table(
        ("HOST", "POLICY", "SINCE", "REASON"),
        [(each.name, each.policy, each.updated_at, each.public_reason or each.private_reason) for each in rows],
        empty="All servers are open to us: no policy yet.",
    )
    say(as_json, [{"host": each.name, "policy": each.policy, "reason": each.public_reason} for each in rows], words)


def _named(name: str) -> str:
    """The server that is meant: by its name, or as `queue` and a browser write it, with port or scheme."""
    try:
        if "://" in name:
            return parse_iri(name).host
        return canonical_host(name.rpartition(":")[0] if name.count(":") == 1 else name)
    except Malformed:
        raise click.BadParameter(
            f"«{name}» is no name of a server, such as social.example.", param_hint="NAME"
        ) from None


def _decide(name: str, verb: str, reason: str, note: str, as_json: bool) -> None:
    order = {
        "block": moderation.block_host,
        "limit": moderation.limit_host,
        "allow": moderation.allow_host,
        "open": moderation.unblock_host,
    }[verb]
    canonical = _named(name)
    with desk() as at:
        effect = at.db.read_now(rules.effect_of_block, canonical)
        at.db.write_now(order, None, canonical, reason, private_reason=note, now=utc_now())
    done = {"block": "blocked", "limit": "limited", "allow": "a partner", "open": "open"}[verb]
    lines = [f"{canonical} and its subdomains: {done}"]
    if verb == "block":
        lines.append(
            f"{count(effect.followers, 'follower')} and {count(effect.followed, 'follow')} of ours severed (opening "
            f"restores them); what {count(effect.actors, 'actor')} of theirs published is hidden"
        )
    say(as_json, {"host": canonical, "policy": done} | asdict(effect), lines)


@host.command("block")
@click.argument("name")
@click.option("--reason", default="", help="Shown in public.")
@click.option("--note", default="", help="For moderators only.")
@command
def block(name: str, reason: str, note: str, as_json: bool) -> None:
    """Nothing goes to NAME or comes from it; covers subdomains."""
    _decide(name, "block", reason, note, as_json)


@host.command("limit")
@click.argument("name")
@click.option("--reason", default="", help="Shown in public.")
@click.option("--note", default="", help="For moderators only.")
@command
def limit(name: str, reason: str, note: str, as_json: bool) -> None:
    """What comes from NAME waits for a moderator."""
    _decide(name, "limit", reason, note, as_json)


@host.command("allow")
@click.argument("name")
@click.option("--reason", default="", help="Shown in public.")
@click.option("--note", default="", help="For moderators only.")
@command
def allow(name: str, reason: str, note: str, as_json: bool) -> None:
    """NAME is a partner: what its groups publish is shown."""
    _decide(name, "allow", reason, note, as_json)


@host.command("open")
@click.argument("name")
@command
def open_again(name: str, as_json: bool) -> None:
    """Take a block, a limit or a partnership back; severed follows are restored."""
    _decide(name, "open", "", "", as_json)


@host.command("retry")
@click.argument("name")
@command
def retry(name: str, as_json: bool) -> None:
    """Try NAME now instead of at its next turn, and send what it refused again."""
    canonical = _named(name)
    with desk() as at:
        resent = at.db.write_now(delivery.retry, canonical, utc_now())
    again = f"; what it had refused goes again: {count(resent, 'activity')}" if resent else ""
    say(as_json, {"host": canonical, "resent": resent}, [f"{canonical} is tried now{again}."])


@click.command()
@command
def queue(as_json: bool) -> None:
    """What waits for whom, since when, and why."""
    with desk() as at:
        rows = at.db.read_now(delivery.queue, utc_now())
    words = table(
        ("SERVER", "WAITING", "OLDEST", "REFUSED", "STATE", "NEXT TRY", "WHY"),
        [
            (
                each.authority,
                each.waiting,
                _age(each.oldest_age),
                each.parked,
                each.state,
                each.next_attempt_at,
                each.why,
            )
            for each in rows
        ],
        empty="Nothing waits: everything was delivered.",
    )
    say(as_json, [asdict(each) for each in rows], words)


def _age(age: timedelta | None) -> str:
    if age is None:
        return "-"
    seconds = int(age.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


COMMANDS = [host, queue]
