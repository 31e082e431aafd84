"""`search`: the index of the search, built anew."""

from __future__ import annotations

import time

import click

from actors import finds
from web.cli.terminal import command, count, desk, say

TOGETHER = 500
"""So many things are indexed in one transaction, between which others write."""


@click.group(short_help="Build the index of the search anew.")
def search() -> None:
    """The index of the search: rebuild."""


@search.command()
@command
def rebuild(as_json: bool) -> None:
    """Build the index anew from what is stored; until it is done, less is found. Pages go on meanwhile."""
    began = time.monotonic()
    done: dict[str, int] = {}
    with desk() as at:
        at.db.write_now(finds.empty)
        for family in finds.FAMILIES:
            done[family] = 0
            after: int | None = 0
            while after is not None:
                after, number = at.db.write_now(finds.stretch, family, after, TOGETHER)
                done[family] += number
                if not as_json:
                    click.echo(f"\r{family}: {done[family]}", nl=False, err=True)
            if not as_json:
                click.echo(err=True)
        at.db.write_now(finds.settle)
    seconds = round(time.monotonic() - began, 1)
    words = [
        f"The index is built: {', '.join(count(number, family) for family, number in done.items())} ({seconds} s)."
    ]
    say(as_json, {"indexed": done, "seconds": seconds}, words)


COMMANDS = [search]
