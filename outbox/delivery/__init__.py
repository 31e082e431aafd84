"""Delivery: one ordered lane per authority over the outgoing log.

* `lanes`       the tables: cursors, what was parked, what was dropped
* `distribute`  from the log to the lanes
* `leases`      who serves a lane; `keeping`: for as long as it is served
* `batches`     what a lane has to send next
* `visit`       sending it; `letters`, `signing`, `wires` and `schedule` help
* `settling`    what became of it, written down by the `ledger`
* `revival`     hosts that come back; `inquiry`: actors that do not
* `waiting`     what waits for whom
* `retention`   how long all this is kept
* `courier`     the worker that ties them; `places`: how much at once
"""

from outbox.delivery.courier import Courier
from outbox.delivery.distribute import distribute
from outbox.delivery.retention import prune
from outbox.delivery.revival import retry, revive
from outbox.delivery.schedule import schedule
from outbox.delivery.waiting import Load, Waiting, load, queue

__all__ = ["Courier", "Load", "Waiting", "distribute", "load", "prune", "queue", "retry", "revive", "schedule"]
