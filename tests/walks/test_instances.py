"""Two of our instances with each other: one of several processes on PostgreSQL, one of a single process on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.walks.conftest import MakeInstance
from tests.walks.processes import ACTIVITY_JSON, Instance, ask, eventually, starter

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("walk-instances")]

NEXT_WEEK = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(days=7)


@dataclass(frozen=True)
class Two:
    """The two instances: `large` on PostgreSQL, one process that answers and two that work; `small` on SQLite."""

    large: Instance
    small: Instance

    def both_ways(self, direction: str) -> tuple[Instance, Instance]:
        """Who speaks, and who hears."""
        return (self.large, self.small) if direction == "large to small" else (self.small, self.large)


@pytest.fixture(scope="module")
def two(make_instance: MakeInstance) -> Iterator[Two]:
    groups = {"speaks": "anyone", "hears": "anyone", "open": "anyone", "late": "members", "cut": "members"}
    large = make_instance("large", postgresql=True, starter=starter("Large", **groups))
    small = make_instance("small", postgresql=False, starter=starter("Small", **groups))
    large.serve("--no-worker")
    large.work()
    large.work()
    small.serve()
    return Two(large, small)


def follow(by: Instance, who: str, of: Instance, whom: str) -> None:
    """Let a group follow a group of the other instance, and come back when both know."""
    by.do("group", "follow", who, of.handle(whom))
    eventually(lambda: by.follows(who, of.iri(whom)), what=f"{who} follows {whom}")


@pytest.mark.parametrize("direction", ["large to small", "small to large"])
def test_what_a_group_publishes_changes_and_takes_away_is_seen_by_the_group_that_follows(
    two: Two, direction: str
) -> None:
    here, there = two.both_ways(direction)
    follow(there, "hears", here, "speaks")
    assert here.do("group", "show", "speaks")["followers"] == 1

    # When the group publishes a need, an offer and an event
    words = ("--as", "speaks", "--lang", "en", "--text", "Any day will do.")
    need = here.do("publish", "need", *words, "--title", f"Plasterer, {direction}")
    offer = here.do("publish", "offer", *words, "--title", f"Photography, {direction}")
    event = here.do(
        *("publish", "event", *words, "--title", f"Breakfast, {direction}", "--place", "Coopcity"),
        *("--start", NEXT_WEEK.isoformat(), "--end", (NEXT_WEEK + timedelta(hours=2)).isoformat()),
    )

    # Then they stand on the other's front page, and on the page of the group that follows
    for title in (f"Plasterer, {direction}", f"Photography, {direction}", f"Breakfast, {direction}"):
        eventually(there.shows(title), what=f"«{title}» is on the front page of {there.host}")
        eventually(there.shows(title, "/g/hears"), what=f"«{title}» is on the page of the group that follows")
    assert here.authority in there.page("/")

    # And an Update, a closing, a cancelling and a Delete change them there as well
    here.do("change", need["iri"], "--title", f"Two plasterers, {direction}")
    eventually(there.shows(f"Two plasterers, {direction}"), what="the new title came")
    here.do("close", offer["iri"], "--status", "filled")
    eventually(lambda: f"Photography, {direction}" not in there.page("/"), what="the offer is closed there")
    here.do("delete", need["iri"])
    eventually(lambda: f"Two plasterers, {direction}" not in there.page("/"), what="the need is gone there")
    assert ask(need["iri"], accept=ACTIVITY_JSON).status == 410
    here.do("delete", event["iri"])
    eventually(lambda: f"Breakfast, {direction}" not in there.page("/"), what="the event is gone there")

    # And nothing is left over
    assert here.do("queue") == []
    there.do("group", "unfollow", "hears", here.iri("speaks"))
    eventually(lambda: here.followers("speaks") == 0, what="the follow has ended")


@pytest.mark.parametrize("direction", ["large to small", "small to large"])
def test_a_group_that_follows_later_is_shown_what_was_open_before(two: Two, direction: str) -> None:
    here, there = two.both_ways(direction)
    title = f"Rehearsal room, {direction}"
    here.do("publish", "need", "--as", "late", "--lang", "en", "--title", title, "--text", "On Tuesdays.")
    assert title not in there.page("/")

    follow(there, "late", here, "late")

    eventually(there.shows(title), what="the need of before the follow came")
    assert there.page("/").count(title) == 1


@pytest.mark.parametrize("direction", ["large to small", "small to large"])
def test_a_note_that_names_a_group_elsewhere_stands_on_its_page(two: Two, direction: str) -> None:
    here, there = two.both_ways(direction)
    follow(here, "hears", there, "open")

    here.do("publish", "note", "--as", "speaks", "--text", f"Hello {there.handle('open')}, {direction}!")

    eventually(lambda: direction in there.page("/g/open"), what="the note is on the group's page")


@pytest.mark.parametrize("direction", ["large to small", "small to large"])
def test_a_block_cuts_both_ways_and_opening_restores_what_was_severed(two: Two, direction: str) -> None:
    here, there = two.both_ways(direction)
    follow(there, "cut", here, "cut")
    title = f"Before the block, {direction}"
    here.do("publish", "need", "--as", "cut", "--lang", "en", "--title", title, "--text", "Still heard.")
    eventually(there.shows(title), what="what was said before the block")

    # When the one that hears blocks the other
    effect = there.do("host", "block", here.host, "--reason", "test")
    assert effect["followed"] >= 1

    # Then what is there is hidden, and what is sent is refused
    eventually(lambda: title not in there.page("/"), what="what the blocked host said is hidden")
    unheard = f"During the block, {direction}"
    here.do("publish", "need", "--as", "cut", "--lang", "en", "--title", unheard, "--text", "Not heard.")
    (refused,) = eventually(lambda: [each for each in here.do("queue") if each["why"]], what="the refusal")
    assert refused["authority"] == there.authority
    assert "403" in refused["why"]
    assert unheard not in there.page("/")

    # And after the block is lifted, what is said is heard again, and so is what was refused when it is sent again
    there.do("host", "open", here.host)
    here.do("host", "retry", there.authority)
    eventually(there.shows(title), what="what was hidden is back")
    again = f"After the block, {direction}"
    here.do("publish", "need", "--as", "cut", "--lang", "en", "--title", again, "--text", "Heard again.")
    eventually(there.shows(again), what="what was said after the block")
    assert unheard in there.page("/")


def test_both_are_in_order_and_have_nothing_left_to_do(two: Two) -> None:
    for instance in (two.large, two.small):
        eventually(instance.is_quiet, what=f"{instance.host} has nothing left to do")
        health = instance.do("doctor")
        assert health["ok"], health
        assert {each["verdict"] for each in health["findings"]} == {"ok"}, health
