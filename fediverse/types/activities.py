"""Activities and collections.

Source: Activity Streams 2.0 vocabulary; ActivityPub §6–7.
"""

from dataclasses import dataclass

from fediverse.types.objects import Object, Ref
from fediverse.types.terms import Shape, term

ACTIVITY_TYPES = frozenset({
    "Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "EmojiReact", "Flag",
    "Follow", "Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Lock", "Move", "Offer", "QuoteRequest",
    "Read", "Reject", "Remove", "TentativeAccept", "TentativeReject", "Travel", "Undo", "Update", "View",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Activity(Object):
    """Somebody does something. Pass `type`; `actor` is always the id.

    `object` is a tuple only when the document names several (a Flag of three posts);
    `objects` is always a tuple.
    """

    type: str = "Create"
    actor: str | None = term("actor", Shape.IRI)
    object: "Ref | tuple[Ref, ...] | None" = term("object", Shape.REFS, absent=None)
    target: "Ref | None" = term("target", Shape.REF)
    result: "Ref | None" = term("result", Shape.REF)
    origin: "Ref | None" = term("origin", Shape.REF)
    instrument: "Ref | None" = term("instrument", Shape.REF)
    participation_message: str | None = term("participationMessage", Shape.TEXT)
    remove_data: bool | None = term("removeData", Shape.FLAG)

    @property
    def objects(self) -> "tuple[Ref, ...]":
        """All of `object`, in order; empty when there is none."""
        if self.object is None:
            return ()
        return self.object if isinstance(self.object, tuple) else (self.object,)


@dataclass(frozen=True, kw_only=True)
class Collection(Object):
    """`Collection`, `OrderedCollection` and their pages. `items` None: not given; (): given and empty.

    `items` travel as `orderedItems` when the type says Ordered.
    """

    type: str = "OrderedCollection"
    total_items: int | None = term("totalItems", Shape.COUNT)
    items: tuple[Ref, ...] | None = None
    first: Ref | None = term("first", Shape.REF)
    last: Ref | None = term("last", Shape.REF)
    current: Ref | None = term("current", Shape.REF)
    next: Ref | None = term("next", Shape.REF)
    prev: Ref | None = term("prev", Shape.REF)
    part_of: Ref | None = term("partOf", Shape.REF)
    start_index: int | None = term("startIndex", Shape.COUNT)
