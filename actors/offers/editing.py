"""An offer or a need of ours as the draft that would make it, to change a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actors.offers.drafts import OfferDraft
from actors.offers.tables import Offer
from actors.places import place_of
from actors.trades import scheme


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


VERSIONS = ("nl", "fr", "en", "de")
"""Languages in which the form asks for a version."""


def kept_with(before: OfferDraft, typed: OfferDraft) -> OfferDraft:
    """`typed`, from a form that asks a part of what an offer is, with the rest as it was `before`."""
    was, now = before.place, typed.place
    if was is not None and now is not None and (was.name or was.locality, was.region) == (now.name, now.region):
        now = replace(was, latitude=now.latitude, longitude=now.longitude)
    return replace(
        before,
        title=typed.title,
        text=typed.text,
        language=typed.language,
        tags=typed.tags,
        concept_iris=(*typed.concept_iris, *(iri for iri in before.concept_iris if scheme().get(iri) is None)),
        place=now,
        mode=typed.mode,
        begins_at=typed.begins_at,
        ends_at=typed.ends_at,
        expires_at=typed.expires_at,
        quantity=typed.quantity,
        unit=typed.unit or before.unit,
        pay=typed.pay,
        pay_amount=typed.pay_amount,
        pay_amount_to=typed.pay_amount_to,
        pay_currency=typed.pay_currency,
        pay_unit=typed.pay_unit,
        urgent=typed.urgent,
        work_languages=typed.work_languages,
        provider_iri=typed.provider_iri,
        title_map=_unasked(before.title_map) | dict(typed.title_map),
        text_map=_unasked(before.text_map) | dict(typed.text_map),
        contact=typed.contact,
        contact_address=typed.contact_address,
        visibility=typed.visibility,
        draft=typed.draft,
    )


def _unasked(versions: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in versions.items() if code not in VERSIONS}
