"""What pages show of answers to an offer or a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actors.views.actors import ActorLine
from actors.views.threads import PostPage


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer, as this reader may see it.

    Attributes:
        name: of who answered; `actor` and `host` where they have an account that others can see.
        text_html: clean; empty where the kind says it all.
        state: open, accepted, declined or withdrawn; None for who may not know.
        words: what the author wrote back; for the two of them alone.
        is_mine: the reader gave it.
        asks_to_tell: it filled the item, the author would say so, and the reader was not asked yet.
    """

    id: int
    name: str
    kind: str
    text_html: str
    language: str | None
    private: bool
    said_at: datetime
    actor: ActorLine | None = None
    host: str | None = None
    state: str | None = None
    words: str = ""
    url: str | None = None
    is_mine: bool = False
    filled: bool = False
    asks_to_tell: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """All that was said about an item, oldest first: answers to it, and what was said below them.

    Attributes:
        entries: answers and posts in one order.
        may_settle: the reader wrote the item, or looks after its group.
        may_answer: the reader is signed in and the item takes their answer; `refusal` says why not.
        talks: how many answers are accepted.
        done_by: who filled it, where both agreed to tell.
    """

    entries: tuple[AnswerLine | PostPage, ...] = ()
    may_settle: bool = False
    may_answer: bool = False
    refusal: str | None = None
    closed: bool = False
    talks: int = 0
    done_by: AnswerLine | None = None

    @property
    def answers(self) -> tuple[AnswerLine, ...]:
        """The answers among the entries."""
        return tuple(each for each in self.entries if isinstance(each, AnswerLine))


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """What the reader answered: to which item, and how far it is."""

    offer_iri: str
    title: str
    purpose: str
    answer: AnswerLine


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a group's needs (or offers) that were opened in one month.

    Attributes:
        month: its first day in UTC.
        first_answer_h: the median of hours until the first answer, of those that were answered.
    """

    month: datetime
    opened: int
    answered: int
    filled: int
    first_answer_h: float | None
