"""All outgoing requests: the only place that opens a connection to another server.

`Fetcher` reads documents, `Lane` delivers activities; both get their connections from a `Network`, whose guard judges
the address that is dialled. Anything else that opens a socket is a hole (most published forgeries of server-side
requests went through a second path that forgot the guard).

* network.py     which addresses we may speak to, and names.py, how they are found
* messages.py    what is asked and answered; exchange.py, HTTP/1.1 over one connection; answers.py, what a status means
* turns.py       how many at once, how many an hour; budget.py, how many for one activity
* asking.py      one question with all its checks; kept.py, connections kept for the next
* fetcher.py     documents: redirects, origins and content types
* calls.py       forms and JSON, one question each, for an API with a token
* lanes.py       deliveries: one inbox after the other over one connection
* collection.py  bounded reading of a collection
"""

from fediverse.fetch.budget import Budget
from fediverse.fetch.calls import Answered, get_json, post_form
from fediverse.fetch.collection import items
from fediverse.fetch.fetcher import Fetched, Fetcher
from fediverse.fetch.lanes import Lane
from fediverse.fetch.messages import Connection, Request, Response
from fediverse.fetch.network import LoopbackNetwork, Network, PublicNetwork, network_for

__all__ = [
    "Answered",
    "Budget",
    "Connection",
    "Fetched",
    "Fetcher",
    "Lane",
    "LoopbackNetwork",
    "Network",
    "PublicNetwork",
    "Request",
    "Response",
    "get_json",
    "items",
    "network_for",
    "post_form",
]
