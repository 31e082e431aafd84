"""What is kept about each of endlessly many hosts has an end."""

import pytest

from fediverse.errors import Unreachable
from fediverse.fetch.kept import KeptConnections
from fediverse.fetch.turns import Allowance, Turns
from fediverse.limits import Limits
from tests.asgi_transport import AsgiConnection, AsgiNetwork


async def test_S13_endless_hosts_leave_a_bounded_trace():
    # Given a hundred thousand hosts that are asked once each
    limits = Limits(hosts_remembered=1_000)
    clock = [0.0]
    allowance, turns, kept = Allowance(limits, lambda: clock[0]), Turns(limits), KeptConnections(lambda: clock[0])
    network = AsgiNetwork({})
    connections = []
    for number in range(100_000):
        host = f"h{number}.example"
        allowance.spend(f"x.{host}")
        async with turns.take(host):
            connections.append(AsgiConnection(network))
            kept.give(f"https://{host}", connections[-1])

    # Then what is left of them is bounded
    assert len(allowance._left) <= 1_000
    assert turns._counters == {}
    assert sum(connection.usable for connection in connections) == 64
    kept.close()
    assert not any(connection.usable for connection in connections)


def test_a_kept_connection_is_given_once_and_not_for_long():
    clock = [0.0]
    kept = KeptConnections(lambda: clock[0])
    first, second, third = (AsgiConnection(AsgiNetwork({})) for _ in range(3))
    for connection in (first, second, third):
        kept.give("https://r.example", connection)
    assert not third.usable
    assert kept.take("https://r.example") is second
    assert kept.take("https://other.example") is None
    clock[0] = 60.0
    assert kept.take("https://r.example") is None
    assert not first.usable


def test_an_allowance_refills_evenly_and_holds_no_more_than_an_hours_worth():
    clock = [0.0]
    allowance = Allowance(Limits(fetches_per_domain_per_h=2), lambda: clock[0])
    for hour in (0.0, 3_600.0 * 50):
        clock[0] = hour
        allowance.spend("a.evil.example")
        allowance.spend("b.evil.example")
        with pytest.raises(Unreachable) as refusal:
            allowance.spend("c.evil.example")
        assert refusal.value.retry_after_s == pytest.approx(1_800)
    clock[0] -= 10_000  # A clock that is put back takes nothing away for long.
    with pytest.raises(Unreachable):
        allowance.spend("d.evil.example")
    clock[0] += 1_800
    allowance.spend("d.evil.example")
