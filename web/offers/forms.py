"""The form of an offer or a need, in the order in which people think: what, when and where, which terms, who sees it.

Days are those of the reader's zone; what is typed comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from actors.offers import VERSIONS, OfferDraft
from actors.places import PlaceDraft
from actors.trades import scheme, suggest

MOST_TRADES = 5
UNITS = ("hour", "day", "week", "month")
LAST_SECOND = time(23, 59, 59)


def _day(typed: str) -> str:
    if typed:
        try:
            date.fromisoformat(typed)
        except ValueError:
            raise PydanticCustomError("date-malformed", "no such day") from None
    return typed


def _amount(typed: str) -> str:
    """A decimal as people type it here: 37,5 is 37.5."""
    return typed.strip().replace(" ", "").replace(",", ".")


def _degrees(typed: str) -> str:
    typed = typed.strip().replace(",", ".")
    if typed:
        try:
            float(typed)
        except ValueError:
            raise PydanticCustomError("degrees-malformed", "no degrees") from None
    return typed


def _trades(ticked: list[str]) -> list[str]:
    if not all(scheme().get(iri) for iri in ticked):
        raise PydanticCustomError("trade-unknown", "no such trade")
    if len(set(ticked)) > MOST_TRADES:
        raise PydanticCustomError("too-many-trades", "too many trades")
    return list(dict.fromkeys(ticked))


Day = Annotated[str, AfterValidator(_day)]
Amount = Annotated[str, Field(max_length=40), AfterValidator(_amount)]


Degrees = Annotated[str, Field(max_length=20), AfterValidator(_degrees)]


class WorkForm(BaseModel):
    """What the form asks. Limits of texts are the rules' own."""

    group: Annotated[str, Field(max_length=2048)] = ""
    title: str = ""
    text: str = ""
    language: Annotated[str, Field(max_length=16)] = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    quantity: Amount = ""
    unit: Literal["hour", "day", "week", "month"] = "day"
    begins: Day = ""
    ends: Day = ""
    region: Annotated[str, Field(max_length=64)] = ""
    town: str = ""
    mode: Literal["onsite", "remote", "both"] = "onsite"
    pay: Literal["paid", "barter", "volunteer", "discuss"] = "discuss"
    amount: Amount = ""
    amount_to: Amount = ""
    per: Literal["", "hour", "day", "week", "month"] = "day"
    work_languages: list[str] = []
    trades: Annotated[list[str], AfterValidator(_trades)] = []
    urgent: str = ""
    expires: Day = ""
    named: str = ""
    contact: Literal["reply", "mail", "phone", "web"] = "reply"
    contact_address: str = ""
    visibility: Literal["public", "members", "group"] = "public"
    latitude: Degrees = ""
    longitude: Degrees = ""
    title_nl: str = ""
    title_fr: str = ""
    title_en: str = ""
    title_de: str = ""
    text_nl: str = ""
    text_fr: str = ""
    text_en: str = ""
    text_de: str = ""
    step: Literal["", "preview", "publish", "keep"] = ""

    def draft(self, purpose: str, zone: ZoneInfo, *, me: str | None, now: datetime) -> OfferDraft:
        """What was typed, as a draft.

        Args:
            purpose: offer or request.
            zone: in which the days are meant.
            me: the actor of whoever writes, to be named if they wish.
            now: the time.
        """
        paid = self.pay == "paid" and bool(self.amount)
        there = bool(self.latitude and self.longitude)
        place = PlaceDraft(
            name=self.town.strip() or None,
            region=self.region or None,
            latitude=float(self.latitude) if there else None,
            longitude=float(self.longitude) if there else None,
        )
        return OfferDraft(
            purpose=purpose,
            title=self.title,
            text=self.text.replace("\r\n", "\n"),
            language=self.language or None,
            tags=tuple(tag.removeprefix("#") for tag in self.tags.replace(",", " ").split()),
            title_map=self._versions("title"),
            text_map=self._versions("text"),
            place=place if place.name or place.region or there else None,
            mode=self.mode,
            begins_at=_moment(self.begins, time.min, zone),
            ends_at=_moment(self.ends, LAST_SECOND, zone),
            expires_at=_moment(self.expires, LAST_SECOND, zone),
            quantity=self.quantity or None,
            unit=self.unit if self.quantity else None,
            pay=self.pay,
            pay_amount=self.amount if paid else None,
            pay_amount_to=(self.amount_to or None) if paid else None,
            pay_currency="EUR" if paid else None,
            pay_unit=(self.per or None) if paid else None,
            urgent=self.urgent == "yes",
            work_languages=tuple(self.work_languages),
            concept_iris=tuple(self.trades),
            provider_iri=me if self.named == "yes" else None,
            contact=self.contact,
            contact_address=(self.contact_address.strip() or None) if self.contact != "reply" else None,
            visibility=self.visibility,
            draft=self.step == "keep",
        )

    def _versions(self, field: str) -> dict[str, str]:
        """The text of `field` in the languages besides its own; empty ones are none."""
        typed = {code: str(getattr(self, f"{field}_{code}")) for code in VERSIONS if code != self.language}
        return {code: text.replace("\r\n", "\n") for code, text in typed.items() if text.strip()}


