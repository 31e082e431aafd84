"""What a draft of an offer or a need may hold, and the draft as columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actors.offers.drafts import OfferDraft
from actors.places import check_place, place_columns
from actors.refusals import Refused
from actors.rules import (
    ATTACHMENTS,
    LINE_CHARS,
    TAGS,
    TEXT_CHARS,
    TITLE_CHARS,
    check_amounts,
    check_choice,
    check_counts,
    check_currency,
    check_languages,
    check_span,
)
from actors.tags import TAG_CHARS
from actors.texts import check_texts
from actors.writing import render

PURPOSES = {"offer": "offers", "request": "needs"}
"""Purpose -> the part of the address that says it."""
MODES = ("onsite", "remote", "both")
PAYS = ("paid", "barter", "volunteer", "discuss")
ACTIONS = ("deliverService", "transfer")
VISIBILITIES = ("public", "members", "group")
CONTACTS = ("reply", "mail", "phone", "web")


def columns(draft: OfferDraft, language: str | None) -> dict[str, Any]:
    """`draft` as columns; `language` where the draft does not say its own."""
    return place_columns(draft.place) | {
        "purpose": draft.purpose,
        "title": draft.title.strip(),
        "text": draft.text,
        "content": render(draft.text).html,
        "language": draft.language or language,
        "title_map": dict(draft.title_map),
        "text_map": dict(draft.text_map),
        "tags": list(dict.fromkeys(tag.removeprefix("#") for tag in draft.tags)),
        "concept_iris": list(draft.concept_iris),
        "attachments": [dict(one) for one in draft.attachments],
        "mode": draft.mode,
        "begins_at": draft.begins_at,
        "ends_at": draft.ends_at,
        "expires_at": draft.expires_at,
        "action": draft.action,
        "quantity": draft.quantity,
        "unit": draft.unit,
        "available_quantity": draft.available_quantity,
        "minimum_quantity": draft.minimum_quantity,
        "unit_based": draft.unit_based,
        "pay": draft.pay,
        "pay_amount": draft.pay_amount,
        "pay_amount_to": draft.pay_amount_to,
        "pay_currency": draft.pay_currency,
        "pay_unit": draft.pay_unit,
        "reciprocal": dict(draft.reciprocal) if draft.reciprocal else None,
        "urgent": draft.urgent,
        "work_languages": list(draft.work_languages),
        "contact": draft.contact,
        "contact_address": draft.contact_address,
        "provider_iri": draft.provider_iri,
        "visibility": draft.visibility,
    }


def check_draft(draft: OfferDraft, now: datetime) -> None:
    """See that every field holds what it may. Raises Refused as `life.post`."""
    check_choice("purpose", draft.purpose, PURPOSES)
    check_choice("mode", draft.mode, MODES)
    check_choice("pay", draft.pay, PAYS)
    check_choice("action", draft.action, ACTIONS)
    check_choice("visibility", draft.visibility, VISIBILITIES)
    check_choice("contact", draft.contact, CONTACTS)
    if not draft.title.strip() and not draft.draft:
        raise Refused("title-missing")
    check_texts("title", draft.title, draft.title_map, TITLE_CHARS)
    check_texts("text", draft.text, draft.text_map, TEXT_CHARS)
    check_languages(draft.language, *draft.title_map, *draft.text_map, *draft.work_languages)
    check_currency(draft.pay_currency)
    check_texts("unit", draft.unit or "", {"pay": draft.pay_unit or ""}, 64)
    check_texts("contact", draft.contact_address or "", {"provider": draft.provider_iri or ""}, LINE_CHARS)
    check_texts("tags", "", {tag: tag for tag in draft.tags}, TAG_CHARS)
    check_counts(tags=(len(draft.tags), TAGS), attachments=(len(draft.attachments), ATTACHMENTS))
    check_amounts(
        quantity=draft.quantity,
        available_quantity=draft.available_quantity,
        minimum_quantity=draft.minimum_quantity,
        pay_amount=draft.pay_amount,
        pay_amount_to=draft.pay_amount_to,
    )
    check_span(draft.begins_at, draft.ends_at)
    check_place(draft.place)
    if draft.expires_at is not None and draft.expires_at <= now and not draft.draft:
        raise Refused("closes-in-the-past", closes=draft.expires_at.isoformat())
