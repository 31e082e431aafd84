"""The outgoing log: everything our actors have said, once and in order.

`append()` writes one row in the caller's transaction, so a change and its announcement are saved
together or not at all. Who hears it is not stored per follower: `delivery` asks, lane by lane, which
inboxes there follow the actor. Rows are never changed, with one exception that privacy asks for: when
a thing is deleted or no longer shared, `forget` empties the bodies that carried it. A row without a
body is stepped over in delivery and answered 410.

Ids grow in commit order: on PostgreSQL an advisory lock is held from just before the insert until the
commit, since a cursor over a plain sequence would step over a lower id that commits later.

The body is kept without its FEP-8b32 proof. The proof is made when the row is first sent or served;
Ed25519 is deterministic and `created` is the row's, so it is the same proof every time, and no
private key is needed inside a transaction.

Source: one log and one cursor per host is Lemmy's idea (crates/apub/send).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from actors.database import Base, Moment, is_postgresql, new_uuid, row_id, utc_now
from actors.groups import Reach
from actors.people import Actor, Inbox, Keys
from actors.rules import whole_second
from actors.statements import Prepared, adopt, new_row, sole_table
from fediverse.context import with_context
from fediverse.documents import JSON
from fediverse.proofs import add_proof
from fediverse.types import Activity
from fediverse.vocabulary import is_public, write

Audience: TypeAlias = Literal["followers", "ever", "none"]

LOG_LOCK = 0x6B6E_6F6F_7031
"""The key of the PostgreSQL advisory lock that puts the log's rows in commit order."""
LASTING = ("Create", "Announce")
"""What an outbox shows, and what stays as long as it stands."""
_HIDDEN = frozenset({"bto", "bcc"})
_GROWN = "outbox: the log has grown"


class OutgoingActivity(Base):
    """One activity of one of our actors."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_actor_kind", "actor_id", "type", "id"),
        Index("ix_outgoing_actor", "actor_id", "id"),
        Index("ix_outgoing_object", "object_iri", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = row_id()
    iri: Mapped[str] = mapped_column(Text, unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    type: Mapped[str] = mapped_column(String(32))
    object_iri: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """The JSON without its proof; empty once forgotten."""
    audience: Mapped[str] = mapped_column(String(16))
    """followers, ever (every inbox that ever heard the actor; for Delete), or none."""
    public: Mapped[bool] = mapped_column(Boolean)
    """Anyone may GET it."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    @property
    def forgotten(self) -> bool:
        """Whether what it carried was deleted since."""
        return not self.body


class Addressed(Base):
    """An inbox that a log row goes to besides its audience (a mention, an answer, a request)."""

    __tablename__ = "addressed"

    log_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(String(260))

    __table_args__ = (Index("ix_addressed_authority", "authority", "log_id"),)


_NEW = new_row(sole_table(OutgoingActivity))
_NEW_ADDRESSED = Prepared(insert(sole_table(Addressed)), ("log_id", "inbox_id", "authority"))


@dataclass(frozen=True, slots=True)
class Said:
    """What a command did: the thing it is about and, if the world was told, the activity that told it."""

    iri: str
    activity_iri: str | None


def mint(actor: Actor) -> str:
    """A new activity id of `actor`."""
    return f"{actor.iri}/activities/{new_uuid()}"


def append(
    session: Session,
    actor: Actor,
    activity: Activity,
    *,
    audience: Audience,
    to: Iterable[Inbox] = (),
    object_iri: str | None,
    public: bool | None = None,
    now: datetime,
) -> OutgoingActivity:
    """Save what `actor`, one of ours, says; whatever the number of followers, one row.

    Args:
        session: the transaction of the change that is told.
        actor: the author; `activity.actor` is set to it.
        activity: gets a new id unless it has one, and `published` unless it has one.
        audience: whom it goes to: "followers", "ever" (all who ever heard the actor), or "none".
        to: inboxes besides: an actor's own for what is meant for it alone, its delivery inbox for a public mention.
        object_iri: the id of the thing it is about (the innermost one, for an Announce of an activity).
        public: whether anyone may GET it; None: as it is addressed.
        now: the row's time, and the time of its proof.
    """
    activity = replace(
        activity, id=activity.id or mint(actor), actor=actor.iri, published=activity.published or whole_second(now)
    )
    body = orjson.dumps(_without_hidden(with_context(write(activity))))
    inboxes = list(to)
    _lock(session)
    values = {
        "iri": activity.id,
        "actor_id": actor.id,
        "type": activity.type,
        "object_iri": object_iri,
        "body": body,
        "audience": audience,
        "public": is_public(activity) if public is None else public,
        "created_at": now,
    }
    row = adopt(session, OutgoingActivity, values | {"id": _NEW.insert(session, values)})
    _address(session, row.id, inboxes)
    return row


