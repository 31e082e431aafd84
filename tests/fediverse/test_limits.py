"""The table of limits says what the code says."""

import dataclasses

from fediverse import limits
from fediverse.limits import Limits


def test_every_number_stands_in_the_table_and_nothing_else_does():
    assert limits.__doc__ is not None
    header, *rows = [line.split()[0] for line in limits.__doc__.splitlines() if line[:1].islower()]
    assert header == "number"
    assert rows == [field.name for field in dataclasses.fields(Limits)]


def test_the_starting_values_are_those_of_the_contract():
    numbers = Limits()
    assert (numbers.body_bytes, numbers.header_bytes, numbers.header_fields) == (1 << 20, 16 << 10, 100)
    assert (numbers.json_depth, numbers.json_nodes, numbers.json_keys) == (32, 20_000, 1_000)
    assert (numbers.redirects, numbers.fetch_total_s, numbers.connect_s, numbers.delivery_total_s) == (3, 10, 3, 15)
    assert (numbers.fetches_per_activity, numbers.fetch_depth) == (20, 8)
    assert (numbers.collection_pages, numbers.collection_items) == (10, 500)
    assert (numbers.fetches_per_host, numbers.fetches_total) == (2, 20)
