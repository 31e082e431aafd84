"""Telling a member something: one line in the list on the site, and mail or a direct message as the member chose.

Facts by kind; names are plain text, and a fact that is missing leaves a more general sentence. `path` in any of them
is where the line leads (a path of ours); without it the line leads to `about_iri` or where the kind is dealt with.

| kind | told to | about_iri | facts |
|---|---|---|---|
| join-requested | organisers | the group | who, group |
| join-approved, join-refused | who asked | the group | group, reason |
| role-changed | the member | the group | group, role |
| group-invitation | the invited | the group | group, who |
| registration-waiting | admins, moderators | | who |
| follow-request | organisers | the group | who, group |
| answer | whoever wrote | the answer | who, title |
| member-left | organisers | the group | who, group |

* `telling`  `tell`
* `digests`  what waits for a digest, put together
"""

from outbox.notices.telling import tell

__all__ = ["tell"]
