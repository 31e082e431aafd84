"""Offers and needs of other servers: who may write them, and what never gets in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actors.offers.drafts import RemoteOffer
from actors.offers.tables import Offer
from actors.people import Actor


def record_remote(
    session: Session, author: Actor, draft: RemoteOffer, *, shown: bool, now: datetime, revised: bool = False
) -> Offer:
    """Keep `author`'s offer or need; a known IRI is updated when `draft` is newer than what we hold.

    A copy that is not newer changes nothing. `revised` says that it came as an Update: then a document without
    `updated` counts as new. `shown` matters for a new one only.

    Raises:
        Refused: "ours", "not-the-author", "author-suspended", "host-blocked", "gone", "kind-changed".
    """
    raise NotImplementedError


def delete_remote(session: Session, offer: Offer, author: Actor, *, now: datetime) -> None:
    """Take away what its author took away. Raises Refused "ours", "not-the-author"."""
    raise NotImplementedError


def show(session: Session, offer: Offer) -> None:
    """Let everybody see it (a moderator's yes)."""
    raise NotImplementedError


def hide(session: Session, offer: Offer) -> None:
    """Let nobody see it."""
    raise NotImplementedError
