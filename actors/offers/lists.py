"""What a reader may see of offers and needs, as views: what is for everybody, and a private group's for its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import Session

from actors.answers import answers_of_items, talks_about
from actors.database import utc_now
from actors.lists import authority_of, authors, circle, in_sight, is_in_sight, living, may_read, private_group
from actors.offers.tables import INSIDE, OPEN, OWN, Offer
from actors.people import Actor, actor_line, in_language, other_languages
from actors.tags import Tagged, fold
from actors.views import Mode, OfferLine, OfferPage, OfferStatus, Pay, PayKind, Purpose, Quantity, Viewer
from actors.writing import render

CLOSED_STAYS = timedelta(days=14)
"""How long a closed one stays in the feeds."""

_COLUMN = {Purpose.OFFER: "offer", Purpose.NEED: "request"}
_PURPOSE = {value: purpose for purpose, value in _COLUMN.items()}


def latest(
    session: Session,
    *,
    purpose: Purpose,
    group_iri: str | None = None,
    language: str,
    limit: int = 6,
    now: datetime | None = None,
    viewer: Viewer | None = None,
) -> list[OfferLine]:
    """Open ones, newest first; with `group_iri` that group's and those of the actors it follows.

    Of a private group those who take part in it are shown what it says to them.
    """
    stands = and_(Offer.purpose == _COLUMN[purpose], _still_stands(now or utc_now()))
    open_now = and_(text(OPEN), stands)
    rows = select(Offer.id, Actor.host).select_from(Actor)
    if group_iri is None:
        rows = rows.join(Offer, Offer.group_id == Actor.id).where(living(), open_now)
    else:
        # One walk of the index for each actor of the circle, instead of sorting all that they ever published.
        newest = (
            select(Offer.id)
            .where(Offer.group_id == Actor.id, open_now)
            .order_by(Offer.published_at.desc())
            .limit(limit)
            .correlate(Actor)
        )
        rows = rows.join(Offer, Offer.id.in_(newest)).where(living(), Actor.id.in_(circle(session, group_iri)))
    found = _load(session, in_sight(session, rows.order_by(Offer.published_at.desc(), Offer.id.desc()), limit))
    if (inside := private_group(session, group_iri, viewer)) is not None:
        own = select(Offer).where(Offer.group_id == inside, text(INSIDE), stands, Offer.status.in_(("open", "talks")))
        found += session.scalars(own.order_by(Offer.published_at.desc()).limit(limit))
        found = sorted(found, key=lambda offer: (offer.published_at, offer.id), reverse=True)[:limit]
    return lines_of(session, found, language)


def page(session: Session, iri: str, *, language: str, viewer: Viewer | None = None) -> OfferPage | None:
    """One offer or need with everything that its page shows; None when there is nothing to show this reader."""
    offer = session.scalar(
        select(Offer).where(Offer.iri == iri, Offer.deleted_at.is_(None), Offer.shown, Offer.status != "draft")
    )
    if offer is None or not may_read(session, offer.visibility, offer.group_id, viewer):
        return None
    author = session.get_one(Actor, offer.group_id)
    return pages_of(session, [offer], language)[0] if is_in_sight(session, author) else None


def pages(
    session: Session,
    *,
    purpose: Purpose | None = None,
    group_iri: str | None = None,
    language: str,
    limit: int = 20,
    now: datetime | None = None,
) -> list[OfferPage]:
    """Our own ones, newest change first, closed ones for two weeks (for the feeds)."""
    rows = select(Offer).where(
        text(OWN), or_(Offer.closed_at.is_(None), Offer.closed_at > (now or utc_now()) - CLOSED_STAYS)
    )
    if purpose is not None:
        rows = rows.where(Offer.purpose == _COLUMN[purpose])
    if group_iri is not None:
        rows = rows.where(Offer.group_id == select(Actor.id).where(Actor.iri == group_iri).scalar_subquery())
    rows = rows.order_by(Offer.updated_at.desc(), Offer.id.desc()).limit(limit)
    return pages_of(session, list(session.scalars(rows)), language)


def tagged(
    session: Session, tag: str, *, language: str, limit: int = 20, now: datetime | None = None
) -> list[OfferLine]:
    """Open ones that carry `tag`, newest first."""
    rows = (
        select(Offer.id, Actor.host)
        .join(Tagged, and_(Tagged.kind == "offer", Tagged.item_id == Offer.id))
        .join(Actor, Actor.id == Offer.group_id)
        .where(living(), Tagged.tag == fold(tag), text(OPEN), _still_stands(now or utc_now()))
        .order_by(Tagged.at.desc(), Tagged.item_id.desc())
    )
    return lines_of(session, _load(session, in_sight(session, rows, limit)), language)


def _still_stands(now: datetime) -> ColumnElement[bool]:
    return or_(Offer.expires_at.is_(None), Offer.expires_at > now)


def _load(session: Session, ids: list[int]) -> list[Offer]:
    found = {offer.id: offer for offer in session.scalars(select(Offer).where(Offer.id.in_(ids)))} if ids else {}
    return [found[each] for each in ids if each in found]


def lines_by_id(session: Session, ids: list[int], language: str) -> dict[int, OfferLine]:
    """The lines of the rows with these ids, which the reader may see; what is gone is missing."""
    rows = _load(session, ids)
    return {row.id: line for row, line in zip(rows, lines_of(session, rows, language), strict=True)}


def pages_by_id(session: Session, ids: list[int], language: str) -> list[OfferPage]:
    """Those with these ids and their texts, in this order; as `lines_by_id`."""
    return pages_of(session, _load(session, ids), language)


def lines_of(session: Session, offers: list[Offer], language: str) -> list[OfferLine]:
    """As lists show them, in this order."""
    groups = authors(session, {offer.group_id for offer in offers})
    answers = answers_of_items(session, [offer.iri for offer in offers])
    talks = talks_about(session, [offer.id for offer in offers if offer.status == "talks" and offer.id is not None])
    return [
        _line(offer, groups[offer.group_id], answers.get(offer.iri, 0), talks.get(offer.id, 0), language)
        for offer in offers
    ]


def _line(offer: Offer, group: Actor, answers: int, talks: int, language: str) -> OfferLine:
    return OfferLine(
        iri=offer.iri,
        purpose=_PURPOSE[offer.purpose],
        title=in_language(offer.title, offer.title_map, offer.language, language),
        author=actor_line(group, language),
        status=OfferStatus(offer.status),
        published_at=offer.published_at,
        updated_at=offer.updated_at,
        url=offer.url or offer.iri,
        host=authority_of(group),
        place=offer.place_name,
        region=offer.region,
        mode=Mode(offer.mode),
        begins_at=offer.begins_at,
        ends_at=offer.ends_at,
        expires_at=offer.expires_at,
        quantity=Quantity(offer.quantity, offer.unit or "one") if offer.quantity else None,
        pay=Pay(
            PayKind(offer.pay),
            amount=offer.pay_amount,
            amount_to=offer.pay_amount_to,
            currency=offer.pay_currency,
            per=offer.pay_unit,
        ),
        urgent=offer.urgent,
        work_languages=tuple(offer.work_languages),
        talks=talks,
        answers=answers,
        contact=offer.contact,
        contact_address=offer.contact_address,
        visibility=offer.visibility,
    )


def pages_of(session: Session, offers: list[Offer], language: str) -> list[OfferPage]:
    """As their pages show them; what is kept nowhere yet, too (`sketch`)."""
    people = {
        person.iri: person
        for person in session.scalars(
            select(Actor).where(Actor.iri.in_({offer.provider_iri for offer in offers if offer.provider_iri}))
        )
    }
    return [
        OfferPage(
            line=line,
            text_html=_html(offer, line.title.language),
            tags=tuple(offer.tags),
            concept_iris=tuple(offer.concept_iris),
            by=actor_line(people[offer.provider_iri]) if offer.provider_iri in people else None,
            other_languages=other_languages(line.title.language, offer.language, offer.title_map, offer.text_map),
        )
        for offer, line in zip(offers, lines_of(session, offers, language), strict=True)
    ]


def _html(offer: Offer, language: str | None) -> str:
    source = offer.text_map.get(language or "") if offer.local and language != offer.language else None
    return offer.content if source is None else render(source).html
