"""Offers and needs in the index of the search: written there whenever the row is, whoever wrote it.

This hangs on the row itself and not on the orders, of which there are many: what is published, changed, hidden, closed
or erased anywhere is found, or found no more, from the same commit on.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, select

from actors.offers.tables import Offer
from actors.people.tables import Actor
from actors.search.authors import Author, author_of
from actors.search.keeping import Entry, drop
from actors.search.rebuilding import Family
from actors.statements import sole_table
from actors.trades import scheme
from fediverse.html import text_of

_KINDS = {"offer": "offer", "request": "need"}
_SHOWN_TO_NOBODY = ("draft", "waiting")
_ENDED = ("filled", "withdrawn", "expired")


def entry_of(offer: Any, author: Author) -> Entry | None:
    """The offer (or its row) as it is to be found; None for what nobody may find."""
    audience = author.found_by(offer.visibility)
    if offer.deleted_at is not None or not offer.shown or offer.status in _SHOWN_TO_NOBODY or audience is None:
        return None
    texts = [(text_of(offer.content), offer.language)]
    texts += [(text, language) for language, text in offer.text_map.items() if language != offer.language]
    texts += [(" ".join((offer.place_name or "", *offer.tags)), None)]
    return Entry(
        family="offer",
        item_id=offer.id,
        kind=_KINDS[offer.purpose],
        at=offer.published_at,
        titles=[(offer.title, offer.language), *((title, code) for code, title in offer.title_map.items())],
        texts=texts,
        author_id=author.id,
        host=author.host,
        audience=audience,
        in_sight=author.in_sight,
        open=offer.status not in _ENDED,
        until=offer.expires_at,
        begins_at=offer.begins_at,
        ends_at=offer.ends_at,
        mode=offer.mode,
        pay=offer.pay,
        concepts=tuple(offer.concept_iris),
        broader=[wider for iri in offer.concept_iris for wider in scheme().broader_closure(iri)],
        place=offer.place_name,
        region=offer.region,
        latitude=offer.latitude,
        longitude=offer.longitude,
        languages=(offer.language or "", *offer.title_map),
    )


def _entry_for(connection: Connection, offer: Any) -> Entry | None:
    return entry_of(offer, author_of(connection, offer.group_id))


_TABLE = sole_table(Offer)
FINDABLE = Family("offer", select(_TABLE), _TABLE.c.id, _entry_for, _TABLE.c.group_id)


@event.listens_for(Offer, "after_insert")
@event.listens_for(Offer, "after_update")
def _written(_mapper: object, connection: Connection, offer: Offer) -> None:
    FINDABLE.index(connection, offer)


@event.listens_for(Offer, "after_delete")
def _deleted(_mapper: object, connection: Connection, offer: Offer) -> None:
    drop(connection, FINDABLE.name, offer.id)


@event.listens_for(Actor, "after_update")
def _author_changed(_mapper: object, connection: Connection, actor: Actor) -> None:
    FINDABLE.follow_author(connection, actor)
