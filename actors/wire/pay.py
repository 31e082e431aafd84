"""What stands against an offer or a need: FEP-0837's `reciprocal`, and our own terms for what that cannot say.

An amount of money is an Intent of FEP-0837, and so is a thing in return. That something is a barter or done for
nothing, a range and «per day» have no words there. Our terms say only what `reciprocal` does not say already.

Source: FEP-0837; FEDERATION.md («Our own terms»).
"""

from __future__ import annotations

import re
from typing import Any

from actors.offers import Offer
from actors.offers.checks import PAYS
from actors.wire import composing, reading
from fediverse.html import shown_name
from fediverse.limits import Limits
from fediverse.types import Intent, Object, Proposal
from fediverse.vocabulary import read, write

CURRENCIES = {
    "EUR": "https://www.wikidata.org/wiki/Q4916",
    "USD": "https://www.wikidata.org/wiki/Q4917",
    "GBP": "https://www.wikidata.org/wiki/Q25224",
    "CHF": "https://www.wikidata.org/wiki/Q25344",
}
FLOHMARKT = "flohmarkt:data"
UNIT_CHARS = 64
_CURRENCY_OF = {iri: code for code, iri in CURRENCIES.items()} | {
    iri.replace("https://www.wikidata.org/wiki/", "http://www.wikidata.org/entity/"): code
    for code, iri in CURRENCIES.items()
}
_CODE = re.compile(r"[A-Z]{3}")


def pay_terms(offer: Offer) -> dict[str, Any]:
    """The attributes of the Note that say what stands against `offer`."""
    reciprocal = _reciprocal(offer)
    said = _said_by(reciprocal)
    differing = {
        "pay_kind": (offer.pay, said.get("pay", "discuss")),
        "pay_amount": (offer.pay_amount, said.get("pay_amount")),
        "pay_currency": (offer.pay_currency, said.get("pay_currency")),
        "pay_amount_to": (offer.pay_amount_to, None),
        "pay_unit": (offer.pay_unit, None),
    }
    own = {name: kept for name, (kept, elsewhere) in differing.items() if kept != elsewhere}
    return {"reciprocal": reciprocal, **own}


def pay_of(obj: Object, limits: Limits) -> dict[str, Any]:
    """What stands against it, as fields of the draft: from `reciprocal` and our terms, or from Flohmarkt's price."""
    data = obj.extra.get(FLOHMARKT)
    if isinstance(data, dict):
        price = str(data.get("price") or "").replace(",", ".")
        found = reading.DECIMAL.search(price[:100])
        return {"pay": "paid", "pay_amount": found[0], "pay_currency": "EUR"} if found else {}
    said = _said_by(getattr(obj, "reciprocal", None))
    if isinstance(obj, Proposal):
        if obj.pay_kind in PAYS:
            said["pay"] = obj.pay_kind
        for field, amount in (("pay_amount", obj.pay_amount), ("pay_amount_to", obj.pay_amount_to)):
            if amount is not None and reading.DECIMAL.fullmatch(amount):
                said[field] = amount
        if obj.pay_currency is not None and _CODE.fullmatch(obj.pay_currency):
            said["pay_currency"] = obj.pay_currency
        if obj.pay_unit is not None and (unit := shown_name(obj.pay_unit, limits)[:UNIT_CHARS].rstrip()):
            said["pay_unit"] = unit
    return said


def _reciprocal(offer: Offer) -> Intent | None:
    """What is given in return, as far as FEP-0837 has a word for it: an amount in a currency that others know too."""
    if offer.reciprocal is not None:
        kept = read({**offer.reciprocal, "type": "Intent"}, Limits())
        return kept if isinstance(kept, Intent) else None
    currency = CURRENCIES.get(offer.pay_currency or "EUR")
    if offer.pay != "paid" or offer.pay_amount is None or currency is None:
        return None
    return Intent(
        id=f"{offer.iri}#reciprocal",
        action="transfer",
        resource_conforms_to=currency,
        resource_quantity=composing.measure(offer.pay_amount, "one"),
    )


def _said_by(reciprocal: object) -> dict[str, Any]:
    """What `reciprocal` alone says: an amount of money is pay, anything else a barter."""
    if not isinstance(reciprocal, Intent):
        return {}
    currency = _CURRENCY_OF.get(reciprocal.resource_conforms_to or "")
    amount = reading.amount(reciprocal.resource_quantity)
    if currency is not None and amount is not None:
        return {"pay": "paid", "pay_amount": amount, "pay_currency": currency}
    return {"pay": "barter", "reciprocal": dict(write(reciprocal))}
