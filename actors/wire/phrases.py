"""Facts as people say them: when, how much, on which terms. Dates by Babel, everything else by the tables."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal

from actors.events import Event
from actors.offers import Offer
from actors.wire.words import Words

HOUSE_ZONE = "Europe/Brussels"


def when(event: Event, words: Words) -> str:
    """«vr 12 juni 2026, 19.00–21.00 uur (Europe/Brussels)»."""
    zone = ZoneInfo(event.timezone)
    start = event.starts_at.astimezone(zone)
    end = event.ends_at.astimezone(zone) if event.ends_at is not None and event.end_shown else None
    text = f"{_day(start, words)}, {_time(start, words)}"
    if end is None or end == start:
        text += words.oclock
    elif end.date() == start.date():
        text += f"{words.hours_joined}{_time(end, words)}{words.oclock}"
    else:
        text += f"{words.oclock} – {_day(end, words)}, {_time(end, words)}{words.oclock}"
    return f"{text} ({event.timezone})"


def facts_of_event(event: Event, words: Words) -> list[str]:
    """When and where, and what else decides whether to go."""
    facts = [when(event, words)]
    if event.place_name:
        facts.append(event.place_name)
    if event.online:
        facts.append(words.online)
    if event.status == "TENTATIVE":
        facts.append(words.tentative)
    if event.capacity:
        facts.append(words.seats[event.capacity != 1].format(count=event.capacity))
    return facts


def facts_of_offer(offer: Offer, words: Words) -> list[str]:
    """Where, when, how much and for what, in the order that decides."""
    facts = [words.urgent] if offer.urgent else []
    if offer.place_name:
        facts.append(offer.place_name)
    if offer.mode != "onsite":
        facts.append(words.mode[offer.mode])
    if (span := _span(offer.begins_at, offer.ends_at, words)) is not None:
        facts.append(span)
    if offer.quantity is not None:
        facts.append(_quantity(offer.quantity, offer.unit, words))
    facts.append(_pay(offer, words))
    if offer.expires_at is not None:
        facts.append(words.until.format(date=_day(offer.expires_at.astimezone(ZoneInfo(HOUSE_ZONE)), words)))
    return facts


def _day(moment: datetime, words: Words) -> str:
    return format_date(moment.date(), words.day, locale=words.locale)


def _time(moment: datetime, words: Words) -> str:
    pattern = words.minute if moment.minute else words.hour
    return format_datetime(moment.replace(tzinfo=None), pattern, locale=words.locale)


def _span(begins_at: datetime | None, ends_at: datetime | None, words: Words) -> str | None:
    zone = ZoneInfo(HOUSE_ZONE)
    start = _day(begins_at.astimezone(zone), words) if begins_at else None
    end = _day(ends_at.astimezone(zone), words) if ends_at else None
    if start and end:
        return start if start == end else words.span.format(start=start, end=end)
    if start:
        return words.starting.format(date=start)
    return words.ending.format(date=end) if end else None


def _quantity(value: str, unit: str | None, words: Words) -> str:
    number = _number(value)
    shown = value if number is None else format_decimal(number, locale=words.locale)
    if unit is None:
        return shown
    names = words.units.get(unit)
    return f"{shown} {unit}" if names is None else f"{shown} {names[number != 1]}"


def _pay(offer: Offer, words: Words) -> str:
    if offer.pay != "paid" or offer.pay_amount is None:
        return words.pay.get(offer.pay, words.pay["discuss"])
    amount = _money(offer.pay_amount, offer.pay_currency, words)
    if offer.pay_amount_to is not None:
        amount = f"{amount}–{_money(offer.pay_amount_to, offer.pay_currency, words)}"
    if offer.pay_unit is None or offer.pay_unit == "one":
        return amount
    unit = words.units.get(offer.pay_unit, (offer.pay_unit, ""))[0]
    return words.per.format(amount=amount, unit=unit)


def _money(amount: str, currency: str | None, words: Words) -> str:
    number = _number(amount)
    if number is None:
        return amount if currency is None else f"{amount} {currency}"
    # The locale's own pattern, without decimals for whole amounts: people say «€ 350».
    pattern = Locale.parse(words.locale).currency_formats["standard"].pattern
    if number % 1 == 0:
        pattern = pattern.replace(".00", "")
    try:
        return format_currency(number, currency or "EUR", pattern, locale=words.locale, currency_digits=False)
    except UnknownCurrencyError:
        return f"{amount} {currency}"


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
