"""When to try again, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest

from outbox.delivery.schedule import Verdict, judge, schedule, spread, state_after

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_waits_grow_from_ten_seconds_to_six_hours() -> None:
    assert [schedule(n).total_seconds() for n in range(1, 9)] == [10, 30, 60, 300, 900, 3_600, 10_800, 21_600]


@pytest.mark.parametrize(("chance", "hours"), [(0.0, 9.6), (0.5, 12.0), (1.0, 14.4)])
def test_then_it_is_every_twelve_hours_give_or_take_a_fifth(chance: float, hours: float) -> None:
    assert schedule(9, chance) == schedule(500, chance) == timedelta(hours=hours)


def test_lanes_are_spread_and_each_keeps_its_chance_over_a_restart() -> None:
    chances = {spread(f"h{n}.example", 9) for n in range(100)}
    assert len(chances) == 100
    assert all(0 <= chance < 1 for chance in chances)
    assert spread("one.example", 9) == spread("one.example", 9)


@pytest.mark.parametrize(
    ("verdict", "statuses"),
    [
        (Verdict.DONE, (200, 201, 202, 204)),
        (Verdict.REFUSED, (301, 308, 400, 401, 403, 405, 406, 413, 415, 422)),
        (Verdict.NO_INBOX, (404, 410)),
        (Verdict.LATER, (408, 425, 429, 500, 502, 503, 504)),
    ],
)
def test_every_answer_has_its_class(verdict: Verdict, statuses: tuple[int, ...]) -> None:
    assert {judge(status) for status in statuses} == {verdict}


@pytest.mark.parametrize(
    ("days", "state"), [(0, "alive"), (6.9, "alive"), (7, "away"), (29.9, "away"), (30, "dead"), (400, "dead")]
)
def test_a_week_of_silence_is_away_and_a_month_is_death(days: float, state: str) -> None:
    assert state_after(NOW - timedelta(days=days), NOW) == state
