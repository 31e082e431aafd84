"""Codes and values of the lower floors in words: refusals, notices, kinds, terms, regions, levels.

Words are marked for the catalogues with `said`; `Wording` translates them for a reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from actors.matches import Reason
from actors.towns import name_of
from actors.views import (
    ActorKind,
    EventLine,
    EventStatus,
    Level,
    Mode,
    OfferLine,
    OfferStatus,
    Pay,
    PayKind,
    Place,
    Purpose,
    Quantity,
)
from web.i18n import Reader, zone_named
from web.reasons import in_words
from web.sentences import REFUSALS, said

_KINDS: Final = {
    ActorKind.SECTOR: said("Sector group"),
    ActorKind.THEME: said("Theme group"),
    ActorKind.PROJECT: said("Project"),
    ActorKind.GROUP: said("Group"),
    ActorKind.PERSON: said("Person"),
    ActorKind.INSTANCE: said("Instance"),
}
_PURPOSES: Final = {Purpose.NEED: said("Need"), Purpose.OFFER: said("Offer")}
_OFFER_STATES: Final = {
    OfferStatus.DRAFT: said("draft"),
    OfferStatus.WAITING: said("waits for a moderator"),
    OfferStatus.OPEN: said("open"),
    OfferStatus.TALKS: said("in talks"),
    OfferStatus.FILLED: said("filled"),
    OfferStatus.WITHDRAWN: said("withdrawn"),
    OfferStatus.EXPIRED: said("expired"),
}
_ANSWERS: Final = {
    "can": said("I can do this"),
    "knows": said("I know someone"),
    "question": said("I have a question"),
}
_ANSWER_STATES: Final = {
    "accepted": said("in talks"),
    "declined": said("declined"),
}
_EVENT_STATES: Final = {
    EventStatus.CONFIRMED: said("it takes place"),
    EventStatus.TENTATIVE: said("not yet certain"),
    EventStatus.CANCELLED: said("cancelled"),
}
_LEVELS: Final = {
    Level.LOCAL: said("local"),
    Level.REGIONAL: said("regional"),
    Level.FEDERAL: said("federal"),
    Level.EUROPEAN: said("European"),
}
_PAYS: Final = {
    PayKind.PAID: said("paid"),
    PayKind.BARTER: said("in exchange"),
    PayKind.VOLUNTEER: said("as a volunteer"),
    PayKind.DISCUSS: said("terms to be agreed"),
}
_ROLES: Final = {
    "organiser": said("organiser"),
    "moderator": said("moderator"),
    "member": said("member"),
    "admin": said("admin"),
}
_MEMBER_STATES: Final = {
    "active": said("active"),
    "waiting": said("waiting"),
    "suspended": said("suspended"),
    "leaving": said("leaving"),
}
_SERVER_STATES: Final = {"away": said("away"), "dead": said("given up")}
_SERVER_POLICIES: Final = {
    "partner": said("partner"),
    "limited": said("limited"),
    "blocked": said("blocked"),
    "open": said("open"),
}
_REGIONS: Final = {
    "BE-BRU": said("Brussels"),
    "BE-VLG": said("Flanders"),
    "BE-WAL": said("Wallonia"),
    "BE-VAN": said("Province of Antwerp"),
    "BE-WBR": said("Walloon Brabant"),
    "BE-WHT": said("Hainaut"),
    "BE-WLG": said("Province of Liège"),
    "BE-VLI": said("Limburg"),
    "BE-WLX": said("Luxembourg province"),
    "BE-WNA": said("Province of Namur"),
    "BE-VOV": said("East Flanders"),
    "BE-VBR": said("Flemish Brabant"),
    "BE-VWV": said("West Flanders"),
    "EU": said("Europe"),
}


class Wording:
    """Values in one reader's words. Templates call it `say`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def refusal(self, code: str) -> str:
        """What happened."""
        return self._reader.text(REFUSALS[code][0])

    def remedy(self, code: str) -> str:
        """What to do about it; empty where the first sentence says all."""
        sentence = REFUSALS[code][1]
        return self._reader.text(sentence) if sentence else ""

    def notice(self, message: str) -> str:
        """A sentence of `NOTICES`."""
        return self._reader.text(message)

    def kind(self, kind: ActorKind) -> str:
        """What an actor is."""
        return self._reader.text(_KINDS[kind])

    def purpose(self, purpose: Purpose) -> str:
        """The word before an offer or a need."""
        return self._reader.text(_PURPOSES[purpose])

    def offer_status(self, status: OfferStatus) -> str:
        """How far it is."""
        return self._reader.text(_OFFER_STATES[status])

    def offer_state(self, line: OfferLine) -> str:
        """How far it is, and with how many is talked."""
        if line.status is OfferStatus.TALKS and line.talks:
            return self._reader.text(said("in talks (%(n)s)"), n=line.talks)
        return self.offer_status(line.status)

    def answer_kind(self, kind: str, purpose: Purpose) -> str:
        """What somebody says with an answer."""
        if kind == "can" and purpose == Purpose.OFFER:
            return self._reader.text(said("I would like this"))
        return self._reader.text(_ANSWERS[kind])

    def answer_state(self, state: str) -> str:
        """What became of an answer."""
        return self._reader.text(_ANSWER_STATES[state])

    def event_status(self, status: EventStatus) -> str:
        """Whether it goes on."""
        return self._reader.text(_EVENT_STATES[status])

    def level(self, level: Level) -> str:
        """How far a group reaches."""
        return self._reader.text(_LEVELS[level])

    def role(self, role: str) -> str:
        """What somebody is in a group, or on this instance."""
        return self._reader.text(_ROLES[role])

    def member_state(self, state: str) -> str:
        """Where a member stands; also a role, where both are chosen from one list."""
        return self._reader.text(_MEMBER_STATES[state]) if state in _MEMBER_STATES else self.role(state)

    def server_state(self, state: str) -> str:
        """How another server answers."""
        return self._reader.text(_SERVER_STATES[state]) if state in _SERVER_STATES else state

    def server_policy(self, policy: str) -> str:
        """What was decided about another server."""
        return self._reader.text(_SERVER_POLICIES[policy])

    def region(self, code: str) -> str:
        """A region's, a country's or a town's name."""
        if (town := name_of(code, self._reader.language)) is not None:
            return town
        if code in _REGIONS:
            return self._reader.text(_REGIONS[code])
        return self._reader.country(code)

    def quantity(self, quantity: Quantity) -> str:
        """How much work: 3 days."""
        amount = self._reader.decimal(quantity.value)
        n = 1 if quantity.value.strip() in {"1", "1.0"} else 2
        texts = self._reader.texts
        match quantity.unit:
            case "hour":
                return texts("%(n)s hour", "%(n)s hours", n, n=amount)
            case "day":
                return texts("%(n)s day", "%(n)s days", n, n=amount)
            case "week":
                return texts("%(n)s week", "%(n)s weeks", n, n=amount)
            case "month":
                return texts("%(n)s month", "%(n)s months", n, n=amount)
            case "one":
                return f"{amount} ×"
            case other:
                return f"{amount} {other}"

    def pay(self, pay: Pay) -> str:
        """On which terms: 350 € a day."""
        if pay.kind is not PayKind.PAID or pay.amount is None:
            return self._reader.text(_PAYS[pay.kind])
        amount = self._reader.money(pay.amount, pay.currency)
        if pay.amount_to and pay.amount_to != pay.amount:
            low = self._reader.decimal(pay.amount)
            amount = amount.replace(low, f"{low}\N{EN DASH}{self._reader.decimal(pay.amount_to)}")
        match pay.per:
            case "hour":
                return self._reader.text("%(amount)s an hour", amount=amount)
            case "day":
                return self._reader.text("%(amount)s a day", amount=amount)
            case "week":
                return self._reader.text("%(amount)s a week", amount=amount)
            case "month":
                return self._reader.text("%(amount)s a month", amount=amount)
            case _:
                return amount

    def why(self, reasons: Sequence[Reason]) -> str:
        """Why a need and an offer fit, in one line."""
        return in_words(self._reader, self, reasons)

    def place(self, place: Place) -> str:
        """An event's place on one line, for a list."""
        return ", ".join(part for part in (place.name, place.locality) if part) or (place.street or "")

    def address(self, place: Place) -> list[str]:
        """An event's place in lines, as on an envelope."""
        town = " ".join(part for part in (place.postal_code, place.locality) if part)
        country = self._reader.country(place.country) if place.country and place.country.upper() != "BE" else None
        return [line for line in (place.name, place.street, town, country) if line]

    def where(self, offer: OfferLine) -> str:
        """Where the work is done."""
        spot = offer.place or (self.region(offer.region) if offer.region else "")
        if offer.mode is Mode.REMOTE:
            return self._reader.text("from a distance")
        if offer.mode is Mode.BOTH:
            return (
                self._reader.text("%(place)s or from a distance", place=spot)
                if spot
                else self._reader.text("on the spot or from a distance")
            )
        return spot

    def when(self, offer: OfferLine) -> str:
        """When the work is."""
        if offer.begins_at and offer.ends_at:
            return self._reader.days(offer.begins_at, offer.ends_at)
        if offer.begins_at:
            return self._reader.text("from %(day)s", day=self._reader.bare_day(offer.begins_at))
        if offer.ends_at:
            return self._reader.text("until %(day)s", day=self._reader.bare_day(offer.ends_at))
        return ""

    def facts_of(self, offer: OfferLine) -> str:
        """The deciding facts on one line: 3 days · Ghent · 4–8 May 2026 · 350 € a day."""
        amount = self.quantity(offer.quantity) if offer.quantity else ""
        return " · ".join(fact for fact in (amount, self.where(offer), self.when(offer), self.pay(offer.pay)) if fact)

    def meeting(self) -> str:
        """The word before an event."""
        return self._reader.text("Meeting")

    def post(self) -> str:
        """The word before a note."""
        return self._reader.text("Post")

    def time_of(self, event: EventLine) -> str:
        """Day and hours of an event, and what is special about it."""
        time = self._reader.span(event.starts_at, event.ends_at, event.timezone)
        return time if event.status is EventStatus.CONFIRMED else f"{self.event_status(event.status)} · {time}"

    def hand(self, event: EventLine) -> str:
        """Where the hand of an event's ring ends: it points at its hour."""
        starts_at = event.starts_at.astimezone(zone_named(event.timezone, self._reader.zone))
        angle = (starts_at.hour % 12 + starts_at.minute / 60) / 12 * 2 * math.pi
        return f"{10 + 4.9 * math.sin(angle):.1f} {10 - 4.9 * math.cos(angle):.1f}"

    def in_languages(self, codes: tuple[str, ...]) -> str:
        """Names of languages, in a row."""
        return ", ".join(self._reader.language_name(code) for code in codes)

    def from_host(self, host: str) -> Markup:
        """Where a partner's thing comes from."""
        return self._reader.gettext("from %(host)s", host=host)
