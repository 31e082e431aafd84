"""Telling a member something: one line in the list on the site, and mail or a direct message as the member chose.

Facts by kind; names are plain text, and a fact that is missing leaves a more general sentence. `path` in any of them
is where the line leads (a path of ours); without it the line leads to `about_iri` or where the kind is dealt with.

| kind | told to | about_iri | facts |
|---|---|---|---|
| join-requested | organisers | the group | who, group |
| join-approved, join-refused | who asked | the group | group, reason |
| membership-ended | whom an organiser removed | the group | group, reason |
| role-changed | the member | the group | group, role |
| group-invitation | the invited | the group | group, who |
| registration-waiting | admins, moderators | | who |
| follow-request | organisers | the group | who, group |
| alert | who saved a search | what is new in it | search, title; or number, path |
| answer | whoever wrote | the answer | who, title |
| answer-settled | who answered | the item | title, state (accepted, declined, filled, asked or over), reason |
| item-ending, item-ended | whoever wrote | the item | title, renews (the item and the day, for the link) |
| match | who wrote either side | what fits | title, mine, purpose, reasons (`actors.matches.reasons`) |
| unanswered | organisers of sectors | the need | title, purpose |
| member-left | organisers | the group | who, group |

* `telling`  `tell`; what a member still wants
* `digests`  what waits for a digest, put together
* `readers`  who reads a mail that is about to be sent
* `direct`   a direct message to an account elsewhere
* `settings` what may be chosen, and where it would go
"""

from outbox.notices.digests import compose_due
from outbox.notices.direct import say_directly
from outbox.notices.readers import Readers, readers
from outbox.notices.settings import Choices, choices_of
from outbox.notices.telling import direct_address, end_mail, tell, wanted

__all__ = [
    "Choices",
    "Readers",
    "choices_of",
    "compose_due",
    "direct_address",
    "end_mail",
    "readers",
    "say_directly",
    "tell",
    "wanted",
]
