"""Days, hours, ages and amounts in four languages, and the choice of one of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from actors.views import Pay, PayKind, Quantity
from tests.words import CATALOGUES
from web.i18n import Reader, choose
from web.wording import Wording

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NINE = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
OFFERED = ("nl", "fr", "en", "de")


def reader(language: str) -> Reader:
    return Reader(CATALOGUES[language], ZoneInfo("Europe/Brussels"), NOW)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "ma 4 mei 2026, 9.00–10.30 uur"),
        ("fr", "lun. 4 mai 2026, 9 h – 10 h 30"),
        ("en", "Mon 4 May 2026, 9:00–10:30"),
        ("de", "Mo., 4. Mai 2026, 9:00–10:30 Uhr"),
    ],
)
def test_a_meeting_is_dated_as_people_say_it(language: str, said: str) -> None:
    assert reader(language).span(NINE, NINE + timedelta(minutes=90), "Europe/Brussels") == said


def test_the_zone_is_named_only_where_its_clocks_differ() -> None:
    assert reader("nl").span(NINE, None, "Europe/Amsterdam") == "ma 4 mei 2026, 9.00 uur"
    assert reader("nl").span(NINE, None, "Europe/London") == "ma 4 mei 2026, 8.00 uur (Britse zomertijd)"


def test_a_zone_that_does_not_exist_is_read_as_ours() -> None:
    for name in ("Mars/Olympus", "../../etc/passwd", "", "\x00"):
        assert reader("en").span(NINE, None, name) == "Mon 4 May 2026, 9:00"


def test_a_meeting_over_two_days_names_both() -> None:
    assert reader("en").span(NINE, NINE + timedelta(days=1)) == "Mon 4 May 2026, 9:00 – Tue 5 May 2026, 9:00"


def test_an_age_is_relative_for_a_week_and_a_date_after() -> None:
    assert reader("nl").age(NOW - timedelta(days=3)) == "3 dagen geleden"
    assert reader("fr").age(NOW - timedelta(seconds=5)) == "à l’instant"
    assert reader("de").age(NOW - timedelta(days=8)) == "26. Apr. 2026"


def test_days_of_work_share_what_they_share() -> None:
    first, last = datetime(2026, 5, 4, 8, tzinfo=UTC), datetime(2026, 5, 8, 8, tzinfo=UTC)
    assert reader("en").days(first, last) == "4–8 May 2026"
    assert reader("de").days(first, last) == "4.–8. Mai 2026"
    assert reader("en").days(first, last + timedelta(days=40)) == "4 May – 17 Jun 2026"
    assert reader("en").days(first, first + timedelta(hours=2)) == "4 May 2026"


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "€ 350 per dag"), ("fr", "350 € par jour"), ("en", "€350 a day"), ("de", "350 € je Tag")],
)
def test_pay_is_said_with_its_currency(language: str, said: str) -> None:
    pay = Pay(PayKind.PAID, "350", None, "EUR", "day")
    assert Wording(reader(language)).pay(pay).replace("\N{NO-BREAK SPACE}", " ") == said


def test_an_amount_that_is_no_number_is_shown_as_it_came() -> None:
    say = Wording(reader("en"))
    for strange in ("a lot", "NaN", "1e999", "9" * 40):
        assert strange in say.pay(Pay(PayKind.PAID, strange, None, "EUR"))
        assert strange in say.quantity(Quantity(strange, "day"))


def test_one_and_many_are_told_apart() -> None:
    say = Wording(reader("nl"))
    assert [say.quantity(Quantity(value, "day")) for value in ("1", "2", "0.5")] == ["1 dag", "2 dagen", "0,5 dagen"]


@pytest.mark.parametrize(
    ("wishes", "accept", "chosen"),
    [
        (("fr", "de"), "nl", "fr"),
        ((None, "de"), "nl", "de"),
        (("xx", None), "fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ((None,), "en;q=0.3, de;q=0.9", "de"),
        ((None,), "*", "nl"),
        ((None,), "sv", "nl"),
        ((None,), None, "nl"),
        ((None,), "en;q=x;;,,", "nl"),
        ((None,), "fr;q=0", "nl"),
    ],
)
def test_the_language_is_wished_before_it_is_guessed(
    wishes: tuple[str | None, ...], accept: str | None, chosen: str
) -> None:
    assert choose(OFFERED, *wishes, accept=accept) == chosen


def test_what_is_put_into_a_sentence_for_a_page_is_escaped() -> None:
    assert reader("en").gettext("from %(host)s", host="<b>") == "from &lt;b&gt;"
