"""Refusals and notices by code, in the sentences of the catalogues.

`said` only marks a sentence; `Wording` translates it for a reader.
"""

from __future__ import annotations

from typing import Final


def said(message: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return message


REFUSALS: Final = {
    "400": (
        said("This request can't be read"),
        said("Something in it is not as it should be. Go back and try it again."),
    ),
    "401": (
        said("Sign in first"),
        said("This page is for members. Ask for a new sign-in link if yours no longer works."),
    ),
    "403": (said("This is not allowed"), said("You may not do this here. Nothing was changed.")),
    "404": (
        said("There is nothing at this address"),
        said("It may have been mistyped, or what stood here was never public. The front page shows what there is."),
    ),
    "405": (
        said("This address can't be used that way"),
        said("It exists, but it does not take this kind of request. Nothing was changed."),
    ),
    "410": (
        said("This has been taken away"),
        said("Whoever published it has deleted it. It will not come back at this address."),
    ),
    "413": (
        said("That is too much at once"),
        said("What you sent is larger than we accept. Nothing was saved; make it shorter and send it again."),
    ),
    "421": (
        said("This instance has another address"),
        said("You came by a name that is not ours. Use the address below."),
    ),
    "429": (
        said("A moment, please"),
        said("Too many requests came from your connection. Wait a minute and try again; nothing was lost."),
    ),
    "500": (
        said("Something went wrong on our side"),
        said("It has been written down for whoever runs this instance. What was saved before is still there."),
    ),
    "503": (
        said("We can't answer just now"),
        said("The instance is busy or is being maintained. Try again in a few minutes; nothing was lost."),
    ),
    "foreign-form": (
        said("This form came from another page"),
        said("For your safety we only accept forms that were opened here. Nothing was changed."),
    ),
    "sign-in-link-spent": (
        said("This sign-in link no longer works"),
        said("A link opens once and for a short time only. Ask for a new one."),
    ),
    "not-understood": (said("This was not understood."), ""),
    "handle-missing": (said("Type the address of your own account, such as @name@server."), ""),
    "handle-malformed": (said("An address has two parts, such as @name@server."), ""),
    "handle-unknown": (said("Your server does not know that name. Is it spelled right?"), ""),
    "handle-is-ours": (said("That address is on this very instance. Type the one of your account elsewhere."), ""),
    "follow-impossible": (said("This can't be followed now: it is no account, or its server did not answer."), ""),
    "server-silent": (said("Your server did not answer just now. Try again later, or use the address below."), ""),
    "server-without-way": (
        said("Your server has no such page that we could open for you. Search there for the address below."),
        "",
    ),
    "server-strange": (
        said("Your server named a page that we don't trust, so we don't send you there. Search for the address below."),
        "",
    ),
}
"""By code: what happened, and what to do."""

NOTICES: Final = {
    "signed-in": said("You are signed in."),
    "signed-out": said("You are signed out."),
    "follow-asked": said("The group asked to follow it. Its things appear here as soon as the other side agrees."),
    "approved": said("Approved."),
    "declined": said("Declined."),
    "already-done": said("Somebody else has decided this already."),
}
"""What a page says after a redirect, by code."""
