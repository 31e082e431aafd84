"""`MailCourier`: the worker that words the mails of the log and hands them to the mail server.

Mails are taken under a lease, handed over one by one on one connection, and settled each as soon as the server has it.
Killed in between, a mail is sent by the next worker; killed in the one moment after the server took it and before that
was written down, it is sent twice, with the same Message-ID: SMTP knows no better.

Without a mail server only direct messages go out; mails wait in the log. Which server it is, is asked each time
(`web.mail.post`). A test goes by another way, at once and once (`send_now`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from actors.database import Database, Uncertain, new_uuid, utc_now
from actors.people import Vault
from actors.refusals import Refused
from outbox import mail, notices
from outbox.mail import Taken
from web.mail.letters import Letter, Unwordable
from web.mail.message import compose
from web.mail.office import Counter, Never, NotNow, Office
from web.mail.post import Post
from web.mail.rendering import Renderer
from web.mail.unsubscribe import unsubscribe_path
from web.renewal import with_links

log = structlog.get_logger()

POLL_S = 1.0
"""How often the log is asked for what another process put there."""
TOGETHER = 20
SURE_S = mail.LEASE.total_seconds() - 60
"""So long after a lease began a mail may still be begun."""
GRACE_S = 4.0
"""How long the mail in hand may take when the courier is stopped."""
SETTLED_AGAIN_S = 0.5
AT_ONCE_S = 25.0
"""How long somebody who waits for a page waits for the mail server."""


@dataclass(frozen=True, slots=True)
class _Worded:
    """A mail with its letter, and who writes it."""

    taken: Taken
    letter: Letter
    message: bytes
    sender: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail that was sent at once.

    Attributes:
        code: empty: the server took it; else one of `office.CODES`, or "no-server".
        answer: what the server said, or what happened on the way to it.
    """

    code: str
    answer: str = ""


