"""`member`: people of this instance, and their sign-in links."""

from __future__ import annotations

import click

from actors import beginning, people
from actors.database import utc_now
from outbox import registration as registration_orders
from web.cli.terminal import LANGUAGE, command, desk, say, table


@click.group()
def member() -> None:
    """Members: create, list, make a sign-in link."""


@member.command("create")
@click.option("--name", required=True)
@click.option("--email")
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True)
@click.option("--role", type=click.Choice(["member", "moderator", "admin"]), default="member", show_default=True)
@command
def create(name: str, email: str | None, lang: str, role: str, as_json: bool) -> None:
    """Make a member, and a sign-in link that works once within two days."""
    with desk() as at:
        made = at.db.write_now(people.create_member, name=name, email=email, language=lang, role=role)
        link = _link(at.origin, at.db.write_now(beginning.sign_in_token, made.id, now=utc_now()))
    say(as_json, {"id": made.id, "role": role, "sign_in_link": link}, [f"Member no. {made.id} ({role})", link])


@member.command("link")
@click.argument("who", metavar="NUMBER|ADDRESS")
@command
def link(who: str, as_json: bool) -> None:
    """Make a new link for a member, or for an address that was registered and not confirmed."""
    with desk() as at:
        number, path = at.db.write_now(registration_orders.link_for, who, now=utc_now())
    made = at.origin + path
    say(as_json, {"id": number, "sign_in_link": made}, [made])


@member.command("list")
@command
def show(as_json: bool) -> None:
    """All members, without their addresses."""
    with desk() as at:
        rows = at.db.read_now(people.list_members)
    words = table(
        ("NO", "NAME", "ROLE", "LANG", "SINCE"),
        [(each.id, each.name, each.role, each.language, each.created_at) for each in rows],
        empty="No members yet: knooppunt member create --name …",
    )
    document = [{"id": each.id, "name": each.name, "role": each.role, "language": each.language} for each in rows]
    say(as_json, document, words)


def _link(origin: str, token: str) -> str:
    return f"{origin}/sign-in/{token}"


COMMANDS = [member]
