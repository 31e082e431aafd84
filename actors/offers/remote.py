"""Offers and needs of other servers: who may write them, and what never gets in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors.arrivals import check_arrival, is_news, plausible
from actors.offers.checks import columns
from actors.offers.drafts import RemoteOffer
from actors.offers.life import erase
from actors.offers.tables import Offer
from actors.people import Actor
from actors.refusals import Refused
from actors.tags import retag


def record_remote(
    session: Session, author: Actor, draft: RemoteOffer, *, shown: bool, now: datetime, revised: bool = False
) -> Offer:
    """Keep `author`'s offer or need; a known IRI is updated when `draft` is newer than what we hold.

    A copy that is not newer changes nothing. `revised` says that it came as an Update: then a document without
    `updated` counts as new. `shown` matters for a new one only.

    Raises:
        Refused: "ours", "not-the-author", "author-suspended", "host-blocked", "gone", "kind-changed".
    """
    known = check_arrival(session, author, draft.iri, draft.author_iri)
    if known.event_id is not None or known.post_id is not None:
        raise Refused("kind-changed", iri=draft.iri)
    said_at = plausible(draft.updated_at, now)
    if known.offer_id is not None:
        offer = session.get_one(Offer, known.offer_id)
        if offer.group_id != author.id:
            raise Refused("not-the-author", iri=draft.iri, by=author.iri)
        if not is_news(offer.updated_at, said_at, revised=revised):
            return offer
        for name, value in _said(draft).items():
            setattr(offer, name, value)
        offer.updated_at = said_at or now
    else:
        published_at = plausible(draft.published_at, now) or now
        offer = Offer(
            iri=draft.iri,
            local=False,
            shown=shown,
            group_id=author.id,
            published_at=published_at,
            updated_at=max(published_at, said_at or published_at),
            **_said(draft),
        )
        session.add(offer)
    offer.received_at = now
    if draft.finished and offer.closed_at is None:
        offer.closed_at = now
    session.flush()
    retag(session, "offer", offer.id, offer.tags, offer.published_at)
    return offer


def delete_remote(session: Session, offer: Offer, author: Actor, *, now: datetime) -> None:
    """Take away what its author took away. Raises Refused "ours", "not-the-author"."""
    if offer.local:
        raise Refused("ours", iri=offer.iri)
    if offer.group_id != author.id:
        raise Refused("not-the-author", iri=offer.iri, by=author.iri)
    erase(session, offer, now=now)


def expire_remote(session: Session, now: datetime) -> int:
    """Close the offers and needs of others whose time is over, since nobody will tell us; how many there were."""
    over = (
        update(Offer)
        .where(~Offer.local, Offer.deleted_at.is_(None), Offer.status.in_(("open", "talks")), Offer.expires_at <= now)
        .values(status="expired", finished=True, closed_at=now)
    )
    return session.connection().execute(over).rowcount


def show(session: Session, offer: Offer) -> None:
    """Let everybody see it (a moderator's yes). Raises Refused "gone"."""
    if offer.deleted_at is not None:
        raise Refused("gone", iri=offer.iri)
    offer.shown = True
    session.flush()


def hide(session: Session, offer: Offer) -> None:
    """Let nobody see it."""
    offer.shown = False
    session.flush()


def _said(draft: RemoteOffer) -> dict[str, Any]:
    return columns(draft.draft, None) | {
        "content": draft.content,
        "text": "",
        "url": draft.url,
        "finished": draft.finished,
        "status": draft.status or ("filled" if draft.finished else "open"),
        "context_iri": draft.context_iri,
        "document": dict(draft.document),
    }
