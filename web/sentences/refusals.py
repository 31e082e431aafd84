"""Refusals by code: what happened, and what to do."""

from __future__ import annotations

from typing import Final

from web.sentences.marking import said

REFUSALS: Final = {
    "400": (
        said("This request can't be read"),
        said("Something in it is not as it should be. Go back and try it again."),
    ),
    "401": (
        said("Sign in first"),
        said("This page is for members. Ask for a new sign-in link if yours no longer works."),
    ),
    "guest": (
        said("This page is for members of this site"),
        said("With your account elsewhere you join groups and answer, but have no profile and no settings here."),
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
    "group-missing": (said("Choose the group that publishes it."), ""),
    "title-missing": (said("Say in one line what it is."), ""),
    "closes-in-the-past": (said("It would be over already. Choose a later day."), ""),
    "ends-before-it-begins": (said("It would end before it begins. Look at the two days again."), ""),
    "date-absurd": (said("This day is too far away to be meant."), ""),
    "amount-malformed": (said("Type a number, such as 350 or 12.50."), ""),
    "already-closed": (said("It is closed, and stays as it is"), said("Write a new one if you need it again.")),
    "join-first": (
        said("You take no part in this group."),
        said("Join it first; then it publishes for you."),
    ),
    "unknown-zone": (said("This time zone is not known. Choose one from the list."), ""),
    "address-needed": (said("Type your mail address."), ""),
    "address-malformed": (said("This is not a mail address, such as leila@post.example."), ""),
    "terms-not-agreed": (said("Without agreeing to this nobody can join."), ""),
    "invitation-needed": (
        said("One joins here by invitation"),
        said("Ask a member who runs the site for a link."),
    ),
    "invitation-over": (
        said("This invitation no longer lets anybody in"),
        said("It was used as often as it could be, or its time is over. Ask for another one."),
    ),
    "too-many-forms": (
        said("Too many people have asked from your connection within the hour."),
        said("Try again later, or from elsewhere."),
    ),
    "uses-impossible": (said("Type a number from 1 to 1000, or nothing."), ""),
    "ends-in-the-past": (said("This day is over. Choose a later one."), ""),
    "date-malformed": (said("This is no day of the calendar."), ""),
    "prove-yourself": (said("Show that it is you: type your password, or have a link sent to you."), ""),
    "mail-taken": (
        said("Somebody here has this address by now"),
        said("Nothing was changed. If both accounts are yours, leave with one of them first."),
    ),
    "not-fresh": (
        said("Sign in again first, so that we know it is you."),
        said("It counts for fifteen minutes, and you come back to where you were."),
    ),
    "passkey-late": (
        said("This took too long, or was begun in another browser."),
        said("Start again here; your passkey is still good."),
    ),
    "passkey-malformed": (
        said("What your passkey said can't be read."),
        said("Try again, or sign in another way. Nothing was changed."),
    ),
    "passkey-not-proved": (
        said("What your passkey said is not what we asked it."),
        said("Try again, or sign in another way. Nothing was changed."),
    ),
    "passkey-unknown": (
        said("We don't know this passkey, or it was removed here."),
        said("Sign in another way; then you can add it under «Signing in»."),
    ),
    "passkey-copied": (
        said("This passkey seems to have been copied, so we did not let it in."),
        said("Sign in another way, remove it under «Signing in» and make a new one."),
    ),
    "passkey-known": (
        said("This passkey is in use already."),
        said("Nothing was changed. Make another one, on another device."),
    ),
    "passkeys-full": (
        said("You have as many passkeys as we keep."),
        said("Remove one that you no longer use; then add the new one."),
    ),
    "password-wrong": (
        said("Address and password do not belong together."),
        said("Try again, or have a link sent to your address."),
    ),
    "password-short": (said("A password has at least twelve characters. A short sentence is a good one."), ""),
    "password-long": (said("A password has at most a thousand characters."), ""),
    "password-common": (said("Many people use this password, so it is tried first. Choose another one."), ""),
    "password-about-you": (
        said("This password is little more than your name or address. Choose one that says nothing about you."),
        "",
    ),
    "not-understood": (said("This was not understood."), ""),
    "address-unusable": (said("Type one mail address, such as name@example.org."), ""),
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
    "their-server-silent": (
        said("Your server did not answer just now."),
        said("Try again in a few minutes, or sign in another way."),
    ),
    "their-server-without-api": (
        said("Your server does not offer to sign in elsewhere with its accounts."),
        said("Sign in another way. You can still follow and answer from your account there."),
    ),
    "their-server-strange": (
        said("Your server answered in a way that we don't trust, so we stopped."),
        said("Nothing was changed. Sign in another way, or tell whoever runs your server."),
    ),
    "their-server-blocked": (
        said("This instance has no dealings with that server."),
        said("Its moderators decided so. Sign in another way."),
    ),
    "their-server-forgot-us": (
        said("Your server no longer knew this site."),
        said("Start again: we introduce ourselves to it anew."),
    ),
    "issuer-silent": (
        said("The sign-in service did not answer just now."),
        said("Try again in a few minutes, or sign in another way."),
    ),
    "issuer-strange": (
        said("The sign-in service answered in a way that we don't trust, so we stopped."),
        said("Nothing was changed. Sign in another way, or tell whoever runs this site."),
    ),
    "sign-in-declined": (
        said("You said no at your server, so nobody was signed in."),
        said("Nothing was changed. You can start again."),
    ),
    "sign-in-not-begun-here": (
        said("This way of signing in was not begun in this browser."),
        said("Start again here, and go through with it in the same browser."),
    ),
    "sign-in-code-spent": (
        said("What your server gave you no longer opens anything."),
        said("It works once and for a short time only. Start again."),
    ),
    "state-unknown": (said("We don't know of any sign-in that ends here."), said("Start again.")),
    "state-used": (said("This sign-in was finished already."), said("Start again if you are not signed in.")),
    "state-expired": (
        said("It took more than ten minutes to come back from your server."),
        said("For your safety we forgot that you had left. Start again."),
    ),
    "account-unreadable": (
        said("Your server let you in but did not say who you are."),
        said("Try again, or sign in another way."),
    ),
    "account-elsewhere": (
        said("Your server named an account that is not its own, or that we can't find there."),
        said("We only believe a server about its own people. Nobody was signed in."),
    ),
    "actor-suspended": (
        said("This account may not act here."),
        said("The moderators of this instance decided so. Write to them if you think that it is a mistake."),
    ),
    "identity-taken": (
        said("This account is linked to another member."),
        said("Sign in with it to see whose. An account can belong to one member only."),
    ),
    "last-way-in": (
        said("This is your only way of signing in, so it can't be removed."),
        said("Link an account, make a passkey or add a mail address first."),
    ),
    "member-suspended": (
        said("Your membership does not let you sign in now."),
        said("It is waiting, suspended or ended. Write to the people who run this instance."),
    ),
    "server-strange": (
        said("Your server named a page that we don't trust, so we don't send you there. Search for the address below."),
        "",
    ),
    "picture-missing": (said("No picture was chosen"), said("Choose a file first, then send it.")),
    "picture-too-large": (
        said("This picture is too large"),
        said("We take up to 10 MB and 40 million dots. Nothing was changed; make it smaller and send it again."),
    ),
    "picture-unknown": (
        said("This is not a picture that we can read"),
        said("We take JPEG, PNG, WebP and GIF. Nothing was changed."),
    ),
    "picture-broken": (
        said("This picture could not be read"),
        said("The file seems to be damaged. Nothing was changed; save it anew and send it again."),
    ),
    "name-missing": (said("Type a name."), ""),
    "too-long": (said("This is too long. Make it shorter."), ""),
    "too-many": (said("That is more than we keep. Leave some out."), ""),
    "unreadable-character": (said("There is a sign in it that cannot be kept. Type it anew."), ""),
    "unknown-language": (said("This language is not known."), ""),
    "region-unknown": (said("This region is not known."), ""),
    "link-malformed": (said("An address begins with https:// and has no spaces."), ""),
    "level-unknown": (said("Choose who sees it."), ""),
    "name-malformed": (said("Use small letters, digits and underscores, at most 30."), ""),
    "name-taken": (said("This name is taken, or was once. Choose another."), ""),
    "handle-not-made": (said("We could not make an address from this name. Type one."), ""),
    "colour-malformed": (said("A colour is written as # and six digits or letters from a to f."), ""),
    "colour-too-pale": (said("White words can't be read on this colour. Choose a darker one."), ""),
    "project-without-group": (said("Choose at least one group to which the project belongs."), ""),
    "founding-not-allowed": (said("You may not found a group of this kind here. Choose another kind."), ""),
    "account-not-found": (said("We did not find this account. Is it spelled right, and does its server answer?"), ""),
    "no-target": (said("This is the very account that moves. Type the other one."), ""),
    "not-alike": (
        said(
            "That account does not name this one as an old address of its own yet. Do that there first, then try again."
        ),
        "",
    ),
    "moved-lately": (said("It moved less than a week ago. Wait until the week is over."), ""),
    "not-understood-yet": (said("Tick that you have read what this means."), ""),
    "copy-lately": (
        said("You asked for a copy not long ago"),
        said("One copy an hour is enough. The one that you asked for is in your list."),
    ),
    "copy-over": (
        said("This copy can no longer be fetched"),
        said("A link opens once, within seven days. Ask for a new copy; it is ready within minutes."),
    ),
    "already-public": (said("You are visible on the fediverse already."), ""),
    "not-public": (said("You are not visible on the fediverse."), ""),
    "answer-missing": (said("This question must be answered."), ""),
    "invitation-spent": (
        said("This invitation no longer lets anybody in"),
        said("It was used as often as it could be, or its time is over. Ask for another one."),
    ),
    "join-closed": (said("This group takes no new members."), said("Nothing was changed.")),
    "join-by-invitation": (said("One joins this group by invitation."), said("Ask an organiser for one.")),
    "host-blocked": (
        said("This instance has no dealings with that server."),
        said("Its moderators decided so. Sign in another way."),
    ),
    "nobody-ticked": (said("Tick at least one name."), ""),
    "nobody-to-invite": (said("This member can't be invited: they are not in the list of members any more."), ""),
    "already-in": (said("They take part already."), ""),
    "invited-lately": (said("They were invited within the last month. Nobody is asked twice so soon."), ""),
    "last-organiser": (
        said("The group would have nobody left who organises it."),
        said("Make somebody else organiser first."),
    ),
    "not-a-member": (said("They take no part in the group any more."), said("Nothing was changed.")),
    "not-an-organiser": (said("Only who organises the group may do that."), said("Nothing was changed.")),
    "handed-to-oneself": (said("A group is handed to somebody else."), said("Nothing was changed.")),
    "not-our-group": (said("This group is not here any more."), said("Nothing was changed.")),
}
"""By code: what happened, and what to do."""
