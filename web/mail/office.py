"""The mail server: connected to for a few mails, over TLS unless it was chosen otherwise.

It is the choice of the operator or an admin and often stands on this machine or in its network, so it is not reached
through the guarded dialler. Nothing that others say chooses where it connects to.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

CONNECT_S = 20.0
SEND_S = 40.0
_ERROR_CHARS = 300


class NotNow(Exception):
    """It did not work; another time it may. `whole`: with the server itself, not with this mail; `code`: of `CODES`."""

    def __init__(self, error: str, *, whole: bool, code: str) -> None:
        super().__init__(error)
        self.whole, self.code = whole, code


class Never(Exception):
    """The server refused this mail for good (5xx to its recipient or its content). `code`: one of `CODES`."""

    def __init__(self, error: str, *, code: str) -> None:
        super().__init__(error)
        self.code = code


CODES = (
    "no-such-host",
    "nobody-listens",
    "no-answer",
    "wrong-certificate",
    "no-encryption",
    "wrong-password",
    "no-sign-in",
    "turned-away",
    "sender-refused",
    "recipient-refused",
    "mail-refused",
    "broken-off",
)
"""What can go wrong with a mail server, for whoever has to mend it."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where the mail server is, and how it is spoken to.

    Attributes:
        own_name: what we call ourselves in EHLO.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str = field(repr=False)
    own_name: str

    async def open(self) -> Counter:
        """A connection, signed in if there is a user.

        Raises:
            NotNow: no answer, no TLS, or it does not let us in. Also 5xx: that is about the settings, not about a mail.
        """
        smtp = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            username=self.user or None,
            password=self.password or None,
            local_hostname=self.own_name,
            timeout=CONNECT_S,
        )
        try:
            async with asyncio.timeout(CONNECT_S):
                await smtp.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            smtp.close()
            raise NotNow(_said(error), whole=True, code=_code(error)) from None
        except BaseException:
            smtp.close()
            raise
        return Counter(smtp)


class Counter:
    """An open connection: mails are handed over one by one."""

    def __init__(self, smtp: aiosmtplib.SMTP) -> None:
        self._smtp = smtp

    async def hand_over(self, sender: str, recipient: str, message: bytes) -> None:
        """Give the server one mail; when this returns, the server has it.

        Raises:
            Never: 5xx to the recipient or to the mail.
            NotNow: everything else. 5xx to the sender too: that is about the settings.
        """
        try:
            async with asyncio.timeout(SEND_S):
                await self._smtp.sendmail(sender, [recipient], message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            if 500 <= first.code < 600:
                raise Never(_said(first), code="recipient-refused") from None
            raise NotNow(_said(first), whole=first.code == 421, code="recipient-refused") from None
        except aiosmtplib.SMTPSenderRefused as error:
            raise NotNow(_said(error), whole=True, code="sender-refused") from None
        except aiosmtplib.SMTPResponseException as error:
            if isinstance(error, aiosmtplib.SMTPDataError) and 500 <= error.code < 600:
                raise Never(_said(error), code="mail-refused") from None
            raise NotNow(_said(error), whole=error.code == 421, code="mail-refused") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise NotNow(_said(error), whole=True, code=_code(error)) from None

    async def close(self) -> None:
        """Say goodbye; a server that does not answer is left."""
        try:
            async with asyncio.timeout(2):
                await self._smtp.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            self._smtp.close()


def _code(error: BaseException) -> str:
    """What went wrong before a mail was refused or taken: one of `CODES`."""
    causes = list(_causes(error))
    for kinds, code in (
        ((ssl.SSLCertVerificationError,), "wrong-certificate"),
        ((ssl.SSLError,), "no-encryption"),
        ((socket.gaierror,), "no-such-host"),
        ((ConnectionRefusedError,), "nobody-listens"),
        ((aiosmtplib.SMTPAuthenticationError,), "wrong-password"),
        ((TimeoutError,), "no-answer"),
        ((aiosmtplib.SMTPResponseException,), "turned-away"),
    ):
        if any(isinstance(cause, kinds) for cause in causes):
            return code
    if any(type(cause) is aiosmtplib.SMTPNotSupported for cause in causes):
        return "no-sign-in"
    if any(type(cause) is aiosmtplib.SMTPException for cause in causes):
        return "no-encryption" if "STARTTLS" in str(error) else "no-sign-in"
    if any(isinstance(cause, aiosmtplib.SMTPServerDisconnected | ConnectionResetError) for cause in causes):
        return "broken-off"
    return "no-answer"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _said(error: BaseException) -> str:
    """What went wrong, on one line, for the operator."""
    if isinstance(error, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientRefused):
        said = f"{error.code} {error.message}"
    else:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return " ".join(said.split())[:_ERROR_CHARS]
