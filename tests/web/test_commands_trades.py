"""`knooppunt trades`: the vocabulary on the command line."""

import json

import pytest
from click.testing import CliRunner

from web.cli import main


def said(*words):
    return CliRunner().invoke(main, ["trades", *words])


def test_the_list_shows_each_trade_under_its_sector():
    lines = said("list", "--sector", "music", "--language", "fr").output.splitlines()
    assert lines[0].startswith("musique  (music)")
    assert any(line.startswith("  ") and line.endswith("(conductor)") for line in lines)
    assert "(plasterer)" not in said("list", "--sector", "music").output
    assert "(plasterer)" in said("list").output


def test_a_trade_is_shown_with_its_words_and_what_is_near():
    shown = json.loads(said("show", "conductor", "--json").output)
    assert shown["iri"] == "urn:knooppunt:trade:conductor"
    assert shown["labels"]["nl"] == "dirigent"
    assert shown["broader"] == ["music"]
    assert "choir-conductor" in shown["related"]
    assert "~conductor" in said("show", "urn:knooppunt:trade:conductor").output


def test_trades_are_suggested_with_the_words_that_say_so():
    found = json.loads(said("suggest", "Stukadoor gezocht", "--language", "nl", "--json").output)
    assert [(each["slug"], each["words"]) for each in found] == [("plasterer", ["Stukadoor"])]
    assert "plasterer" in said("suggest", "Stukadoor gezocht", "--text", "voor onze badkamer").output
    assert "No trade" in said("suggest", "zzz").output


@pytest.mark.parametrize("call", [("show", "no-such"), ("list", "--sector", "no-such")])
def test_an_unknown_trade_is_a_clear_sentence(call):
    answer = said(*call)
    assert answer.exit_code == 1
    assert "There is no trade «no-such»" in answer.stderr
