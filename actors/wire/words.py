"""What our groups say on the wire, in four languages: plain tables, and the few rules of how a language joins them.

The pages have catalogues of their own; a document is written once, when its thing changes, in the language of the
thing and not of a reader. Anything in a language that is not here gets the English words around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("nl", "fr", "en", "de")
FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. Patterns have their blanks in braces; unit names are (one, several)."""

    locale: str
    """For Babel."""
    kind: Mapping[str, str]
    """offer, request, event: the kind in words, first of all."""
    colon: str
    """How a colon is set after the kind."""
    kind_tag: Mapping[str, str]
    """offer, request, event: as a hashtag, without «#»."""
    ended: Mapping[str, str]
    """filled, withdrawn, expired, and cancelled for events: stands in brackets before the title."""
    units: Mapping[str, tuple[str, str]]
    """one, hour, day, week, month."""
    pay: Mapping[str, str]
    """barter, volunteer, discuss."""
    per: str
    """{amount} per {unit}."""
    mode: Mapping[str, str]
    """remote, both; nothing is said about what is done on site."""
    urgent: str
    talks: str
    """Somebody is talked with; {count} people are."""
    until: str
    """{date}: until when answers are welcome."""
    span: str
    """{start} and {end}, both days."""
    starting: str
    ending: str
    day: str
    """A day as Babel's pattern."""
    hour: str
    """An hour on the hour as Babel's pattern."""
    minute: str
    """Any other time as Babel's pattern."""
    oclock: str
    """After the last time of a range, with its space; empty where nothing stands there."""
    hours_joined: str
    online: str
    tentative: str
    seats: tuple[str, str]
    """{count} seats: for one, for several."""
    by: Mapping[str, str]
    """offer, request, event: {who}."""
    link: Mapping[str, str]
    """offer, request, event: the words before the address."""


