"""What actors publish: posts, polls, and FEP-0837 offers and needs.

An offer or a need is a `Note` with `purpose` and `publishes`; readers without FEP-0837 show the note.
`Proposal` is the same under its own name, as Mitra and Bonfire send it.

Source: FEP-0837; FEP-9967 (polls); interop.md §2.
"""

from dataclasses import dataclass
from datetime import datetime

from fediverse.documents import JSON
from fediverse.types.objects import Object
from fediverse.types.terms import Shape, term


@dataclass(frozen=True, kw_only=True)
class Measure(Object):
    """How much of what. The value stays a string, as it is sent (`"2"`, `"0.5"`)."""

    has_unit: str | None = term("hasUnit", Shape.WORD)
    has_numerical_value: str | None = term("hasNumericalValue", Shape.DECIMAL)


@dataclass(frozen=True, kw_only=True)
class Intent(Object):
    """One side of an offer or need. `provider` gives, `receiver` takes; usually one is known."""

    type: str = "Intent"
    action: str | None = term("action", Shape.WORD)
    provider: str | None = term("provider", Shape.IRI)
    receiver: str | None = term("receiver", Shape.IRI)
    resource_conforms_to: str | None = term("resourceConformsTo", Shape.IRI)
    resource_quantity: Measure | None = term("resourceQuantity", Shape.ONE, of=lambda: Measure)
    available_quantity: Measure | None = term("availableQuantity", Shape.ONE, of=lambda: Measure)
    minimum_quantity: Measure | None = term("minimumQuantity", Shape.ONE, of=lambda: Measure)


@dataclass(frozen=True, kw_only=True)
class Proposal(Object):
    """An offer (`purpose` "offer") or a need ("request").

    From `work_mode` on the terms are our own, for what FEP-0837 has no words for. The lists among them are raw JSON:
    whoever reads them sees to it that they hold words, so that no list of others refuses a document.
    """

    type: str = "Proposal"
    purpose: str | None = term("purpose", Shape.WORD)
    publishes: Intent | None = term("publishes", Shape.ONE, of=lambda: Intent)
    reciprocal: Intent | None = term("reciprocal", Shape.ONE, of=lambda: Intent)
    unit_based: bool | None = term("unitBased", Shape.FLAG)
    has_beginning: datetime | None = term("hasBeginning", Shape.MOMENT)
    has_end: datetime | None = term("hasEnd", Shape.MOMENT)
    finished: bool | None = term("finished", Shape.FLAG)
    in_language: str | None = term("inLanguage", Shape.WORD)
    quote: str | None = term("quote", Shape.IRI)
    interaction_policy: JSON = term("interactionPolicy", Shape.RAW)
    work_mode: str | None = term("workMode", Shape.WORD)
    region: str | None = term("region", Shape.WORD)
    urgent: bool | None = term("urgent", Shape.FLAG)
    work_languages: JSON = term("workLanguages", Shape.RAW)
    concepts: JSON = term("concepts", Shape.RAW)
    keywords: JSON = term("keywords", Shape.RAW)
    contact_way: str | None = term("contactWay", Shape.WORD)
    offer_status: str | None = term("offerStatus", Shape.WORD)
    pay_kind: str | None = term("payKind", Shape.WORD)
    pay_amount: str | None = term("payAmount", Shape.DECIMAL)
    pay_amount_to: str | None = term("payAmountTo", Shape.DECIMAL)
    pay_currency: str | None = term("payCurrency", Shape.WORD)
    pay_unit: str | None = term("payUnit", Shape.WORD)

    @property
    def is_offer_or_need(self) -> bool:
        """Whether it can be read as FEP-0837: a purpose that we know and an intent."""
        return self.purpose in ("offer", "request") and self.publishes is not None


@dataclass(frozen=True, kw_only=True)
class Note(Proposal):
    """A post, a comment, a vote, an offer or a need."""

    type: str = "Note"

    @property
    def is_vote(self) -> bool:
        """Whether it answers a poll: an option's `name`, no text, in reply to something (FEP-9967)."""
        return bool(self.name) and not self.content and self.in_reply_to is not None


@dataclass(frozen=True, kw_only=True)
class Article(Proposal):
    """A titled post: `Article`, or `Page` as Lemmy sends it."""

    type: str = "Article"
    comments_enabled: bool | None = term("commentsEnabled", Shape.FLAG)


@dataclass(frozen=True, kw_only=True)
class Question(Object):
    """A poll. One of `one_of` (pick one) and `any_of` (pick several) is filled.

    Each option is an object with `name` and a `replies` collection whose `total_items` counts votes.
    """

    type: str = "Question"
    one_of: tuple[Object, ...] = term("oneOf", Shape.MANY, of=lambda: Note, limit="poll_options", array=True)
    any_of: tuple[Object, ...] = term("anyOf", Shape.MANY, of=lambda: Note, limit="poll_options", array=True)
    closed: datetime | None = term("closed", Shape.MOMENT)
    voters_count: int | None = term("votersCount", Shape.COUNT)
    interaction_policy: JSON = term("interactionPolicy", Shape.RAW)


@dataclass(frozen=True, kw_only=True)
class Commitment(Object):
    """A promise that satisfies an intent."""

    type: str = "Commitment"
    satisfies: str | None = term("satisfies", Shape.IRI)
    resource_quantity: Measure | None = term("resourceQuantity", Shape.ONE, of=lambda: Measure)


@dataclass(frozen=True, kw_only=True)
class Agreement(Object):
    """The answer to an offer or need, sent as `Offer{Agreement}`."""

    type: str = "Agreement"
    stipulates: Commitment | None = term("stipulates", Shape.ONE, of=lambda: Commitment)
    stipulates_reciprocal: Commitment | None = term("stipulatesReciprocal", Shape.ONE, of=lambda: Commitment)
