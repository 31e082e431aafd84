"""Changing a profile: what is checked, what is remembered of a consent, what can be found from then on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.people.profile.fields import FIELDS, LEVELS, NOBODY, level_of
from actors.people.profile.tables import Consent, Findable
from actors.people.tables import Member
from actors.refusals import Refused
from fediverse.errors import Malformed
from fediverse.hosts import parse_iri

NAME_CHARS = 100
TEXT_CHARS = 2_000
TRADES, TRADE_CHARS = 10, 60
LINKS, LINK_CHARS = 6, 500
LANGUAGES = 12
CONSENTS = ("byline", "discoverable", "indexable")
SEARCHED = ("name", "about", "trades", "seeking", "region", "speaks")

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDraft:
    """A profile as its member writes it; texts are plain."""

    name: str
    about: str = ""
    seeking: str = ""
    trades: tuple[str, ...] = ()
    region: str | None = None
    speaks: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    byline: bool = False
    discoverable: bool = False
    indexable: bool = False


def draft_of(member: Member) -> ProfileDraft:
    """The profile as it stands."""
    return ProfileDraft(
        name=member.name,
        about=member.about,
        seeking=member.seeking,
        trades=tuple(member.trades),
        region=member.region,
        speaks=tuple(member.speaks),
        links=tuple(link["url"] for link in member.links),
        shown={each: level_of(member.shown, each) for each in FIELDS},
        byline=member.byline,
        discoverable=member.discoverable,
        indexable=member.indexable,
    )


def change(session: Session, member_id: int, draft: ProfileDraft, *, now: datetime) -> Member:
    """The profile is `draft` from now on. Links that stay keep their confirmation.

    Raises:
        Refused: "name-missing", "too-long", "too-many", "unreadable-character", "unknown-language",
            "region-unknown", "link-malformed", "level-unknown"; `field` says where.
    """
    _check(draft)
    member = session.get_one(Member, member_id)
    confirmed = {link["url"]: link for link in member.links}
    member.name = draft.name.strip()
    member.about, member.seeking = draft.about.strip(), draft.seeking.strip()
    member.trades = list(dict.fromkeys(trade.strip() for trade in draft.trades if trade.strip()))
    member.region = draft.region or None
    member.speaks = list(dict.fromkeys(draft.speaks))
    member.links = [confirmed.get(url, {"url": url}) for url in dict.fromkeys(draft.links)]
    member.shown = {each: draft.shown[each] for each in FIELDS if each in draft.shown}
    for what in CONSENTS:
        agree(session, member, what, given=getattr(draft, what), now=now)
    make_findable(session, member)
    session.flush()
    return member


def agree(session: Session, member: Member, what: str, *, given: bool, now: datetime | None = None) -> None:
    """Keep that the member says yes or no to `what`, with the time; saying the same again is nothing new."""
    if what in CONSENTS:
        if getattr(member, what) == given:
            return
        setattr(member, what, given)
    session.add(Consent(member_id=member.id, what=what, given=given, at=now or utc_now()))
    session.flush()


def confirm_link(session: Session, member_id: int, url: str, *, links_back: bool, now: datetime) -> bool:
    """Keep what was seen at `url`: that it links back to the member, or that it does not; whether that is news."""
    member = session.get_one(Member, member_id)
    found = [link for link in member.links if link["url"] == url]
    if not found or ("confirmed" in found[0]) == links_back:
        return False
    seen = {"url": url} | ({"confirmed": now.isoformat(timespec="seconds")} if links_back else {})
    member.links = [seen if link["url"] == url else link for link in member.links]
    session.flush()
    return True


def make_findable(session: Session, member: Member) -> None:
    """Write the words by which the member is found; none without consent, and none of what is hidden."""
    session.execute(delete(Findable).where(Findable.member_id == member.id))
    if not member.discoverable:
        return
    held: dict[str, str] = {
        "name": fold(member.name),
        "about": fold(member.about),
        "trades": fold("\n".join(member.trades)),
        "seeking": fold(member.seeking),
        "region": member.region or "",
        "speaks": f" {' '.join(member.speaks)} " if member.speaks else "",
    }
    for each in SEARCHED:
        level = level_of(member.shown, each)
        if held[each] and level != NOBODY:
            session.add(Findable(member_id=member.id, field=each, level=level, text=held[each]))


def fold(text: str) -> str:
    """`text` without capitals and accents: «Éric» and «eric» are found by one another."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def _check(draft: ProfileDraft) -> None:
    if not draft.name.strip():
        raise Refused("name-missing", field="name")
    limits = {"name": NAME_CHARS, "about": TEXT_CHARS, "seeking": TEXT_CHARS}
    texts = [(each, getattr(draft, each), limit) for each, limit in limits.items()]
    texts += [("trades", trade, TRADE_CHARS) for trade in draft.trades]
    texts += [("links", link, LINK_CHARS) for link in draft.links]
    for where, text, limit in texts:
        if len(text) > limit:
            raise Refused("too-long", field=where, limit=limit, chars=len(text))
        if _UNREADABLE.search(text):
            raise Refused("unreadable-character", field=where)
    counts = {"trades": TRADES, "links": LINKS, "speaks": LANGUAGES}
    for where, most in counts.items():
        if len(getattr(draft, where)) > most:
            raise Refused("too-many", field=where, limit=most, count=len(getattr(draft, where)))
    _check_codes(draft)
    if draft.region and _REGION.fullmatch(draft.region) is None:
        raise Refused("region-unknown", field="region")
    for link in draft.links:
        _check_link(link)


def _check_codes(draft: ProfileDraft) -> None:
    for code in draft.speaks:
        if _LANGUAGE.fullmatch(code) is None:
            raise Refused("unknown-language", field="speaks", language=code[:20])
    for each, level in draft.shown.items():
        if each not in FIELDS or level not in LEVELS:
            raise Refused("level-unknown", field="shown", word=level)


def _check_link(url: str) -> None:
    try:
        iri = parse_iri(url)
    except Malformed as error:
        raise Refused("link-malformed", field="links") from error
    if iri.scheme != "https" and not url.startswith("http://localhost"):
        raise Refused("link-malformed", field="links")
