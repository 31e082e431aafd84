"""The four languages: catalogues, the choice of one, and how days, hours, ages and amounts are said in it.

Catalogues are `.po` files, read at start (a few dozen milliseconds for all four; no build step, nothing compiled to go
stale). A message id is the English sentence. What templates call `_` gives `Markup`: the sentence is ours, what is put
into it is escaped.

`Reader` is one reader of one page: a language, a zone and a now.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

LANGUAGES = ("nl", "fr", "en", "de")
SPOKEN = tuple(
    "nl fr en de ar bg cs da el es et fa fi ga hr hu it lt lv mt pl pt ro ru sk sl sq sv tr uk".split()  # noqa: SIM905
)
"""The languages that forms offer where people say what they speak: ours, then by their codes."""
FOLDER = Path(__file__).parent / "locale"
ABSOLUTE_AFTER = timedelta(days=7)
LANGUAGE_COOKIE = "language"

# As people here write them: weekday, day, month in letters, year; hours of the 24.
_LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB", "de": "de_DE"}
_DAY = {"nl": "EEE d MMM y", "fr": "EEE d MMM y", "en": "EEE d MMM y", "de": "EEE, d. MMM y"}
_DATE = {"nl": "d MMM y", "fr": "d MMM y", "en": "d MMM y", "de": "d. MMM y"}
_SHORT_DATE = {"nl": "d MMM", "fr": "d MMM", "en": "d MMM", "de": "d. MMM"}
_HOUR = {"nl": "{h}.{m:02}", "fr": "{h} h {m:02}", "en": "{h}:{m:02}", "de": "{h}:{m:02}"}
_FULL_HOUR = {"fr": "{h} h"}
_AFTER_HOURS = {"nl": " uur", "de": " Uhr"}

_ACCEPT = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language."""

    language: str
    locale: Locale
    translations: gettext.NullTranslations


Catalogues = Mapping[str, Catalogue]
"""By language."""


def load_catalogues(folder: Path = FOLDER, languages: Sequence[str] = LANGUAGES) -> Catalogues:
    """The catalogues in `folder`, in the order of `languages`."""
    return {language: _load_one(folder, language) for language in languages}


def _load_one(folder: Path, language: str) -> Catalogue:
    binary = io.BytesIO()
    with (folder / f"{language}.po").open("rb") as file:
        write_mo(binary, read_po(file, locale=language))
    binary.seek(0)
    return Catalogue(language, Locale.parse(_LOCALES.get(language, language)), gettext.GNUTranslations(binary))


def choose(offered: Sequence[str], *wishes: str | None, accept: str | None = None) -> str:
    """The language of a page: the first of `wishes` that is offered, else the best of `accept`, else the first offered.

    Args:
        offered: the instance's languages, its own first.
        wishes: explicit wishes, strongest first (the address, the cookie, the profile).
        accept: an Accept-Language header (RFC 9110 §12.5.4).
    """
    for wish in wishes:
        if wish and wish in offered:
            return wish
    best, best_quality = offered[0], 0.0
    for part in (accept or "")[:500].split(","):
        if not (found := _ACCEPT.fullmatch(part)):
            continue
        language, quality = found[1].lower(), float(found[2] or 1)
        if language in offered and quality > best_quality:
            best, best_quality = language, quality
    return best