WORDS: Mapping[str, Words] = {
    "nl": Words(
        locale="nl",
        kind={"offer": "Aanbod", "request": "Zoekt", "event": "Bijeenkomst"},
        colon=":",
        kind_tag={"offer": "aanbod", "request": "gezocht", "event": "bijeenkomst"},
        ended={
            "filled": "ingevuld",
            "withdrawn": "ingetrokken",
            "expired": "verlopen",
            "cancelled": "AFGELAST",
        },
        units={
            "one": ("stuk", "stuks"),
            "hour": ("uur", "uur"),
            "day": ("dag", "dagen"),
            "week": ("week", "weken"),
            "month": ("maand", "maanden"),
        },
        pay={"barter": "in ruil", "volunteer": "vrijwillig", "discuss": "vergoeding te bespreken"},
        per="{amount} per {unit}",
        mode={"remote": "op afstand", "both": "ter plaatse of op afstand"},
        urgent="dringend",
        talks="in gesprek ({count})",
        until="reageren tot {date}",
        span="{start} tot {end}",
        starting="vanaf {date}",
        ending="tot {date}",
        day="EEE d MMMM y",
        hour="H.mm",
        minute="H.mm",
        oclock=" uur",
        hours_joined="–",
        online="online",
        tentative="onder voorbehoud",
        seats=("{count} plaats", "{count} plaatsen"),
        by={"offer": "Aangeboden door {who}", "request": "Gevraagd door {who}", "event": "Contact: {who}"},
        link={"offer": "Meer en antwoorden:", "request": "Meer en antwoorden:", "event": "Meer en inschrijven:"},
    ),
    "fr": Words(
        locale="fr",
        kind={"offer": "Offre", "request": "Cherche", "event": "Rencontre"},
        colon="\u00a0:",
        kind_tag={"offer": "offre", "request": "jecherche", "event": "rencontre"},
        ended={"filled": "pourvu", "withdrawn": "retiré", "expired": "expiré", "cancelled": "ANNULÉ"},
        units={
            "one": ("pièce", "pièces"),
            "hour": ("heure", "heures"),
            "day": ("jour", "jours"),
            "week": ("semaine", "semaines"),
            "month": ("mois", "mois"),
        },
        pay={"barter": "en échange", "volunteer": "bénévole", "discuss": "rémunération à convenir"},
        per="{amount} par {unit}",
        mode={"remote": "à distance", "both": "sur place ou à distance"},
        urgent="urgent",
        talks="en discussion ({count})",
        until="réponses jusqu’au {date}",
        span="du {start} au {end}",
        starting="à partir du {date}",
        ending="jusqu’au {date}",
        day="EEE d MMMM y",
        hour="H 'h'",
        minute="H 'h' mm",
        oclock="",
        hours_joined=" – ",
        online="en ligne",
        tentative="sous réserve",
        seats=("{count} place", "{count} places"),
        by={"offer": "Proposé par {who}", "request": "Demandé par {who}", "event": "Contact\u00a0: {who}"},
        link={
            "offer": "En savoir plus et répondre\u00a0:",
            "request": "En savoir plus et répondre\u00a0:",
            "event": "En savoir plus et s’inscrire\u00a0:",
        },
    ),
    "en": Words(
        locale="en_GB",
        kind={"offer": "Offer", "request": "Need", "event": "Meeting"},
        colon=":",
        kind_tag={"offer": "offer", "request": "lookingfor", "event": "meeting"},
        ended={"filled": "filled", "withdrawn": "withdrawn", "expired": "expired", "cancelled": "CANCELLED"},
        units={
            "one": ("piece", "pieces"),
            "hour": ("hour", "hours"),
            "day": ("day", "days"),
            "week": ("week", "weeks"),
            "month": ("month", "months"),
        },
        pay={"barter": "in exchange", "volunteer": "voluntary", "discuss": "pay to be agreed"},
        per="{amount} per {unit}",
        mode={"remote": "remote", "both": "on site or remote"},
        urgent="urgent",
        talks="in talks ({count})",
        until="answers until {date}",
        span="{start} to {end}",
        starting="from {date}",
        ending="until {date}",
        day="EEE d MMMM y",
        hour="H:mm",
        minute="H:mm",
        oclock="",
        hours_joined="–",
        online="online",
        tentative="to be confirmed",
        seats=("{count} seat", "{count} seats"),
        by={"offer": "Offered by {who}", "request": "Asked by {who}", "event": "Contact: {who}"},
        link={"offer": "More, and answer:", "request": "More, and answer:", "event": "More, and sign up:"},
    ),
    "de": Words(
        locale="de",
        kind={"offer": "Angebot", "request": "Gesuch", "event": "Treffen"},
        colon=":",
        kind_tag={"offer": "angebot", "request": "gesucht", "event": "treffen"},
        ended={"filled": "vergeben", "withdrawn": "zurückgezogen", "expired": "abgelaufen", "cancelled": "ABGESAGT"},
        units={
            "one": ("Stück", "Stück"),
            "hour": ("Stunde", "Stunden"),
            "day": ("Tag", "Tage"),
            "week": ("Woche", "Wochen"),
            "month": ("Monat", "Monate"),
        },
        pay={"barter": "im Tausch", "volunteer": "ehrenamtlich", "discuss": "Vergütung nach Absprache"},
        per="{amount} pro {unit}",
        mode={"remote": "ortsunabhängig", "both": "vor Ort oder ortsunabhängig"},
        urgent="dringend",
        talks="im Gespräch ({count})",
        until="Antworten bis {date}",
        span="{start} bis {end}",
        starting="ab {date}",
        ending="bis {date}",
        day="EEE d. MMMM y",
        hour="H:mm",
        minute="H:mm",
        oclock=" Uhr",
        hours_joined="–",
        online="online",
        tentative="unter Vorbehalt",
        seats=("{count} Platz", "{count} Plätze"),
        by={"offer": "Angeboten von {who}", "request": "Gesucht von {who}", "event": "Kontakt: {who}"},
        link={"offer": "Mehr und antworten:", "request": "Mehr und antworten:", "event": "Mehr und anmelden:"},
    ),
}


def words_for(language: str | None) -> Words:
    """The words of `language` (`nl`, `nl-BE`), or the English ones."""
    return WORDS.get((language or FALLBACK).partition("-")[0].lower(), WORDS[FALLBACK])
