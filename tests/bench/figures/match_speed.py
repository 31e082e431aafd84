"""`match_ms`: one new offer or need is matched against 100,000 open ones.

The clock runs over `actors.matches.look` in the transaction that publishes it: its card, its terms, the candidates,
their scores, and the pairs that are kept. What is open are the texts of the labelled set, over and over, moved about
the country; so each concept is held by hundreds. Of 60 new items the 95th percentile counts.
"""

from __future__ import annotations

import contextlib
import random
import statistics
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from actors import groups, matches, offers
from actors.database import Database
from actors.groups import GroupDraft
from actors.matches import MatchCard, MatchTerm
from actors.offers import Offer
from actors.people import Actor, Vault
from actors.towns import TOWNS, broader
from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.matching.labelled import TODAY, Item, labelled
from tests.bench.program import SECRET

NAME, UNIT, TARGET = "match_ms", "ms", "< 50"
OPEN, ASKED = 100_000, 60
TOGETHER = 2_000


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(filled, program.origin, OPEN)
    items = labelled()
    asked = [*items.needs.values(), *items.offers.values()]
    random.Random(4).shuffle(asked)
    with contextlib.closing(Database(program.url)) as db:
        took = [db.write_now(published, item) for item in asked[: ASKED + 5]]
        kept = db.read_now(lambda session: session.scalar(select(func.count()).select_from(matches.Match)))
    if not kept:
        raise RuntimeError("nothing was found among all that is open")
    took = took[5:]  # the first ones load the dictionary
    return Result(
        statistics.quantiles(took, n=20)[-1],
        {"median": f"{statistics.median(took):.1f} ms", "longest": f"{max(took):.1f} ms", "pairs": str(kept)},
    )


def published(session: Session, item: Item) -> float:
    """Publish `item` in our group and match it; how many milliseconds the matching took."""
    offer = offers.post(session, seeds.group_of(session), item.draft, now=TODAY)
    session.flush()
    began = time.perf_counter()
    matches.look(session, offer, now=TODAY)
    return (time.perf_counter() - began) * 1000


def filled(session: Session, origin: str, many: int) -> None:
    """`many` open offers and needs of another group of ours, half of each."""
    draft = GroupDraft(username="crowd", name="Crowd", kind="sector")
    crowd = groups.found(session, Vault(SECRET), draft, origin=origin)
    items, chance, towns = labelled(), random.Random(7), list(TOWNS)
    sides = [list(items.needs.values()), list(items.offers.values())]
    rows = {item.name: _rows(session, crowd, item) for side in sides for item in side}
    first = session.scalar(select(func.max(Offer.id))) or 0
    for start in range(0, many, TOGETHER):
        made: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
        for n in range(start, min(start + TOGETHER, many)):
            side = sides[n % 2]
            offer, card, terms = rows[side[n // 2 % len(side)].name]
            offer_id, town = first + 1 + n, TOWNS[chance.choice(towns)]
            area = next(code for code in broader(town.code) if code.isupper())
            place = {"region": town.code, "latitude": town.latitude, "longitude": town.longitude}
            made[0].append(offer | {"id": offer_id, "iri": f"{crowd.iri}/needs/{n}"})
            made[1].append(card | place | {"offer_id": offer_id})
            made[2].extend({**term, "offer_id": offer_id, "area": area} for term in terms)
        for table, many_rows in zip((Offer, MatchCard, MatchTerm), made, strict=True):
            session.execute(insert(table.__table__), many_rows)
    if session.connection().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SELECT setval('offer_id_seq', (SELECT max(id) FROM offer))")
        session.connection().exec_driver_sql("ANALYZE")


def _rows(session: Session, crowd: Actor, item: Item) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """The rows that `item` has as an offer, as a card and as terms; nothing of it stays."""
    with session.begin_nested() as nested:
        # Dates of the set lie in 2027; what is always possible makes the most candidates.
        draft = replace(item.draft, begins_at=None, ends_at=None)
        offer = offers.post(session, crowd, draft, now=TODAY)
        matches.keep(session, offer)
        session.refresh(offer)
        found = [_as_dict(session, table, offer.id) for table in (Offer, MatchCard, MatchTerm)]
        nested.rollback()
    return found[0][0], found[1][0], found[2]


def _as_dict(session: Session, table: Any, offer_id: int) -> list[dict[str, Any]]:
    key = table.id if table is Offer else table.offer_id
    return [dict(row) for row in session.execute(select(table.__table__).where(key == offer_id)).mappings()]
