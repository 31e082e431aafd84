"""Which mail server takes our mail just now: the operator's, if the settings name one, else the one of an admin.

The choice is read anew each time, so every process takes it up within a second and none has to be started again.
"""

from __future__ import annotations

from dataclasses import dataclass

from actors import site
from actors.database import Database
from actors.people import Vault
from actors.site import MailServer
from web.mail.message import Sender
from web.mail.office import Office
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail goes and who writes it; without an office it stays in the log."""

    office: Office | None
    sender: Sender


class PostRoom:
    """Finds the mail server of the moment."""

    def __init__(self, settings: Settings, db: Database, vault: Vault) -> None:
        self._db, self._vault, self._origin = db, vault, settings.public_origin
        self.fixed = _of_settings(settings)
        """What the operator set; None: an admin chooses."""
        self._nowhere = Post(None, Sender.of(settings.mail_from, self._origin))
        self._known: tuple[MailServer | None, Post] = (None, self._nowhere)

    async def now(self) -> Post:
        """The server that holds at this moment."""
        if self.fixed is not None:
            return self.fixed
        chosen = await self._db.read(site.mail_server)
        if chosen != self._known[0]:
            self._known = (chosen, self._post(chosen))
        return self._known[1]

    def _post(self, chosen: MailServer | None) -> Post:
        if chosen is None:
            return self._nowhere
        sender = Sender.of(chosen.sender, self._origin)
        password = self._vault.unseal(chosen.password).decode() if chosen.password else ""
        office = Office(chosen.host, chosen.port, chosen.security, chosen.user, password, sender.host)  # type: ignore[arg-type]
        return Post(office, sender)


def _of_settings(settings: Settings) -> Post | None:
    if not settings.mail_host:
        return None
    sender = Sender.of(settings.mail_from, settings.public_origin)
    office = Office(
        settings.mail_host,
        settings.mail_port,
        settings.mail_security,
        settings.mail_user,
        settings.mail_password,
        sender.host,
    )
    return Post(office, sender)
