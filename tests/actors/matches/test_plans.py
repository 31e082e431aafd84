"""What is asked for each new item walks an index, whatever is stored."""

import pytest
from sqlalchemy import Select

from actors import matches
from actors.database import is_postgresql
from actors.matches import finding, lists
from actors.views import Viewer
from tests.actors.test_plans import plans
from tests.world import NOW


@pytest.fixture
def on_sqlite(session):
    if is_postgresql(session):
        pytest.skip("plans are read from SQLite, whose planner needs no statistics")


def plan(session, query: Select, **values: object) -> str:
    text = str(query.params(**values).compile(session.connection(), compile_kwargs={"literal_binds": True}))
    return "\n".join(row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))


@pytest.mark.usefixtures("on_sqlite")
def test_candidates_walk_the_index_of_terms_newest_first_and_sort_nothing(session):
    asked = {"term": "urn:x", "purpose": "offer", "most": 9}
    nearest, anywhere = (plan(session, query, **asked, area="BE-BRU") for query in (finding.NEAREST, finding.ANYWHERE))
    assert "ix_match_term_area" in nearest
    assert "SEARCH match_term" in anywhere
    assert "TEMP B-TREE" not in nearest + anywhere


@pytest.mark.usefixtures("on_sqlite")
def test_the_pages_scan_no_table(session, world):
    viewer = Viewer(member_id=world.noor.id)
    read = plans(session, lambda: matches.for_reader(session, viewer, language="nl", now=NOW))
    read += plans(session, lambda: lists.unanswered(session, language="nl", now=NOW))
    assert read
    assert [each for each in read if "SCAN offer" in each] == []