def zone_named(name: str, fallback: ZoneInfo) -> ZoneInfo:
    """The IANA zone `name`, which a stranger may have made up."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of one page: says sentences, days, hours, ages and amounts in their language."""

    catalogue: Catalogue
    zone: ZoneInfo
    now: datetime

    @property
    def language(self) -> str:
        """`nl`, `fr`, `en` or `de`."""
        return self.catalogue.language

    def text(self, message: str, /, **facts: object) -> str:
        """The sentence as plain text, for feeds and mails."""
        return self.catalogue.translations.gettext(message) % facts

    def texts(self, one: str, many: str, n: int, /, **facts: object) -> str:
        """The sentence for `n` things as plain text."""
        return self.catalogue.translations.ngettext(one, many, n) % {"n": self.number(n), **facts}

    def gettext(self, message: str, /, **facts: object) -> Markup:
        """The sentence for a page; `facts` are escaped. Templates call it `_`."""
        return Markup(self.catalogue.translations.gettext(message)) % facts  # noqa: S704 (catalogues are ours)

    def ngettext(self, one: str, many: str, n: int, /, **facts: object) -> Markup:
        """The sentence for `n` things for a page; `n` is worded too."""
        sentence = Markup(self.catalogue.translations.ngettext(one, many, n))  # noqa: S704 (catalogues are ours)
        return sentence % {"n": self.number(n), **facts}

    def month(self, moment: datetime) -> str:
        """A month with its year: «May 2026»."""
        return format_date(moment.date(), "LLLL y", locale=self.catalogue.locale)

    def number(self, value: float | Decimal) -> str:
        """Such as «12.345,5» in Dutch."""
        return format_decimal(value, locale=self.catalogue.locale)

    def decimal(self, value: str) -> str:
        """A decimal that came as text, as a number if it is one, else as it came."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return self.number(number) if number.is_finite() and abs(number) < 10**12 else value

    def money(self, value: str, currency: str | None) -> str:
        """An amount with its currency; whole amounts without cents."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return f"{value} {currency or ''}".strip()
        if not currency or not re.fullmatch(r"[A-Z]{3}", currency) or not number.is_finite() or abs(number) >= 10**12:
            return f"{value} {currency or ''}".strip()
        digits = number == number.to_integral_value()
        pattern = self.catalogue.locale.currency_formats["standard"].pattern
        if digits:
            pattern = re.sub(r"\.0+", "", pattern)
        return format_currency(number, currency, pattern, locale=self.catalogue.locale, currency_digits=not digits)

    def language_name(self, code: str) -> str:
        """What this reader calls the language `code`."""
        known = self.catalogue.locale.languages.get(code.partition("-")[0].lower())
        return str(known) if known else code

    def own_name(self, code: str) -> str:
        """What those who speak the language `code` call it: «Français»."""
        try:
            known = Locale.parse(code.replace("-", "_")).get_language_name()
        except (UnknownLocaleError, ValueError):
            known = None
        name = known or self.language_name(code)
        return name[:1].upper() + name[1:]

    def country(self, code: str) -> str:
        """What this reader calls the country with this ISO 3166 code."""
        known = self.catalogue.locale.territories.get(code.upper())
        return str(known) if known else code

    def day(self, when: datetime | date) -> str:
        """Such as «ma 4 mei 2026»."""
        return self._said(when, _DAY)

    def bare_day(self, when: datetime | date) -> str:
        """Such as «4 mei 2026»."""
        return self._said(when, _DATE)

    def days(self, first: datetime | None, last: datetime | None) -> str:
        """Such as «4–8 mei 2026»: the days of some work; an open end is said by the caller."""
        if first is None or last is None or self._local(first).date() == self._local(last).date():
            either = first or last
            return self.bare_day(either) if either else ""
        begin, end = self._local(first), self._local(last)
        if (begin.year, begin.month) == (end.year, end.month):
            dot = "." if self.language == "de" else ""
            return f"{begin.day}{dot}\N{EN DASH}{self.bare_day(last)}"
        if begin.year == end.year:
            return f"{self._said(first, _SHORT_DATE)} \N{EN DASH} {self.bare_day(last)}"
        return f"{self.bare_day(first)} \N{EN DASH} {self.bare_day(last)}"

    def hour(self, when: datetime) -> str:
        """Such as «9.00» in Dutch, «9 h» in French."""
        patterns = _HOUR if when.minute or self.language not in _FULL_HOUR else _FULL_HOUR
        return patterns[self.language].format(h=when.hour, m=when.minute)

    def span(self, start: datetime, end: datetime | None, timezone: str | None = None) -> str:
        """Such as «ma 4 mei 2026, 9.00–10.30 uur»: an event's time in the zone that it is announced in.

        The zone is named when its clocks differ from the reader's at that moment.
        """
        zone = zone_named(timezone, self.zone) if timezone else self.zone
        begin = start.astimezone(zone)
        after = _AFTER_HOURS.get(self.language, "")
        dash = " \N{EN DASH} " if self.language == "fr" else "\N{EN DASH}"
        said = f"{self._said(begin, _DAY, zone)}, {self.hour(begin)}"
        if end is not None:
            finish = end.astimezone(zone)
            if finish.date() == begin.date():
                said += f"{dash}{self.hour(finish)}"
            else:
                said += f"{after} \N{EN DASH} {self._said(finish, _DAY, zone)}, {self.hour(finish)}"
        said += after
        if begin.utcoffset() != start.astimezone(self.zone).utcoffset():
            said += f" ({get_timezone_name(begin, locale=self.catalogue.locale)})"
        return said

    def moment(self, when: datetime) -> str:
        """Such as «ma 4 mei 2026, 9.00 uur (Midden-Europese zomertijd)», in the reader's zone."""
        name = get_timezone_name(when.astimezone(self.zone), locale=self.catalogue.locale)
        return f"{self.span(when, None)} ({name})"

    @property
    def zone_name(self) -> str:
        """The reader's zone as people call it, such as «Central European Time (Brussels)»."""
        if self.zone.key == "UTC":
            return "UTC"
        place = self.catalogue.locale.time_zones.get(self.zone.key, {}).get("city")
        place = place or self.zone.key.rpartition("/")[2].replace("_", " ")
        return f"{get_timezone_name(self.zone, locale=self.catalogue.locale)} ({place})"

    def age(self, when: datetime) -> str:
        """Such as «3 dagen geleden» under a week, «4 mei 2026» after."""
        past = self.now - when
        if past >= ABSOLUTE_AFTER or past < -ABSOLUTE_AFTER:
            return self.bare_day(when)
        if abs(past) < timedelta(minutes=1):
            return self.text("just now")
        return str(format_timedelta(-past, add_direction=True, locale=self.catalogue.locale))

    def _local(self, when: datetime) -> datetime:
        return when.astimezone(self.zone)

    def _said(self, when: datetime | date, patterns: Mapping[str, str], zone: ZoneInfo | None = None) -> str:
        if not isinstance(when, datetime):
            when, zone = datetime(when.year, when.month, when.day, 12, tzinfo=UTC), ZoneInfo("UTC")
        return format_datetime(when, patterns[self.language], tzinfo=zone or self.zone, locale=self.catalogue.locale)
