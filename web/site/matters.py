"""What can be chosen: how each matter's form looks at first, and how it is saved.

A form that a rule refuses comes back with its problem beside the field; nothing of it was saved.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from actors import people, site
from actors.refusals import Refused
from outbox import site as orders
from web import guard
from web.forms import Filled, blank
from web.pages import Pages
from web.site import mailing
from web.site.facts import COLOURS, Facts

OWN = "own"
SPARE_QUESTIONS = 2
"""Empty places for questions below those that there are."""


class MatterForm(BaseModel):
    """Any matter's form: its fields are read by `save`; `go` says where to go on."""

    model_config = ConfigDict(extra="allow")

    languages: list[str] = []
    go: Annotated[str, Field(max_length=20)] = ""


def first_form(matter: str, facts: Facts) -> Filled[Any]:
    """The form with what holds now."""
    chosen = facts.chosen
    match matter:
        case "languages":
            codes = [code for code, _ in facts.languages]
            return blank({"first": codes[0], "region": chosen.region or ""}, {"languages": codes})
        case "name":
            names = {f"name_{code}": chosen.names.get(code, "") for code, _ in facts.languages}
            return blank(names | {f"about_{code}": facts.about(code) for code, _ in facts.languages})
        case "look":
            named = chosen.colour in COLOURS or not chosen.colour
            return blank({"colour": chosen.colour if named else OWN, "own_colour": "" if named else chosen.colour})
        case "joining":
            values = {"registration": chosen.registration, "founding_projects": chosen.founding_projects}
            for number, question in enumerate(chosen.questions):
                values |= {f"question_{number}_{code}": text for code, text in question.items()}
            return blank(values)
        case "rules":
            return blank({f"terms_{code}": chosen.terms.get(code, "") for code, _ in facts.languages})
        case "mail":
            return mailing.first_form(facts)
        case _:
            return blank({"federation_mode": chosen.federation_mode})


def questions_shown(facts: Facts, form: Filled[Any]) -> int:
    """How many places for questions the form has."""
    sent = [int(found[1]) + 1 for name, text in form.values.items() if text and (found := _QUESTION.fullmatch(name))]
    return min(max([len(facts.chosen.questions), *sent]) + SPARE_QUESTIONS, site.QUESTIONS)


async def save(request: Request, matter: str, form: Filled[Any], facts: Facts) -> Filled[Any] | None:
    """Save what was chosen; the form with its problems when a rule refuses it, else None."""
    if form.draft is None:
        return form
    try:
        await _SAVES[matter](request, form, facts)
    except Refused as no:
        return form.with_problem(_field_of(matter, no), no.code)
    # This process knows at once; the others within two seconds.
    pages: Pages = request.state.pages
    house = request.app.state.house
    pages.introduce(await house.db.read(people.site))
    house.wake()
    return None


async def _save_languages(request: Request, form: Filled[Any], facts: Facts) -> None:
    allowed = [code for code, _ in facts.all_languages]
    ticked = [code for code in allowed if code in form.chosen.get("languages", ())]
    first = form.values.get("first", "")
    if not ticked:
        raise Refused("languages-missing")
    if first not in ticked:
        raise Refused("first-language-missing")
    ticked.sort(key=lambda code: code != first)
    await _choose(request, "languages", languages=ticked, region=form.values.get("region", ""))


async def _save_name(request: Request, form: Filled[Any], facts: Facts) -> None:
    pages: Pages = request.state.pages
    order = [code for code, _ in facts.languages]
    order += [code for code, _ in facts.all_languages if code not in order]
    held = {code: facts.about(code) for code in order}
    await request.app.state.house.db.write(
        orders.introduce,
        names={code: form.values.get(f"name_{code}", facts.chosen.names.get(code, "")) for code in order},
        about={code: form.values.get(f"about_{code}", held[code]) for code in order},
        by=guard.admin(request).member_id,
        now=pages.now(),
    )


async def _save_look(request: Request, form: Filled[Any], facts: Facts) -> None:
    del facts
    colour = form.values.get("colour", "")
    if colour == OWN:
        colour = form.values.get("own_colour", "").strip().lower()
        if not colour:
            raise Refused("colour-malformed", colour=colour)
        colour = colour if colour.startswith("#") else f"#{colour}"
    await _choose(request, "look", colour=colour)


async def _save_joining(request: Request, form: Filled[Any], facts: Facts) -> None:
    codes = [code for code, _ in facts.all_languages]
    held = facts.chosen.questions
    questions = []
    for number in range(site.QUESTIONS):
        before: Mapping[str, str] = held[number] if number < len(held) else {}
        shown = {code: form.values.get(f"question_{number}_{code}") for code in codes}
        texts = {code: before.get(code, "") if text is None else text for code, text in shown.items()}
        # Emptied in every language that was shown: gone, also in those that were not.
        if any(text for text in shown.values()) or not any(text is not None for text in shown.values()):
            questions.append(texts)
    await _choose(
        request,
        "joining",
        registration=form.values.get("registration", ""),
        questions=questions,
        founding_projects=form.values.get("founding_projects", facts.chosen.founding_projects),
    )


async def _save_rules(request: Request, form: Filled[Any], facts: Facts) -> None:
    codes = [code for code, _ in facts.all_languages]
    texts = {code: form.values.get(f"terms_{code}", facts.chosen.terms.get(code, "")) for code in codes}
    await _choose(request, "rules", terms={code: text.replace("\r\n", "\n") for code, text in texts.items()})


async def _save_servers(request: Request, form: Filled[Any], facts: Facts) -> None:
    del facts
    await _choose(request, "servers", federation_mode=form.values.get("federation_mode", ""))


async def _choose(request: Request, matter: str, **wanted: Any) -> None:
    pages: Pages = request.state.pages
    await request.app.state.house.db.write(
        orders.choose, matter, by=guard.admin(request).member_id, now=pages.now(), **wanted
    )


_QUESTION = re.compile(r"question_(\d)_[a-z]{2}")
_SAVES: Mapping[str, Callable[[Request, Filled[Any], Facts], Awaitable[None]]] = {
    "languages": _save_languages,
    "name": _save_name,
    "look": _save_look,
    "joining": _save_joining,
    "rules": _save_rules,
    "mail": mailing.save,
    "servers": _save_servers,
}


def _field_of(matter: str, no: Refused) -> str:
    """The field of the form that a rule refused."""
    match matter, no.code:
        case "languages", "first-language-missing":
            return "first"
        case "languages", "region-unknown":
            return "region"
        case "languages", _:
            return "languages"
        case "name", "name-missing":
            return "name"
        case "name", "too-long":
            return "about" if no.facts.get("field") == "about" else "name"
        case "look", _:
            return "own_colour"
        case "joining", "unknown-choice":
            return str(no.facts.get("field", ""))
        case "joining", _:
            return "questions"
        case "rules", _:
            return "terms"
        case "mail", _:
            return mailing.field_of(no)
    return "federation_mode"
