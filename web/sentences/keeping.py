"""Refusals and notices for those who look after the instance."""

from __future__ import annotations

from typing import Final

from web.sentences.marking import said

REFUSALS: Final = {
    "languages-missing": (said("Tick at least one language."), ""),
    "first-language-missing": (said("The first language must be one of those that are ticked."), ""),
    "unknown-choice": (said("Choose one of these."), ""),
    "colour-faint": (said("White words can't be read on this colour. Choose a darker one."), ""),
    "mail-host-malformed": (said("This is no name of a server, such as smtp.example.org."), ""),
    "mail-port-impossible": (said("A port is a number from 1 to 65535."), ""),
    "mail-password-again": (
        said("Type the password again: it was given for another server, user or way of encryption."),
        "",
    ),
    "mail-sender-malformed": (
        said("Type one address, such as hello@example.org, or a name with an address in angle brackets."),
        "",
    ),
    "mail-is-fixed": (said("The mail server stands in the settings of whoever runs the machine."), ""),
    "last-admin": (said("This is the only admin. Make somebody else an admin first."), ""),
    "oneself": (said("Nobody suspends themselves."), ""),
    "admins-only": (said("Only admins do this to somebody with a role."), ""),
    "host-malformed": (said("This is no name of a server, such as social.example."), ""),
    "host-is-ours": (said("This is our own server."), ""),
}

NOTICES: Final = {
    "setup-done": said("Everything is chosen. Whatever you want to change stands under «This instance»."),
    "setup-skipped": said("Nothing was changed. Everything can be chosen under «This instance»."),
    "role-changed": said("The role holds from now on."),
    "member-suspended": said("Suspended, and signed out everywhere. You can take it back here."),
    "member-let-back": said("They may sign in again."),
    "link-sent": said("A sign-in link is on its way to them."),
    "server-decided": said("Decided. It holds from now on."),
    "server-tried": said("The server is tried now."),
}
