"""All groups and projects: ours, and those elsewhere that ours follow; found by words, region, reach and kind."""

from __future__ import annotations

import unicodedata

from starlette.requests import Request
from starlette.responses import Response

from actors import groups
from actors.regions import CHOICES
from actors.views import GroupLine, Level, PartnerLine
from web.pages import language_of, render
from web.rates import Rate, limited

QUERY_CHARS = 200
KINDS = ("sector", "project", "theme")
PARTNERS = 500


@limited(Rate.PAGE)
async def groups_page(request: Request) -> Response:
    """The list; what was asked for stands in the address."""
    house, language = request.app.state.house, language_of(request)
    asked = {name: request.query_params.get(name, "")[:QUERY_CHARS] for name in ("q", "region", "level", "kind")}
    allowed = {"region": CHOICES, "level": tuple(Level), "kind": KINDS}
    for name, values in allowed.items():
        if asked[name] not in values:
            asked[name] = ""
    words = asked["q"].replace("\x00", "")
    ours: list[GroupLine] = await house.db.read(
        groups.matching,
        words=words,
        region=asked["region"],
        level=asked["level"],
        kind=asked["kind"],
        language=language,
    )
    others: list[PartnerLine] = []
    if not (asked["region"] or asked["level"]):
        # Of a group elsewhere we know neither.
        known: list[PartnerLine] = await house.shelf.get(
            f"groups elsewhere {language}", lambda: house.db.read(groups.partners, language=language, limit=PARTNERS)
        )
        others = [each for each in known if _matches(each, words, asked["kind"])]
    titles = {line.actor.iri: line.title for line in ours}
    return render(
        request,
        "groups/directory.html",
        ours=ours,
        others=others,
        titles=titles,
        words=asked["q"],
        region=asked["region"],
        level=asked["level"],
        kind=asked["kind"],
        regions=CHOICES,
        levels=tuple(Level),
        kinds=KINDS,
        is_asked=any(asked.values()),
    )


def _matches(partner: PartnerLine, words: str, kind: str) -> bool:
    said = _folded(f"{partner.actor.name} {partner.actor.handle}")
    return all(word in said for word in _folded(words).split()) and (not kind or partner.actor.kind == kind)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
