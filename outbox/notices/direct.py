"""A direct message to a member's account elsewhere: a Note of the instance's actor, addressed to that account alone.

It goes into the outgoing log in the same transaction that settles it, so it is said exactly once; the courier of the
log brings it. The account is mentioned in the text, since on Mastodon that is what makes it a direct message. Nothing
else in the text is a mention or a hashtag, whatever people's names look like.

Source: interop.md §3.3; Mastodon (app/lib/activitypub/activity/create.rb).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from sqlalchemy.orm import Session

from actors.database import new_uuid
from actors.moderation.policy import is_blocked
from actors.people import find_actor, instance_actor
from actors.rules import whole_second
from actors.wire.composing import mention, mentioned
from fediverse.types import Note
from outbox import mail
from outbox.addressing import about, only, own_inbox
from outbox.log import append


def say_directly(
    session: Session,
    owner: str,
    taken: mail.Taken,
    lines: Sequence[tuple[str, str | None]],
    *,
    now: datetime,
) -> None:
    """Put the message into the outgoing log and settle `taken`, which `owner` holds.

    An account that is gone, suspended or on a blocked host gets nothing, and the log of mails says so.

    Args:
        lines: plain text, each with an address of ours that follows it, or None.
    """
    account = find_actor(session, taken.recipient)
    if account is None or account.local or account.deleted_at is not None or account.suspended_at is not None:
        mail.dropped(session, owner, taken.id, "account-gone")
        return
    if is_blocked(session, account.host):
        mail.dropped(session, owner, taken.id, "host-blocked")
        return
    if not mail.sent(session, owner, taken.id, now=now):
        return
    author = instance_actor(session)
    who = mentioned(account)
    greeting = (
        f'<span class="h-card"><a href="{escape(who.url)}" class="u-url mention">@<span>{escape(account.username)}'
        "</span></a></span>"
    )
    said = [f"{escape(text)}{f'<br>{_link(address)}' if address else ''}" for text, address in lines]
    content = "".join(f"<p>{line}</p>" for line in [f"{greeting} {said[0]}", *said[1:]])
    recipients = only(account.iri)
    note = Note(
        id=f"{author.iri}/messages/{new_uuid()}",
        attributed_to=(author.iri,),
        to=recipients.to,
        published=whole_second(now),
        content=content,
        content_map={taken.language: content},
        tag=(mention(who),),
    )
    append(
        session,
        author,
        about("Create", note, recipients),
        audience="none",
        to=own_inbox(session, account),
        object_iri=note.id,
        public=False,
        now=now,
    )


def _link(address: str) -> str:
    return f'<a href="{escape(address)}" rel="nofollow noopener">{escape(address)}</a>'
