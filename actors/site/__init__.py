"""What the people of this instance have chosen for it: its rules, its looks, whom it speaks with.

Settings are the operator's, choices the admins': they are made on pages (`/setup`, `/admin/site`) and kept in one row.
Name and purpose stand on the instance's own actor, since other servers read them there. Whom we speak with stands
beside the policies of hosts, where every question about a host finds it.

* `tables`    the rows
* `choosing`  the choices, read and changed
* `colours`   contrast, and the shades of a colour
* `mail`      the mail server
"""

from actors.site.choosing import (
    ALL_OTHERS,
    FOUNDERS,
    MODES,
    QUESTION_CHARS,
    QUESTIONS,
    REGISTRATIONS,
    TERMS_CHARS,
    Choices,
    choices,
    set_choices,
)
from actors.site.colours import LEAST, WHITE, Shades, contrast, shades
from actors.site.mail import SECURITIES, MailServer, forget_mail_server, mail_server, set_mail_server
from actors.site.tables import INVITATION, OPEN, REQUEST, MailRow, SiteRow

__all__ = [
    "ALL_OTHERS",
    "FOUNDERS",
    "INVITATION",
    "LEAST",
    "MODES",
    "OPEN",
    "QUESTIONS",
    "QUESTION_CHARS",
    "REGISTRATIONS",
    "REQUEST",
    "SECURITIES",
    "TERMS_CHARS",
    "WHITE",
    "Choices",
    "MailRow",
    "MailServer",
    "Shades",
    "SiteRow",
    "choices",
    "contrast",
    "forget_mail_server",
    "mail_server",
    "set_choices",
    "set_mail_server",
    "shades",
]
