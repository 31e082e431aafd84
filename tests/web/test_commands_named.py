"""The commands and their options that the documents name are there."""

import re
from pathlib import Path

import click
import pytest

from tests.house.source import ROOT
from web.cli import main

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.service")])
CALL = re.compile(r"(?:^|[\s`«/])knooppunt ((?:[a-z]+ ?){1,2})((?:[^`\n\\]|\\\n)*)")
OPTION = re.compile(r"(?<!\S)--[a-z-]+")


def named(text: str) -> list[tuple[str, str]]:
    """The words after `knooppunt` in code, and what follows them up to the end of that line or code."""
    code = re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL)
    return [(call[0].strip(), call[1]) for piece in code for call in CALL.findall(piece.strip("`"))]


def command_of(words: str) -> click.Command:
    """The command that these words call."""
    first, *rest = words.split()
    context = click.Context(main)
    command = main.get_command(context, first)
    assert command is not None, f"no command «knooppunt {first}»"
    if isinstance(command, click.Group) and rest:
        inner = command.get_command(context, rest[0])
        assert inner is not None, f"no command «knooppunt {words}»"
        return inner
    return command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_names_commands_and_options_that_are_there(page: Path) -> None:
    for words, rest in named(page.read_text(encoding="utf-8")):
        command = command_of(words)
        known = {option for each in command.params for option in each.opts} | {"--help", "--version"}
        assert set(OPTION.findall(rest)) <= known, f"knooppunt {words}: {set(OPTION.findall(rest)) - known}"


def test_every_command_says_what_it_does_in_one_short_line() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert len(command.get_short_help_str(limit=200)) <= 62, name