def append_copy(session: Session, row: OutgoingActivity, *, to: Iterable[Inbox]) -> OutgoingActivity:
    """Put `row` at the end of the log once more, for these inboxes only: the very same bytes, time and proof.

    The copy has an address of its own in our tables, which nobody outside ever sees.
    """
    addressed = list(to)
    _lock(session)
    copy = OutgoingActivity(
        iri=f"{row.iri}#again-{new_uuid()}",
        actor_id=row.actor_id,
        type=row.type,
        object_iri=row.object_iri,
        body=row.body,
        audience="none",
        public=row.public,
        created_at=row.created_at,
    )
    session.add(copy)
    session.flush()
    _address(session, copy.id, addressed)
    return copy


def has_grown(session: Session) -> bool:
    """Whether anything was appended since the session began."""
    return _GROWN in session.info


def _lock(session: Session) -> None:
    session.info[_GROWN] = True
    session.flush()
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOG_LOCK})


def _address(session: Session, log_id: int, inboxes: Iterable[Inbox]) -> None:
    addressed = {inbox.id: inbox.authority for inbox in inboxes}
    for inbox_id, authority in addressed.items():
        _NEW_ADDRESSED.rows(session, {"log_id": log_id, "inbox_id": inbox_id, "authority": authority})


def activity(session: Session, iri: str) -> OutgoingActivity | None:
    """The row of the activity with this id; it may be `forgotten`."""
    return session.scalar(select(OutgoingActivity).where(OutgoingActivity.iri == iri))


def signed_body(row: OutgoingActivity, keys: Keys) -> bytes:
    """The bytes of `row` with the author's FEP-8b32 proof: what is delivered and what is served, always the same."""
    return prove(row.body, keys, row.created_at)


def prove(body: bytes, keys: Keys, created_at: datetime) -> bytes:
    """The document in `body` with a proof by `keys`, made at `created_at`."""
    document: dict[str, JSON] = orjson.loads(body)
    return orjson.dumps(add_proof(document, keys.ed25519, created=created_at))


def outbox_page(session: Session, actor: Actor, before_id: int | None, limit: int) -> list[OutgoingActivity]:
    """What `actor` published, newest first, at most `limit`: public Creates and Announces that still stand.

    Args:
        before_id: only rows older than this one; None: from the newest.
    """
    query = select(OutgoingActivity).where(*_published(actor)).order_by(OutgoingActivity.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(OutgoingActivity.id < before_id)
    return list(session.scalars(query))


def outbox_count(session: Session, actor: Actor) -> int:
    """How many activities all pages of `outbox_page` hold together."""
    return session.scalar(select(func.count()).select_from(OutgoingActivity).where(*_published(actor))) or 0


def _published(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        OutgoingActivity.actor_id == actor.id,
        OutgoingActivity.type.in_(LASTING),
        OutgoingActivity.audience == "followers",
        OutgoingActivity.public.is_(True),
        OutgoingActivity.body != b"",
    )


def told(session: Session, actor_id: int, object_iri: str) -> bool:
    """Whether `actor_id` ever published the thing `object_iri` and it still stands."""
    created = select(OutgoingActivity.id).where(
        OutgoingActivity.object_iri == object_iri,
        OutgoingActivity.actor_id == actor_id,
        OutgoingActivity.type == "Create",
        OutgoingActivity.body != b"",
    )
    return session.scalar(created.limit(1)) is not None


def forget(session: Session, object_iri: str, *, types: tuple[str, ...] = ("Create", "Update", "Announce")) -> None:
    """Empty every row that carries the thing `object_iri`, sent or not, so that its content is nowhere in the log."""
    session.execute(
        update(OutgoingActivity)
        .where(OutgoingActivity.object_iri == object_iri, OutgoingActivity.type.in_(types))
        .values(body=b""),
        execution_options={"synchronize_session": "fetch"},
    )


def once_addressed(session: Session, actor_id: int, object_iri: str | None = None) -> list[Inbox]:
    """Inboxes that the thing was sent to directly, where nobody else of their authority ever heard the actor.

    Together with the audience "ever" these are all who may hold a copy. Without a thing: all that anything was sent to.
    """
    heard = select(Inbox.authority).join(Reach, Reach.inbox_id == Inbox.id).where(Reach.actor_id == actor_id)
    query = (
        select(Inbox)
        .join(Addressed, Addressed.inbox_id == Inbox.id)
        .join(OutgoingActivity, OutgoingActivity.id == Addressed.log_id)
        .where(OutgoingActivity.actor_id == actor_id, Inbox.authority.not_in(heard))
    )
    if object_iri is not None:
        query = query.where(OutgoingActivity.object_iri == object_iri)
    return list(session.scalars(query.order_by(Inbox.id).distinct()))


def _without_hidden(value: JSON) -> JSON:
    """`value` without `bto` and `bcc` at any depth, somebody else's document inside ours included (P2)."""
    if isinstance(value, dict):
        return {name: _without_hidden(each) for name, each in value.items() if name not in _HIDDEN}
    if isinstance(value, list):
        return [_without_hidden(each) for each in value]
    return value
