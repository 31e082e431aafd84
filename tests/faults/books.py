"""What the tables say in the end, and whether it is what the ledger says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import create_engine, text

from tests.faults.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outgoing log."""

    id: int
    iri: str
    type: str
    object_iri: str | None
    actor: str


@dataclass(frozen=True, slots=True)
class Books:
    """What there is in the tables.

    Attributes:
        log: everything that was said, in order.
        addressed: log id -> hosts that it was sent to besides the followers.
        posts: how many rows there are of every post from elsewhere.
        followers: (follower, followed) of every accepted follow.
        incoming: state -> how many.
        behind: authorities that something waits for.
        left: what was parked, dropped or could not be applied, in words.
    """

    log: list[Row]
    addressed: Mapping[int, set[str]]
    posts: Counter[str]
    followers: Counter[tuple[str, str]]
    incoming: Counter[str]
    behind: list[str]
    left: list[str]

    @property
    def idle(self) -> bool:
        """Nothing waits, to be applied or to be delivered."""
        return not self.incoming["new"] and not self.behind


def read_books(url: str) -> Books:
    """Read them, all at one moment."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not url.startswith("sqlite"):
                connection.execution_options(isolation_level="REPEATABLE READ")

            def ask(query: str) -> list[tuple[Any, ...]]:
                return [tuple(row) for row in connection.execute(text(query))]

            addressed: dict[int, set[str]] = {}
            for log_id, authority in ask("SELECT log_id, authority FROM addressed"):
                addressed.setdefault(log_id, set()).add(authority.partition(":")[0])
            left = [f"parked: {row}" for row in ask("SELECT authority, log_id, error FROM parked")]
            left += [f"dropped: {row}" for row in ask("SELECT authority, from_id, to_id, reason FROM dropped")]
            left += [
                f"not applied: {row}"
                for row in ask("SELECT iri, state, outcome FROM incoming WHERE state NOT IN ('new', 'applied')")
            ]
            left += [
                f"failed: {row}"
                for row in ask("SELECT iri, outcome FROM incoming WHERE attempts > 0 AND state = 'new'")
            ]
            newest = ask("SELECT coalesce(max(id), 0) FROM outgoing")[0][0]
            read = ask("SELECT coalesce(max(log_id), 0) FROM distribution")[0][0]
            behind = [row[0] for row in ask("SELECT authority FROM lane WHERE wanted_id > acked_id")]
            return Books(
                log=[
                    Row(*row)
                    for row in ask(
                        "SELECT o.id, o.iri, o.type, o.object_iri, a.iri FROM outgoing o"
                        " JOIN actor a ON a.id = o.actor_id ORDER BY o.id"
                    )
                ],
                addressed=addressed,
                posts=Counter(
                    row[0]
                    for row in ask("SELECT p.iri FROM post p JOIN actor a ON a.id = p.author_id WHERE NOT a.local")
                ),
                followers=Counter(
                    ask(
                        "SELECT a.iri, b.iri FROM follow f JOIN actor a ON a.id = f.follower_id"
                        " JOIN actor b ON b.id = f.followed_id WHERE f.state = 'accepted'"
                    )
                ),
                incoming=Counter(dict(ask("SELECT state, count(*) FROM incoming GROUP BY state"))),
                behind=behind + ([f"(undistributed: {newest - read})"] if newest > read else []),
                left=left,
            )
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Balance:
    """What was proven, in numbers, to be printed.

    Attributes:
        repeats: how often each host was given something a second time.
    """

    taken: int
    published: int
    said: int
    receipts: int
    repeats: Counter[str]

    def __str__(self) -> str:
        return (
            f"{self.taken} activities taken, {self.published} published, {self.said} said in all, "
            f"{self.receipts} receipts, {sum(self.repeats.values())} of them repeats"
        )


ANNOUNCED_AS = 2
"""A group shares a post as its id and as the whole activity."""


def balance(
    ledger: Ledger,
    books: Books,
    listeners: Mapping[str, Collection[str]],
    *,
    uncertain: int = 0,
) -> Balance:
    """Prove that nothing was lost and nothing done twice, and that everybody heard what they should, in order.

    Args:
        listeners: group IRI -> hosts of its followers, the same all the time.
        uncertain: how many publications failed in a way that leaves open whether they were committed.
    """
    assert books.idle, (books.incoming, books.behind[:10])
    assert books.left == []
    taken = _effects(ledger, books)
    published = _published(ledger, books, uncertain)
    receipts, repeats = _receipts(ledger, books, listeners)
    return Balance(taken, published, len(books.log), receipts, repeats)


def _effects(ledger: Ledger, books: Books) -> int:
    """(a) Everything that was taken had exactly one effect, and (d) nothing else had any."""
    taken = {line["activity"]: line for line in ledger.lines("sent") if line["status"] == 202}
    tried = {line["activity"] for line in ledger.lines("sent")}
    assert len(tried) == len(taken), "the test itself gave something up"
    notes = Counter(line["object"] for line in taken.values() if line["type"] == "Create")
    follows = Counter(
        (activity.partition("/follows/")[0], line["object"])
        for activity, line in taken.items()
        if line["type"] == "Follow"
    )
    assert books.incoming == Counter(applied=len(taken))
    assert books.posts == notes, _difference(books.posts, notes)
    assert books.followers == follows, _difference(books.followers, follows)
    announced = Counter(row.object_iri for row in books.log if row.type == "Announce")
    expected = Counter(dict.fromkeys(notes, ANNOUNCED_AS))
    assert announced == expected, _difference(announced, expected)
    accepts = sum(row.type == "Accept" for row in books.log)
    assert accepts == follows.total()
    return len(taken)


def _published(ledger: Ledger, books: Books, uncertain: int) -> int:
    """(d) What was committed stands in the log, once."""
    known = Counter(line["activity"] for line in ledger.lines("published"))
    logged = Counter(row.iri for row in books.log if row.type == "Create")
    assert known - logged == Counter(), f"lost: {known - logged}"
    assert (logged - known).total() <= uncertain, f"twice: {logged - known}"
    assert {row.type for row in books.log} <= {"Create", "Announce", "Accept"}
    return known.total()


def _receipts(ledger: Ledger, books: Books, listeners: Mapping[str, Collection[str]]) -> tuple[int, Counter[str]]:
    """(b) Everybody entitled heard it, nobody else did, and (c) in the order of the log."""
    place = {row.iri: row.id for row in books.log}
    entitled: dict[str, set[int]] = defaultdict(set)
    for row in books.log:
        hosts = set(books.addressed.get(row.id, ()))
        if row.type != "Accept":
            hosts |= set(listeners.get(row.actor, ()))
        for host in hosts:
            entitled[host].add(row.id)
    heard: dict[str, list[int]] = defaultdict(list)
    for line in ledger.lines("received"):
        assert line["activity"] in place, f"{line['host']} was told what is not in the log: {line['activity']}"
        heard[line["host"]].append(place[line["activity"]])
    assert heard.keys() <= entitled.keys()
    repeats = Counter[str]()
    for host, wanted in entitled.items():
        once = list(dict.fromkeys(heard[host]))
        assert set(once) == wanted, (
            f"{host} missed {sorted(wanted - set(once))[:10]}, should not have got {sorted(set(once) - wanted)[:10]}"
        )
        assert once == sorted(once), f"{host} heard out of order: {_first_disorder(once)}"
        repeats[host] = len(heard[host]) - len(once)
    return sum(map(len, heard.values())), repeats


def _first_disorder(ids: list[int]) -> str:
    return next(f"{left} before {right}" for left, right in pairwise(ids) if left > right)


def _difference(found: Counter[Any], expected: Counter[Any]) -> str:
    missing, extra = expected - found, found - expected
    return f"missing {list(missing.items())[:5]}, too many {list(extra.items())[:5]}"
