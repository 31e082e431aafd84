"""Where mail is handed in, as an admin chose it. What the operator's settings say goes before it (`web.mail.post`).

The password is sealed before it comes here and opened after it has left: this floor never sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from actors.refusals import Refused
from actors.site.tables import MailRow

SECURITIES = ("starttls", "tls", "none")
HOST_CHARS, USER_CHARS = 253, 254
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:]{2,45}"
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and how it is spoken to.

    Attributes:
        security: starttls, tls (from the first byte) or none.
        password: sealed; None: there is none.
        sender: the address that mail comes from; empty: the house's own.
    """

    host: str
    port: int
    security: str
    user: str = ""
    password: bytes | None = field(default=None, repr=False)
    sender: str = ""


def mail_server(session: Session) -> MailServer | None:
    """What was chosen; None before anybody did."""
    row = session.scalar(select(MailRow).order_by(MailRow.id).limit(1))
    if row is None:
        return None
    return MailServer(row.host, row.port, row.security, row.user, row.password, row.sender)


def set_mail_server(session: Session, wanted: MailServer, *, keep_password: bool, now: datetime) -> list[str]:
    """Mail is handed in there from now on; the names of the fields that changed.

    Args:
        keep_password: the password that is there stays; only for the server and the user that it was given for.

    Raises:
        Refused: "mail-host-malformed", "mail-port-impossible", "unknown-choice" (`field`, `value`), "too-long"
            (`field`), "mail-password-again" (it would go elsewhere, or in another way, than it was given for).
    """
    if not _HOST.fullmatch(wanted.host):
        raise Refused("mail-host-malformed", host=wanted.host)
    if not 1 <= wanted.port <= 65535:
        raise Refused("mail-port-impossible", port=wanted.port)
    if wanted.security not in SECURITIES:
        raise Refused("unknown-choice", field="security", value=wanted.security)
    if len(wanted.user) > USER_CHARS:
        raise Refused("too-long", field="user", chars=len(wanted.user), limit=USER_CHARS)
    row = session.scalar(select(MailRow).order_by(MailRow.id).limit(1).with_for_update())
    if row is None:
        row = MailRow(id=1, host="", port=0, security="", user="", sender="")
        session.add(row)
    fields = ("host", "port", "security", "user", "sender")
    changed = [name for name in fields if getattr(row, name) != getattr(wanted, name)]
    if keep_password and row.password is not None and {"host", "port", "security", "user"} & set(changed):
        raise Refused("mail-password-again")
    if not keep_password and (wanted.password is not None or row.password is not None):
        row.password = wanted.password
        changed.append("password")
    for name in fields:
        setattr(row, name, getattr(wanted, name))
    if changed:
        row.updated_at = now
    session.flush()
    return changed


def forget_mail_server(session: Session) -> bool:
    """Mail is handed in nowhere any more; whether it was before."""
    found = mail_server(session) is not None
    session.execute(delete(MailRow), execution_options={"synchronize_session": "fetch"})
    return found
