"""`/admin/log`: who did what, when and why. It is only read: nobody changes it."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from actors import moderation
from actors.views.keeping import ActLine
from web import guard
from web.i18n import Reader
from web.pages import OWN_NAMES, Pages, render
from web.rates import Rate, limited
from web.sentences import said
from web.site.facts import MODES, REGISTRATIONS, TITLES
from web.wording import Wording

PER_PAGE = 50
VERBS: Final = {
    "change-site": said("changed the instance"),
    "change-role": said("changed a role"),
    "suspend-member": said("suspended a member"),
    "unsuspend-member": said("let a member back"),
    "approve-registration": said("let somebody in"),
    "refuse-registration": said("turned somebody away"),
    "block-host": said("blocked a server"),
    "unblock-host": said("opened a server"),
    "limit-host": said("limited a server"),
    "allow-host": said("made a server a partner"),
    "approve": said("said yes to something"),
    "decline": said("said no to something"),
    "resolve-report": said("closed a report"),
}
"""What was done, by verb; a verb that is not here is shown as it is."""
FIELDS: Final = {
    "names": said("name"),
    "about": said("purpose"),
    "languages": said("languages"),
    "region": said("region"),
    "colour": said("colour"),
    "registration": said("who may join"),
    "questions": said("questions"),
    "founding_projects": said("who may found"),
    "terms": said("rules"),
    "federation_mode": said("other servers"),
    "host": said("server"),
    "port": said("port"),
    "security": said("encryption"),
    "user": said("user"),
    "password": said("password"),
    "sender": said("sender"),
    "role": said("role"),
}


@limited(Rate.PAGE)
async def log_page(request: Request) -> Response:
    """The log, newest first."""
    guard.moderator(request)
    pages: Pages = request.state.pages
    asked = request.query_params.get("before", "")
    before_id = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
    verb = request.query_params.get("verb", "")
    verb = verb if verb in VERBS else ""
    found: list[ActLine] = await request.app.state.house.db.read(
        moderation.act_lines, limit=PER_PAGE + 1, before_id=before_id, verb=verb
    )
    words = ActWords(pages.reader(request))
    return render(
        request,
        "admin/log.html",
        lines=found[:PER_PAGE],
        words=words,
        verbs=words.verbs(),
        verb=verb,
        older=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
    )


class ActWords:
    """Acts in the reader's words."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._say = reader, Wording(reader)

    def verbs(self) -> list[tuple[str, str]]:
        """All that may be looked for."""
        return [(code, self._reader.text(words)) for code, words in VERBS.items()]

    def verb(self, line: ActLine) -> str:
        """What was done."""
        return self._reader.text(VERBS[line.verb]) if line.verb in VERBS else line.verb

    def about(self, line: ActLine) -> str:
        """To what."""
        if line.verb == "change-site" and line.object in TITLES:
            return self._reader.text(TITLES[line.object])
        kind, _, number = line.object.partition(" ")
        if kind == "member" and number.isdecimal():
            return self._reader.text("member no. %(number)s", number=number)
        return line.object

    def page(self, line: ActLine) -> str:
        """The page of what it was done to; empty where there is none of ours."""
        kind, _, number = line.object.partition(" ")
        return f"/admin/members/{number}" if kind == "member" and number.isdecimal() else ""

    def details(self, line: ActLine) -> list[str]:
        """What was changed, with what it was and is where that is short."""
        changed = line.facts.get("changed") or [name for name in ("role",) if name in line.facts]
        return [self._change(str(name), line.facts.get(str(name))) for name in changed]

    def _change(self, name: str, values: object) -> str:
        field = self._reader.text(FIELDS[name]) if name in FIELDS else name
        if not isinstance(values, list) or len(values) != 2:
            return field
        before, after = (self._value(name, value) for value in values)
        return self._reader.text("%(field)s: %(before)s → %(after)s", field=field, before=before, after=after)

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, list):
            return ", ".join(OWN_NAMES.get(str(each), str(each)) for each in value) or "–"
        text = str(value or "")
        match name:
            case "role":
                return self._say.role(text)
            case "region" if text:
                return self._say.region(text)
            case "registration" if text in REGISTRATIONS:
                return self._reader.text(REGISTRATIONS[text])
            case "federation_mode" if text in MODES:
                return self._reader.text(MODES[text])
        return text or "–"
