"""An offer or a need of ours as the draft that would make it, to change a part of it."""

from __future__ import annotations

from actors.offers.drafts import OfferDraft
from actors.offers.tables import Offer
from actors.places import place_of


def draft_of(offer: Offer) -> OfferDraft:
    """The draft as it was given when `offer` was written or last changed."""
    return OfferDraft(
        purpose=offer.purpose,
        title=offer.title,
        text=offer.text,
        language=offer.language,
        title_map=offer.title_map,
        text_map=offer.text_map,
        tags=tuple(offer.tags),
        concept_iris=tuple(offer.concept_iris),
        attachments=tuple(offer.attachments),
        place=place_of(offer.place, offer.region, offer.latitude, offer.longitude),
        mode=offer.mode,
        begins_at=offer.begins_at,
        ends_at=offer.ends_at,
        expires_at=offer.expires_at,
        action=offer.action,
        quantity=offer.quantity,
        unit=offer.unit,
        available_quantity=offer.available_quantity,
        minimum_quantity=offer.minimum_quantity,
        unit_based=offer.unit_based,
        pay=offer.pay,
        pay_amount=offer.pay_amount,
        pay_amount_to=offer.pay_amount_to,
        pay_currency=offer.pay_currency,
        pay_unit=offer.pay_unit,
        reciprocal=offer.reciprocal,
        urgent=offer.urgent,
        work_languages=tuple(offer.work_languages),
        contact=offer.contact,
        contact_address=offer.contact_address,
        provider_iri=offer.provider_iri,
        visibility=offer.visibility,
        draft=offer.status == "draft",
    )
