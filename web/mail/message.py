"""The bytes of a mail: headers that nothing of others can break out of, a text and the same as HTML.

What a program reads and what must stay on one line (Message-ID, List-Unsubscribe) is written by us as it is, because
the standard library would fold or encode long values. `Auto-Submitted` keeps holiday answers away (RFC 3834);
`List-Unsubscribe-Post` lets a mail program end these mails with one click (RFC 8058).
"""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from web.mail.rendering import Rendered
from web.notices import plain_fact

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: an address, and the host that makes Message-IDs."""

    address: str
    name: str
    host: str

    @classmethod
    def of(cls, mail_from: str, origin: str) -> Sender:
        """The sender of the settings, else `noreply@` and the host of `origin`. An empty name is the instance's."""
        host = re.sub(r":\d+$", "", origin.partition("://")[2])
        name, address = parseaddr(mail_from) if mail_from else ("", f"noreply@{host}")
        return cls(address, name, host)


def compose(rendered: Rendered, *, to: str, uuid: str, sender: Sender, site_name: str, now: datetime) -> bytes:
    """The whole mail.

    Args:
        to: an address that `outbox.mail.is_usable`.
        uuid: the mail's own, the same at every attempt.

    Raises:
        ValueError: a value can't stand in a header.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(_words(sender.name) or _words(site_name), addr_spec=sender.address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = _words(rendered.subject)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    first = {
        "Date": format_datetime(now.astimezone(UTC)),
        "Message-ID": f"<{_solid(uuid)}@{_solid(sender.host)}>",
        "Auto-Submitted": "auto-generated",
    }
    if rendered.unsubscribe_url:
        first["List-Unsubscribe"] = f"<{_solid(rendered.unsubscribe_url)}>"
        first["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    lines = "".join(f"{name}: {value}\r\n" for name, value in first.items())
    return lines.encode("ascii") + message.as_bytes()


def _words(value: str) -> str:
    """Text for a header that people read, without directions of writing and without what looks like encoded text."""
    return plain_fact(value).replace("=?", "= ?")


def _solid(value: str) -> str:
    if not _HEADER_VALUE.fullmatch(value) or {"<", ">"} & set(value):
        raise ValueError("not for a header")
    return value
