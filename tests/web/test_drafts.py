"""Drafts of offers and needs: kept, listed, published; languages, place, contact and who sees it on the form."""

from pathlib import Path

import pytest
from sqlalchemy import select

from actors.offers import Offer
from outbox.log import OutgoingActivity
from tests.web.hamlet import Hamlet, make_hamlet
from tests.web.test_writing import FORM, posting, rows, taking_part, told
from tests.world import ORIGIN

KEEP = FORM | {"step": "keep"}


@pytest.fixture
def hamlet(db, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


def change_path(hamlet: Hamlet) -> str:
    return rows(hamlet)[0].iri.removeprefix(ORIGIN) + "/change"


async def test_a_draft_is_kept_and_shown_to_nobody_else(hamlet):
    taking_part(hamlet)
    answer = await hamlet.post("/needs/new", **KEEP | {"title": "", "expires": "2020-01-01"})
    (draft,) = rows(hamlet)
    assert answer.headers["location"] == change_path(hamlet) + "?notice=draft-kept"
    assert (draft.status, draft.title, told(hamlet)) == ("draft", "", [])
    assert "(no title yet)" in (await hamlet.browser.get("/me/offers")).text
    # Not even who looks after the group sees it
    taking_part(hamlet, "Olga", "organiser")
    path = change_path(hamlet)
    assert (await hamlet.browser.get(path)).status == 404
    assert (await hamlet.browser.get(path.removesuffix("/change"))).status == 404
    assert (await hamlet.post(path, **FORM)).status == 404


async def test_a_draft_is_changed_and_then_published(hamlet):
    taking_part(hamlet)
    await hamlet.post("/needs/new", **KEEP)
    await hamlet.post(change_path(hamlet), **KEEP | {"title": "Stukadoor gezocht"})
    assert [(row.status, row.title) for row in rows(hamlet)] == [("draft", "Stukadoor gezocht")]
    # What is missing for a publication is said beside it, and nothing is lost
    refused = await hamlet.post(change_path(hamlet), **FORM | {"title": " "})
    assert (refused.status, 'id="f-title-problem"' in refused.text) == (422, True)
    assert "plafond van **40 m²**" in refused.text
    done = await hamlet.post(change_path(hamlet), **FORM)
    (need,) = rows(hamlet)
    assert (need.status, need.shown, told(hamlet)) == ("open", True, ["Create"])
    assert done.headers["location"].endswith("?notice=published")
    assert need.expires_at is not None
    # And is no draft any more
    assert (await hamlet.post(change_path(hamlet), **KEEP)).status == 400


async def test_a_draft_passes_no_moderator_by(hamlet):
    taking_part(hamlet)
    posting(hamlet, "approval")
    await hamlet.post("/needs/new", **KEEP)
    done = await hamlet.post(change_path(hamlet), **FORM)
    (need,) = rows(hamlet)
    assert (need.status, need.shown, told(hamlet)) == ("waiting", False, [])
    assert done.headers["location"] == "/me/offers?notice=waits-for-moderator"


async def test_the_fifty_first_draft_is_refused_and_nothing_is_lost(hamlet):
    member = taking_part(hamlet)
    await hamlet.post("/needs/new", **KEEP)

    def fill(session):
        (one,) = session.scalars(select(Offer))
        for number in range(49):
            session.add(
                Offer(
                    iri=f"{one.iri}-{number}",
                    local=True,
                    purpose="request",
                    group_id=one.group_id,
                    member_id=member.id,
                    title="x",
                    status="draft",
                )
            )

    hamlet.db.write_now(fill)
    refused = await hamlet.post("/needs/new", **KEEP)
    assert refused.status == 422
    assert "You have 50 drafts, which is the most" in refused.text
    assert FORM["title"] in refused.text
    assert (await hamlet.post("/needs/new", **FORM)).status == 303


async def test_versions_in_other_languages_are_written_changed_and_removed(hamlet):
    taking_part(hamlet)
    more = {"title_fr": "Plâtrier pour trois jours", "text_fr": "Un plafond.", "title_nl": "Niet deze", "title_en": " "}
    await hamlet.post("/needs/new", **FORM | more)
    (need,) = rows(hamlet)
    assert (need.title_map, need.text_map) == ({"fr": "Plâtrier pour trois jours"}, {"fr": "Un plafond."})
    page = (await hamlet.browser.get(change_path(hamlet))).text
    assert 'value="Plâtrier pour trois jours"' in page
    await hamlet.post(change_path(hamlet), **FORM | {"title_fr": "", "text_fr": ""})
    assert rows(hamlet)[0].title_map == {}


async def test_contact_place_and_readers_are_kept(hamlet):
    taking_part(hamlet)
    more = {
        "contact": "phone",
        "contact_address": "+32 2 123 45 67",
        "latitude": "50,8503",
        "longitude": "4.3517",
        "visibility": "members",
    }
    await hamlet.post("/needs/new", **FORM | more)
    (need,) = rows(hamlet)
    assert (need.contact, need.contact_address) == ("phone", "+32 2 123 45 67")
    assert (need.latitude, need.longitude) == (50.8503, 4.3517)
    page = (await hamlet.browser.get(need.iri.removeprefix(ORIGIN))).text
    assert 'href="tel:+322123' in page
    # And what is for members leaves by no door
    assert (need.visibility, told(hamlet)) == ("members", [])


async def test_what_becomes_for_members_alone_is_taken_back_elsewhere(hamlet):
    taking_part(hamlet)
    await hamlet.post("/needs/new", **FORM)
    await hamlet.post(change_path(hamlet), **FORM | {"visibility": "members"})
    assert told(hamlet) == ["Create", "Delete"]
    bodies = hamlet.db.read_now(lambda session: list(session.scalars(select(OutgoingActivity.body))))
    assert not any(body and b"plafond van" in body for body in bodies)


@pytest.mark.parametrize("step", ["preview", "publish"])
@pytest.mark.parametrize(
    ("field", "value", "shown_at"),
    [
        ("title", "x" * 201, "title"),
        ("text", "x" * 20_001, "text"),
        ("title_fr", "x" * 201, "title"),
        ("text_de", "x" * 20_001, "text"),
        ("contact_address", "x" * 501, "contact_address"),
        ("latitude", "north", "latitude"),
        ("latitude", "95", "latitude"),
        ("expires", "2020-01-01", "expires"),
        ("ends", "2026-13-01", "ends"),
        ("amount", "much", "amount"),
        ("tags", " ".join(f"t{n}" for n in range(11)), "tags"),
        ("language", "no language", "language"),
    ],
)
async def test_each_field_beyond_its_limit_says_so_beside_itself_and_loses_nothing(
    hamlet, field: str, value: str, shown_at: str, step: str
):
    taking_part(hamlet)
    typed = FORM | {"contact": "mail", "longitude": "4.35", "latitude": "50.85", field: value, "step": step}
    refused = await hamlet.post("/needs/new", **typed)
    assert refused.status == 422
    assert f'id="f-{shown_at}-problem"' in refused.text
    assert rows(hamlet) == []
    if field != "language":  # is chosen from a list
        assert value in refused.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 200), ("text", "x" * 20_000), ("title_fr", "x" * 200), ("contact_address", "x" * 500)],
)
async def test_each_field_at_its_limit_is_taken(hamlet, field: str, value: str):
    taking_part(hamlet)
    assert (await hamlet.post("/needs/new", **FORM | {"contact": "mail", field: value})).status == 303
