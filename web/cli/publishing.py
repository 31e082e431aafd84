"""`publish`, `change`, `close`, `cancel` and `delete`: what a group says, from a script or by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from actors.database import utc_now
from actors.events import EventDraft
from actors.offers import OfferDraft
from actors.places import PlaceDraft
from actors.threads import PostDraft
from outbox import orders
from outbox.log import Said
from web.cli.terminal import LANGUAGE, command, desk, say

STANDS_FOR = timedelta(days=90)
DAY_OR_TIME = "ISO 8601, such as 2026-05-04T09:00 (in --timezone, unless it says its own)"


@click.group()
def publish() -> None:
    """Publish a note, an offer, a need or an event as a group. A TEXT of «-» is read from standard input."""


def _as(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--as", "group", required=True, metavar="GROUP", help="The group or project that says it."),
        click.option("--text", required=True, help="Markdown; «-» reads standard input."),
        click.option("--lang", type=LANGUAGE, help="Language of the text."),
    ):
        function = option(function)
    return function


def _about_work(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--title", required=True),
        click.option("--place", help="Where, in words."),
        click.option("--locality", help="Town."),
        click.option("--region", help="ISO 3166 code such as BE-BRU."),
        click.option("--latitude", type=float),
        click.option("--longitude", type=float),
        click.option("--mode", type=click.Choice(["onsite", "remote", "both"]), default="onsite", show_default=True),
        click.option("--start", help=f"From when. {DAY_OR_TIME}"),
        click.option("--end", help="Until when."),
        click.option("--expires", help="Until when it stands (90 days by default)."),
        click.option("--timezone", default=None, help="IANA zone of the times given."),
        click.option("--quantity", help="How many, such as 3."),
        click.option("--unit", help="of what: day, hour, week, month, one."),
        click.option("--pay", type=click.Choice(["paid", "barter", "volunteer", "discuss"]), default="discuss"),
        click.option("--amount", help="Pay, such as 350."),
        click.option("--currency", help="EUR, unless said otherwise."),
        click.option("--per", help="Unit of the pay: day, hour, one."),
        click.option("--tag", "tags", multiple=True, help="Without «#»; may be given more than once."),
        click.option("--concept", "concepts", multiple=True, help="IRI of a trade; may be given more than once."),
        click.option("--work-language", "work_languages", multiple=True, type=LANGUAGE),
        click.option("--urgent", is_flag=True),
    ):
        function = option(function)
    return function


@publish.command("note")
@_as
@command
def note(group: str, text: str, lang: str | None, as_json: bool) -> None:
    """Publish a note."""
    draft = PostDraft(text=_text(text), language=lang)
    with desk() as at:
        _tell(as_json, at.db.write_now(orders.publish_note, group, draft, now=utc_now()))


@publish.command("offer")
@_as
@_about_work
@command
def offer(group: str, as_json: bool, **given: Any) -> None:
    """Publish an offer."""
    _publish_work("offer", group, given, as_json)


@publish.command("need")
@_as
@_about_work
@command
def need(group: str, as_json: bool, **given: Any) -> None:
    """Publish a need."""
    _publish_work("request", group, given, as_json)


def _publish_work(purpose: str, group: str, given: dict[str, Any], as_json: bool) -> None:
    with desk() as at:
        zone = _zone(given["timezone"] or at.settings.timezone)
        draft = OfferDraft(
            purpose=purpose,
            title=given["title"],
            text=_text(given["text"]),
            language=given["lang"],
            tags=given["tags"],
            concept_iris=given["concepts"],
            place=_place(given["place"], given["locality"], given["region"], given["latitude"], given["longitude"]),
            mode=given["mode"],
            begins_at=_moment(given["start"], zone),
            ends_at=_moment(given["end"], zone),
            expires_at=_moment(given["expires"], zone) or utc_now() + STANDS_FOR,
            quantity=given["quantity"],
            unit=given["unit"],
            pay="paid" if given["amount"] and given["pay"] == "discuss" else given["pay"],
            pay_amount=given["amount"],
            pay_currency=given["currency"] or ("EUR" if given["amount"] else None),
            pay_unit=given["per"],
            urgent=given["urgent"],
            work_languages=given["work_languages"],
        )
        _tell(as_json, at.db.write_now(orders.publish_offer, group, draft, now=utc_now()))


@publish.command("event")
@_as
@click.option("--title", required=True)
@click.option("--start", required=True, help=DAY_OR_TIME)
@click.option("--end", help="When it ends.")
@click.option("--timezone", default=None, help="IANA zone of the event; the instance's by default.")
@click.option("--place", help="Name of the place.")
@click.option("--street")
@click.option("--postal-code")
@click.option("--locality", help="Town.")
@click.option("--country", default="BE", show_default=True)
@click.option("--region", help="ISO 3166 code such as BE-BRU.")
@click.option("--latitude", type=float)
@click.option("--longitude", type=float)
@click.option("--online-url", help="Where it is held, if online.")
@click.option("--seats", type=click.IntRange(min=1), help="How many may come.")
@click.option("--category", help="A word of Mobilizon's list, such as MEETING.")
@click.option("--tag", "tags", multiple=True, help="Without «#»; may be given more than once.")
@command
def event(group: str, as_json: bool, **given: Any) -> None:
    """Publish an event."""
    with desk() as at:
        name = given["timezone"] or at.settings.timezone
        zone = _zone(name)
        starts_at = _moment(given["start"], zone)
        if starts_at is None:
            raise click.UsageError("--start is missing")
        draft = EventDraft(
            name=given["title"],
            starts_at=starts_at,
            ends_at=_moment(given["end"], zone),
            timezone=name,
            text=_text(given["text"]),
            language=given["lang"],
            tags=given["tags"],
            category=given["category"],
            place=_place(
                given["place"],
                given["locality"],
                given["region"],
                given["latitude"],
                given["longitude"],
                street=given["street"],
                postal_code=given["postal_code"],
                country=given["country"],
            ),
            online=bool(given["online_url"]),
            online_url=given["online_url"],
            capacity=given["seats"],
        )
        _tell(as_json, at.db.write_now(orders.publish_event, group, draft, now=utc_now()))


@click.command("change", short_help="Change the title or the text of something.")
@click.argument("iri")
@click.option("--title")
@click.option("--text", help="Markdown; «-» reads standard input.")
@command
def change(iri: str, title: str | None, text: str | None, as_json: bool) -> None:
    """Change the title or the text of what stands at IRI, and tell everybody who follows."""
    changes = {"title": title, "text": _text(text) if text is not None else None}
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        raise click.UsageError("Give --title or --text.")
    with desk() as at:
        _tell(as_json, at.db.write_now(orders.change, iri, given, now=utc_now()))


@click.command("close")
@click.argument("iri")
@click.option("--status", type=click.Choice(["filled", "withdrawn", "expired"]), default="filled", show_default=True)
@command
def close(iri: str, status: str, as_json: bool) -> None:
    """Close the offer or need at IRI."""
    with desk() as at:
        _tell(as_json, at.db.write_now(orders.close, iri, status, now=utc_now()))


@click.command("cancel")
@click.argument("iri")
@command
def cancel(iri: str, as_json: bool) -> None:
    """Call the event at IRI off."""
    with desk() as at:
        _tell(as_json, at.db.write_now(orders.cancel, iri, now=utc_now()))


@click.command("delete", short_help="Delete something, here and wherever it went.")
@click.argument("iri")
@command
def delete(iri: str, as_json: bool) -> None:
    """Delete what stands at IRI, here and wherever it went. The address answers 410 from then on."""
    with desk() as at:
        _tell(as_json, at.db.write_now(orders.delete, iri, now=utc_now()))


def _tell(as_json: bool, said: Said) -> None:
    say(as_json, asdict(said), [f"object    {said.iri}", f"activity  {said.activity_iri or '-'}"])


def _text(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"no such zone: {name}", param_hint="--timezone") from None


def _moment(given: str | None, zone: ZoneInfo) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f"not a time: {given}. {DAY_OR_TIME}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _place(
    name: str | None,
    locality: str | None,
    region: str | None,
    latitude: float | None,
    longitude: float | None,
    *,
    street: str | None = None,
    postal_code: str | None = None,
    country: str | None = None,
) -> PlaceDraft | None:
    if not (name or locality or region or street or latitude is not None):
        return None
    return PlaceDraft(
        name=name,
        street=street,
        postal_code=postal_code,
        locality=locality,
        country=country,
        region=region,
        latitude=latitude,
        longitude=longitude,
    )


COMMANDS = [publish, change, close, cancel, delete]
