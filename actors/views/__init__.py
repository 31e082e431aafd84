"""What pages, feeds and calendars show: frozen pictures of the state, made by the reading functions of each door.

No rule lives here and nothing is decided; a view is what a reader may see of a row at one moment. All text that
somebody else may have written is plain text, except the fields called `…_html`, which hold HTML that was sanitised when
it was stored (a page still prints it only through its `remote_html` filter).

`host` is the authority (`host[:port]`) of the instance a thing was born on, or None when that is this instance: it is
what a page uses to say «from coopcity.example». `iri` is its id everywhere. `url` is where its own instance shows it
to people (never anything but http or https).

The reading functions show only what everybody may see (public, not deleted, not hidden, its host not blocked).
`language` is the reader's and picks the version of each text; what is unknown is None, never an error. They are
the `lists.py` of the doors: `groups.lines`, `offers.latest`, `events.coming`, `threads.replies`, `people.kind_of`.
"""

from actors.views.actors import ActorKind, ActorLine, Site, Subject, SubjectKind, Words
from actors.views.events import EventLine, EventPage, EventStatus, Place
from actors.views.finds import Finds, FoundThing
from actors.views.groups import Figures, GroupLine, GroupPage, Level, PartnerLine
from actors.views.moderation import WaitingKind, WaitingLine
from actors.views.offers import Mode, OfferLine, OfferPage, OfferStatus, Pay, PayKind, Purpose, Quantity
from actors.views.people import IdentityLine, PersonPage, SignedIn, Viewer
from actors.views.threads import PostPage

__all__ = [
    "ActorKind",
    "ActorLine",
    "EventLine",
    "EventPage",
    "EventStatus",
    "Figures",
    "Finds",
    "FoundThing",
    "GroupLine",
    "GroupPage",
    "IdentityLine",
    "Level",
    "Mode",
    "OfferLine",
    "OfferPage",
    "OfferStatus",
    "PartnerLine",
    "Pay",
    "PayKind",
    "PersonPage",
    "Place",
    "PostPage",
    "Purpose",
    "Quantity",
    "SignedIn",
    "Site",
    "Subject",
    "SubjectKind",
    "Viewer",
    "WaitingKind",
    "WaitingLine",
    "Words",
]
