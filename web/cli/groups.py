"""`group` and `project`: found them, look at them, let them follow and be followed."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from actors.database import utc_now
from actors.groups import GroupDraft
from actors.writing import render
from outbox import orders
from outbox.orders import GroupFacts
from web.cli.terminal import LANGUAGE, Desk, command, desk, say, table

LEVEL = click.Choice(["local", "regional", "federal", "european"])
POSTING = click.Choice(["members", "anyone", "approval"])
JOINING = click.Choice(["open", "approval", "invitation", "closed"])


@click.group()
def group() -> None:
    """Sector groups: found, list, show, follow."""


@click.group()
def project() -> None:
    """Projects, which belong to sector groups."""


@group.command("create")
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--summary", default="", help="One or two sentences.")
@click.option("--lang", type=LANGUAGE, help="Language of title and summary.")
@click.option("--kind", type=click.Choice(["sector", "theme"]), default="sector", show_default=True)
@click.option("--region", help="ISO 3166 code such as BE-BRU or BE.")
@click.option("--level", type=LEVEL, default="local", show_default=True)
@click.option("--posting", type=POSTING, default="members", show_default=True, help="Whose mention is announced.")
@click.option("--joining", type=JOINING, default="approval", show_default=True)
@click.option("--approve-followers", is_flag=True, help="New followers wait until they are let in.")
@command
def create_group(
    name: str,
    title: str,
    summary: str,
    lang: str | None,
    kind: str,
    region: str | None,
    level: str,
    posting: str,
    joining: str,
    approve_followers: bool,
    as_json: bool,
) -> None:
    """Found the group NAME (a-z, 0-9, _ . -)."""
    draft = GroupDraft(
        username=name,
        name=title,
        kind=kind,
        summary=render(summary).html,
        language=lang,
        region=region,
        level=level,
        posting=posting,
        joining=joining,
        manually_approves=approve_followers,
    )
    with desk() as at:
        _founded(at, draft, (), as_json)


@project.command("create")
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--summary", default="", help="One or two sentences.")
@click.option("--lang", type=LANGUAGE, help="Language of title and summary.")
@click.option("--group", "groups", multiple=True, required=True, help="Its sector group: a name here, or an address.")
@click.option("--region", help="ISO 3166 code such as BE-BRU or BE.")
@command
def create_project(
    name: str, title: str, summary: str, lang: str | None, groups: tuple[str, ...], region: str | None, as_json: bool
) -> None:
    """Found the project NAME within one or more sector groups."""
    draft = GroupDraft(
        username=name, name=title, kind="project", summary=render(summary).html, language=lang, region=region
    )
    with desk() as at:
        _founded(at, draft, groups, as_json)


def _founded(at: Desk, draft: GroupDraft, groups: tuple[str, ...], as_json: bool) -> None:
    facts = at.db.write_now(orders.found_group, at.vault, draft, groups, origin=at.origin, now=utc_now())
    say(as_json, asdict(facts), [f"Founded {_handle(at, facts)}: {facts.iri}"])


def _handle(at: Desk, facts: GroupFacts) -> str:
    return f"@{facts.username}@{at.authority}"


@group.command("list")
@command
def list_groups(as_json: bool) -> None:
    """All groups and projects of this instance."""
    with desk() as at:
        facts = at.db.read_now(orders.list_groups)
    rows = [
        (each.username, each.kind, each.level, each.region, each.followers, each.following, each.waiting, each.name)
        for each in facts
    ]
    head = ("NAME", "KIND", "LEVEL", "REGION", "FOLLOWERS", "FOLLOWS", "WAITING", "TITLE")
    say(as_json, [asdict(each) for each in facts], table(head, rows, empty="No groups yet: knooppunt group create …"))


@group.command("show")
@click.argument("name")
@command
def show_group(name: str, as_json: bool) -> None:
    """One group: figures, whom it follows, who waits to follow it."""
    with desk() as at:
        facts, followed, waiting = at.db.read_now(orders.show_group, name)
        lines = [
            f"{facts.name} ({facts.kind}, {facts.level}{', ' + facts.region if facts.region else ''})",
            f"handle     {_handle(at, facts)}",
            f"address    {facts.iri}",
            f"followers  {facts.followers}",
            f"posting    {facts.posting}",
            *(f"follows    {iri}" for iri in followed),
            *(f"waiting    {each.follower} (no. {each.id}, since {each.since:%Y-%m-%d %H:%M}Z)" for each in waiting),
        ]
    say(as_json, asdict(facts) | {"followed": followed, "waiting_follows": [asdict(each) for each in waiting]}, lines)


@group.command("follow")
@click.argument("name")
@click.argument("who")
@command
def follow(name: str, who: str, as_json: bool) -> None:
    """Let the group NAME follow WHO (@user@host or an address), here or on another server."""
    with desk() as at:
        iri = _own(at, who) or asyncio.run(_find(at, who))
        said = at.db.write_now(orders.follow, name, iri, now=utc_now())
    if said.activity_iri:
        lines = [f"{name} asks to follow {iri}; the answer comes in by itself", f"activity  {said.activity_iri}"]
    else:
        lines = [f"{name} now follows {iri}"]
    say(as_json, asdict(said) | {"followed": iri}, lines)


@group.command("unfollow")
@click.argument("name")
@click.argument("iri")
@command
def unfollow(name: str, iri: str, as_json: bool) -> None:
    """Let the group NAME stop following the actor at IRI."""
    with desk() as at:
        said = at.db.write_now(orders.unfollow, name, iri, now=utc_now())
    say(as_json, asdict(said), [f"{name} no longer follows {iri}"])


@group.command("accept")
@click.argument("number", type=int)
@click.option("--refuse", is_flag=True, help="Do not let them in.")
@command
def accept(number: int, refuse: bool, as_json: bool) -> None:
    """Let the waiting follower NUMBER in (see `group show`)."""
    with desk() as at:
        said = at.db.write_now(orders.answer_follow, number, not refuse, now=utc_now())
    say(as_json, asdict(said), [f"No. {number} {'was refused' if refuse else 'now follows'}"])


def _own(at: Desk, who: str) -> str | None:
    """The address of `who`, if it is of this instance: an address of ours, or a handle with our name in it."""
    if who.startswith(at.origin + "/"):
        return who
    username, _, authority = who.strip().removeprefix("@").rpartition("@")
    if authority.lower() != at.authority:
        return None
    return at.db.read_now(orders.group_named, username.lower()).iri


async def _find(at: Desk, who: str) -> str:
    # Only this order speaks with others; the rest of the commands need not read all of the house.
    from web.house import build_house
    from web.lookup import remember_actor

    house = build_house(at.settings, at.db, at.vault)
    try:
        return await remember_actor(house.db, house.fetcher, who)
    finally:
        await house.fetcher.close()
        house.signers.shutdown()


COMMANDS = [group, project]
