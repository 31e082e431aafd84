"""A letter in a reader's language, as plain text and as simple HTML; both say the same.

The HTML asks nothing of anybody: no picture, no script, no font. Its few styles stand in the elements, as mail programs
want it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from web.i18n import Catalogues, Reader, zone_named
from web.mail.letters import Letter, Words, write
from web.templating import environment


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a mail says: one line of subject, text, HTML; where its one-click end is, if it has one."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str | None


class Renderer:
    """Words letters.

    Args:
        origin: ours; every link leads there.
        timezone: of readers who chose none.
    """

    def __init__(self, *, origin: str, catalogues: Catalogues, timezone: str) -> None:
        self._origin, self._catalogues, self._zone = origin, catalogues, ZoneInfo(timezone)
        self._text = environment(None, autoescape=False)
        self._html = environment(None)

    def reader(self, language: str, zone: str | None, now: datetime) -> Reader:
        """Whoever reads it; a language that we don't speak becomes our first."""
        catalogue = self._catalogues.get(language) or next(iter(self._catalogues.values()))
        return Reader(catalogue, zone_named(zone, self._zone) if zone else self._zone, now)

    def letter(self, kind: str, facts: Mapping[str, Any], reader: Reader, site_name: str) -> Letter:
        """The letter in words.

        Raises:
            Unwordable: see `letters.write`.
        """
        return write(kind, Words(reader, site_name, self._origin, facts, self._path_of))

    def render(self, letter: Letter, reader: Reader, site_name: str, unsubscribe_url: str | None) -> Rendered:
        """The letter as it is sent."""
        about_this = (
            reader.text("You get this mail because you are a member of %(site)s.", site=site_name)
            if letter.topic
            else reader.text("This mail was sent by %(site)s, %(origin)s.", site=site_name, origin=self._origin)
        )
        settings = (
            (reader.text("Choose what you are told, and how often"), f"{self._origin}/me/settings/notifications")
            if letter.topic
            else None
        )
        farewell = (reader.text("No more mails of this kind"), unsubscribe_url) if unsubscribe_url else None
        given = {
            "letter": letter,
            "site_name": site_name,
            "about_this": about_this,
            "settings": settings,
            "farewell": farewell,
        }
        return Rendered(
            letter.subject,
            self._text.get_template("mail/letter.txt").render(given),
            self._html.get_template("mail/letter.html").render(
                given | {"language": reader.language, "origin": self._origin}
            ),
            unsubscribe_url,
        )

    def _path_of(self, iri: str) -> str:
        if iri.startswith(self._origin + "/"):
            return iri[len(self._origin) :]
        return "/elsewhere?" + urlencode({"iri": iri})
