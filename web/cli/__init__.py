"""The command line: `knooppunt`, the same orders as the pages give, for operators and scripts.

Exit codes: 0 done; 1 refused by a rule or not found; 2 the words of the call are wrong; 3 the settings
can't be used; 4 another server did not do its part; 5 `doctor` found something to mend.
Every command words its result for people, or with `--json` as one JSON document for machines.
"""

from __future__ import annotations

import click

from web.cli import demo, doctor, groups, hosts, members, publishing, serving
from web.house import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="knooppunt")
def main() -> None:
    """Knooppunt: groups of a cooperative that publish offers, needs and events to the fediverse."""


for command in (
    *serving.COMMANDS,
    *groups.COMMANDS,
    *members.COMMANDS,
    *publishing.COMMANDS,
    *hosts.COMMANDS,
    *doctor.COMMANDS,
    *demo.COMMANDS,
):
    main.add_command(command)
