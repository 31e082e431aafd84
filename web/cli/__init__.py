"""The command line: `knooppunt`, the same orders as the pages give, for operators and scripts.

Exit codes: 0 done; 1 refused by a rule or not found; 2 the words of the call are wrong; 3 the settings
can't be used; 4 another server did not do its part; 5 `doctor` found something to mend.
Every command words its result for people, or with `--json` as one JSON document for machines.

A command's module is read when that command is called: to publish a note nobody waits for the web server.
"""

from __future__ import annotations

from importlib import import_module

import click

from web import __version__

ROOMS = {
    "serve": "serving",
    "work": "serving",
    "migrate": "serving",
    "group": "groups",
    "project": "groups",
    "member": "members",
    "publish": "publishing",
    "change": "publishing",
    "close": "publishing",
    "cancel": "publishing",
    "delete": "publishing",
    "host": "hosts",
    "queue": "hosts",
    "search": "search",
    "trades": "trades",
    "doctor": "doctor",
    "demo": "demo",
    "bench": "bench",
}
"""Command -> the module of `web.cli` that has it, in the order of `knooppunt --help`."""


class Rooms(click.Group):
    """The commands of `ROOMS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return None
        commands: list[click.Command] = import_module(f"web.cli.{ROOMS[cmd_name]}").COMMANDS
        return next(each for each in commands if each.name == cmd_name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="knooppunt")
def main() -> None:
    """Knooppunt: groups of a cooperative that publish offers, needs and events to the fediverse."""