class MailCourier:
    """Sends what the log of mails holds.

    Args:
        post: the mail server of the moment, asked each time (`web.mail.post.PostRoom.now`).
        wake_log: called after something was put into the outgoing log.
        now: the clock.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        renderer: Renderer,
        post: Callable[[], Awaitable[Post]],
        *,
        origin: str,
        wake_log: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.owner = new_uuid()
        self._db, self._vault, self._renderer, self._post = db, vault, renderer, post
        self._origin, self._wake_log, self._now = origin, wake_log, now
        self._woken = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        """There may be something to send now. From the event loop's thread."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; the mail in hand is finished first, if that takes no longer than `GRACE_S`."""
        self._closing = False
        if self._db.is_sqlite:
            await self._db.write(mail.free_all)
        work = asyncio.create_task(self._work())
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self._closing = True
            self._woken.set()
            with contextlib.suppress(Exception):
                async with asyncio.timeout(GRACE_S):
                    await work
            raise

    async def drain(self) -> None:
        """Send everything that is due by the clock that was given. For tests and the command line."""
        while await self.round():
            pass

    async def round(self) -> bool:
        """Take what is due and send it; whether there was anything."""
        post = await self._post()
        channels = (mail.MAIL, mail.DIRECT) if post.office else (mail.DIRECT,)
        if not await self._db.read(mail.is_due, channels, self._now()):
            return False
        loop = asyncio.get_running_loop()
        begun = loop.time()
        taken = await self._db.write(mail.take, self.owner, channels, TOGETHER, self._now())
        worded = await self._word(taken, post)
        for each in worded:
            if each.taken.channel == mail.DIRECT:
                await self._say_directly(each)
        mails = [each for each in worded if each.taken.channel == mail.MAIL]
        if mails and post.office:
            await self._send(post.office, mails, begun + SURE_S)
        return True

    async def send_now(self, to: str, kind: str, facts: dict[str, Any], language: str, key: str) -> Outcome:
        """Put one mail into the log, hand it over while the caller waits (at most `AT_ONCE_S`), and write down the end.

        It is never tried again. Nothing else is sent on this connection.
        """
        post = await self._post()
        taken = await self._db.write(
            mail.queue_and_take, self.owner, to=to, kind=kind, facts=facts, language=language, key=key, now=self._now()
        )
        if taken is None:
            return Outcome("recipient-refused")
        if post.office is None:
            await self._db.write(mail.refused, self.owner, taken.id, "no-server")
            return Outcome("no-server")
        worded = await self._word([taken], post)
        outcome = await self._at_once(post.office, worded[0]) if worded else Outcome("mail-refused")
        if outcome.code:
            await self._db.write(mail.refused, self.owner, taken.id, outcome.answer or outcome.code)
        else:
            await self._db.write(mail.sent, self.owner, taken.id, now=self._now())
        return outcome

    async def _at_once(self, office: Office, worded: _Worded) -> Outcome:
        try:
            async with asyncio.timeout(AT_ONCE_S):
                counter = await office.open()
                try:
                    await counter.hand_over(worded.sender, worded.taken.recipient, worded.message)
                finally:
                    await counter.close()
        except (Never, NotNow) as trouble:
            return Outcome(trouble.code, str(trouble))
        except TimeoutError:
            return Outcome("no-answer")
        return Outcome("")

    async def _work(self) -> None:
        while not self._closing:
            self._woken.clear()
            try:
                found = await self.round()
            except (DBAPIError, Uncertain) as error:
                log.warning("the database is away", error=str(error)[:200])
                found = False
            if found or self._closing:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()

    async def _word(self, taken: list[Taken], post: Post) -> list[_Worded]:
        if not taken:
            return []
        readers = await self._db.read(notices.readers, taken)
        worded = []
        for each in taken:
            if each.id in readers.unwanted:
                await self._db.write(mail.dropped, self.owner, each.id, "unwanted")
                continue
            try:
                zone = readers.time_zones.get(each.member_id) if each.member_id is not None else None
                worded.append(self._letter(each, zone, readers.site_name, post))
            except (Unwordable, Refused, ValueError) as error:
                await self._db.write(mail.refused, self.owner, each.id, f"unwordable: {error}")
            except Exception as error:  # one bad row must not stop the others
                log.exception("a mail can't be worded", mail=each.id, kind=each.kind)
                await self._db.write(mail.refused, self.owner, each.id, f"unwordable: {type(error).__name__}")
        return worded

    def _letter(self, taken: Taken, zone: str | None, site_name: str, post: Post) -> _Worded:
        reader = self._renderer.reader(taken.language, zone, self._now())
        letter = self._renderer.letter(
            taken.kind, with_links(self._vault, mail.opened(self._vault, taken.facts)), reader, site_name
        )
        if taken.channel == mail.DIRECT:
            return _Worded(taken, letter, b"", "")
        end = None
        if letter.topic and taken.member_id is not None:
            end = self._origin + unsubscribe_path(self._vault, taken.member_id, letter.topic)
        rendered = self._renderer.render(letter, reader, site_name, end)
        message = compose(
            rendered,
            to=taken.recipient,
            uuid=taken.uuid,
            sender=post.sender,
            site_name=site_name,
            now=taken.created_at,
        )
        return _Worded(taken, letter, message, post.sender.address)

    async def _say_directly(self, worded: _Worded) -> None:
        letter = worded.letter
        lines: list[tuple[str, str | None]] = [(paragraph, None) for paragraph in letter.paragraphs]
        lines += [(entry.text, entry.url) for entry in letter.entries]
        if letter.action:
            lines.append((f"{letter.action[0]}:", letter.action[1]))
        await self._db.write(notices.say_directly, self.owner, worded.taken, lines, now=self._now())
        self._wake_log()

    async def _send(self, office: Office, mails: list[_Worded], until: float) -> None:
        """Hand `mails` over; those that the time does not suffice for are given back."""
        try:
            counter = await office.open()
        except NotNow as trouble:
            log.warning("the mail server takes nothing", error=str(trouble))
            for each in mails:
                await self._db.write(mail.later, self.owner, each.taken.id, str(trouble), now=self._now())
            return
        left = list(mails)
        try:
            while left and not self._closing and asyncio.get_running_loop().time() < until:
                if not await self._hand_over(counter, left.pop(0)):
                    break
        finally:
            await counter.close()
        if left:
            await self._db.write(mail.let_go, self.owner, [each.taken.id for each in left])

    async def _hand_over(self, counter: Counter, worded: _Worded) -> bool:
        """Send one; whether the connection is good for more."""
        taken = worded.taken
        try:
            await counter.hand_over(worded.sender, taken.recipient, worded.message)
        except Never as refusal:
            await self._db.write(mail.refused, self.owner, taken.id, str(refusal))
            return True
        except NotNow as trouble:
            await self._db.write(mail.later, self.owner, taken.id, str(trouble), now=self._now())
            return not trouble.whole
        # The server has it: whatever ails the database now, this has to be written before the lease ends.
        for _ in range(int(SURE_S / SETTLED_AGAIN_S / 2)):
            try:
                await self._db.write(mail.sent, self.owner, taken.id, now=self._now())
                break
            except (DBAPIError, Uncertain) as error:
                log.warning("a mail was sent, but that can't be written down", mail=taken.id, error=str(error)[:200])
                await asyncio.sleep(SETTLED_AGAIN_S)
        return True