FIELD_OF = {
    "title-missing": "title",
    "closes-in-the-past": "expires",
    "ends-before-it-begins": "ends",
    "join-first": "group",
    "not-our-group": "group",
    "unknown-language": "language",
    "place-off-the-map": "latitude",
}
"""The field that a refusal is about, where it does not say so itself."""
FIELD_NAMES = {
    "contact": "contact_address",
    "provider": "named",
    "pay_amount": "amount",
    "pay_amount_to": "amount_to",
    "place": "town",
    "name": "town",
}


def field_of(code: str, facts: dict[str, object]) -> str:
    """The field of the form that a refusal is about; «» for the whole."""
    if code in FIELD_OF:
        return FIELD_OF[code]
    named = str(facts.get("field", ""))
    named = FIELD_NAMES.get(named, named)
    return named if named in WorkForm.model_fields else ""


def known(draft: OfferDraft, zone: ZoneInfo) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The form of something that was written before: values, and what is ticked."""
    values = {
        "title": draft.title,
        "text": draft.text,
        "language": draft.language or "",
        "tags": " ".join(draft.tags),
        "quantity": draft.quantity or "",
        "unit": draft.unit if draft.unit in UNITS else "day",
        "begins": _typed(draft.begins_at, zone),
        "ends": _typed(draft.ends_at, zone),
        "region": (draft.place.region or "") if draft.place else "",
        "town": (draft.place.name or draft.place.locality or "") if draft.place else "",
        "mode": draft.mode,
        "pay": draft.pay,
        "amount": draft.pay_amount or "",
        "amount_to": draft.pay_amount_to or "",
        "per": draft.pay_unit if draft.pay_unit in UNITS else "",
        "expires": _typed(draft.expires_at, zone),
        "contact": draft.contact,
        "contact_address": draft.contact_address or "",
        "visibility": draft.visibility,
        "latitude": _degree(draft.place.latitude) if draft.place else "",
        "longitude": _degree(draft.place.longitude) if draft.place else "",
        **{f"title_{code}": draft.title_map.get(code, "") for code in VERSIONS},
        **{f"text_{code}": draft.text_map.get(code, "") for code in VERSIONS},
    }
    ticked = {"urgent": draft.urgent, "named": draft.provider_iri is not None}
    chosen = {"work_languages": draft.work_languages, "trades": tuple(filter(scheme().get, draft.concept_iris))}
    return values | {name: "yes" for name, is_on in ticked.items() if is_on}, chosen


def trades_for(values: Mapping[str, str], ticked: Sequence[str], language: str) -> list[tuple[str, str]]:
    """The trades that the form offers, IRI and label in `language`: what is ticked, then what the text suggests."""
    found = suggest(values.get("title", ""), values.get("text", ""), values.get("language"), most=MOST_TRADES)
    return labelled((*ticked, *(each.iri for each in found)), language)


def labelled(iris: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Those of `iris` that we know, each once, with the label in `language`."""
    known = map(scheme().get, dict.fromkeys(iris))
    return [(concept.iri, concept.label(language)) for concept in known if concept]


def _moment(day: str, at: time, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), at, zone) if day else None


def _degree(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _typed(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""
