"""Keeping cards and terms, in the transaction that writes an offer or a need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from actors.matches.cards import Card, card_of
from actors.matches.tables import TERM_CHARS, MatchCard, MatchTerm
from actors.offers import Offer
from actors.statements import Prepared, sole_table

_CARDS, _TERMS = sole_table(MatchCard), sole_table(MatchTerm)
_NEW_CARD = Prepared(insert(_CARDS), [column.name for column in _CARDS.c])
_NEW_TERM = Prepared(insert(_TERMS), [column.name for column in _TERMS.c])
_CARD_GONE = delete(_CARDS).where(_CARDS.c.offer_id == bindparam("an_id"))
_TERMS_GONE = delete(_TERMS).where(_TERMS.c.offer_id == bindparam("an_id"))
_READ = Prepared(select(_CARDS).where(_CARDS.c.offer_id.in_(bindparam("ids", expanding=True))))
_COLUMNS = [column.name for column in _CARDS.c]
SWEPT_TOGETHER = 500
WORD_WEIGHT = 0.1
"""What a word of the title counts among terms; concepts go from 0 to 1."""


def writer_of(offer: Offer) -> str | None:
    """Who wrote it here: `m7` a member, `a7` an account elsewhere; None for what came from another server."""
    if offer.member_id is not None:
        return f"m{offer.member_id}"
    return f"a{offer.writer_id}" if offer.writer_id is not None else None


def is_matched(offer: Offer, now: datetime) -> bool:
    """Whether it takes part: open, and not for one group alone."""
    return (
        offer.deleted_at is None
        and offer.shown
        and offer.status in ("open", "talks")
        and offer.visibility != "group"
        and (offer.expires_at is None or offer.expires_at > now)
    )


def keep(session: Session, offer: Offer, *, wide: bool = False) -> Card:
    """Write the card and the terms of `offer`, which takes part, anew; `wide`: it is offered to the whole country."""
    drop(session, offer.id)
    card = replace(card_of(offer), wide=wide)
    _NEW_CARD.rows(
        session,
        {
            "offer_id": offer.id,
            "purpose": offer.purpose,
            "author_id": offer.group_id,
            "writer": writer_of(offer),
            "concepts": dict(card.concepts),
            "stems": f"{' '.join(sorted(card.heads))}|{' '.join(sorted(card.stems - card.heads))}",
            "region": card.region,
            "latitude": card.latitude,
            "longitude": card.longitude,
            "mode": card.mode,
            "wide": card.wide,
            "begins_at": card.begins_at,
            "ends_at": card.ends_at,
            "expires_at": offer.expires_at,
            "pay": card.pay,
            "languages": " ".join(sorted(card.languages))[:64],
        },
    )
    area, purpose = card.area, offer.purpose
    terms = {iri[:TERM_CHARS]: weight for iri, weight in card.concepts.items()}
    terms |= {stem[:TERM_CHARS]: WORD_WEIGHT for stem in card.heads}
    rows = [
        {"term": term, "purpose": purpose, "offer_id": offer.id, "area": area, "weight": weight}
        for term, weight in terms.items()
    ]
    if rows:
        _NEW_TERM.insert_many(session, rows)
    return card


def drop(session: Session, offer_id: int) -> None:
    """Nothing of it is compared any more."""
    connection = session.connection()
    connection.execute(_TERMS_GONE, {"an_id": offer_id})
    connection.execute(_CARD_GONE, {"an_id": offer_id})


def read(session: Session, ids: list[int]) -> dict[int, tuple[Card, str | None, int, datetime | None]]:
    """The cards of these: by id the card, who wrote it, who published it, and when it runs out."""
    if not ids:
        return {}
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in _READ.rows(session, {"ids": ids}))
    return {row["offer_id"]: (_card(row), row["writer"], row["author_id"], row["expires_at"]) for row in rows}


def leading_concepts(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """By item, the concept that it is most about; what has none is missing."""
    cards = read(session, list(ids))
    return {
        offer_id: max(card.concepts, key=lambda iri: (card.concepts[iri], iri))
        for offer_id, (card, *_) in cards.items()
        if card.concepts
    }


def sweep(session: Session, now: datetime, most: int = SWEPT_TOGETHER) -> int:
    """Drop the cards of what has ended in another way than by an order about itself; how many, at most `most`."""
    stale = or_(
        Offer.deleted_at.is_not(None),
        ~Offer.shown,
        Offer.status.not_in(("open", "talks")),
        Offer.expires_at <= now,
    )
    query = select(MatchCard.offer_id).join(Offer, Offer.id == MatchCard.offer_id).where(stale).limit(most)
    ids = session.scalars(query).all()
    for offer_id in ids:
        drop(session, offer_id)
    return len(ids)


def _card(row: dict[str, Any]) -> Card:
    heads, _, others = str(row["stems"]).partition("|")
    in_title = frozenset(heads.split())
    return Card(
        purpose=row["purpose"],
        concepts=row["concepts"],
        stems=in_title | frozenset(others.split()),
        heads=in_title,
        region=row["region"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        mode=row["mode"],
        wide=bool(row["wide"]),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        pay=row["pay"],
        languages=frozenset(str(row["languages"]).split()),
    )
