"""A member's profile on its pages: who sees what, links that are confirmed, the directory, being public by choice."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from actors.database import Database
from actors.people import Actor, Member
from actors.people.profile import Consent
from actors.wire import people as wire
from fediverse.vocabulary import write
from outbox.log import OutgoingActivity
from tests.asgi import Browser
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import NOW, ORIGIN

FORM = {
    "name": "Ada Lovelace",
    "about": "Ik teken decors <b>en</b> meer.",
    "trades": "scenograaf, Éclairagiste",
    "region": "BE-VAN",
    "links": "https://ada.example/",
    "seeking": "een atelier",
    "see_name": "all",
    "see_picture": "members",
    "see_about": "all",
    "see_trades": "members",
    "see_region": "members",
    "see_speaks": "members",
    "see_seeking": "groups",
    "see_links": "all",
}


async def ada_site(scope, _receive, send):
    back = b'<head><link rel="me" href="%s"></head>' % f"{ORIGIN}/people/{scope['path'][1:]}".encode()
    body = back if scope["path"] != "/silent" else b"<p>hello</p>"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def hamlet(db: Database, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path, {"ada.example": ada_site})


def consents(hamlet: Hamlet, member_id: int) -> list[tuple[str, bool]]:
    return hamlet.db.read_now(
        lambda session: [
            (row.what, row.given)
            for row in session.scalars(select(Consent).where(Consent.member_id == member_id).order_by(Consent.id))
        ]
    )


async def test_a_profile_is_written_and_each_reader_sees_their_part(hamlet: Hamlet):
    ada, bo = hamlet.member("Ada"), hamlet.member("Bo")
    hamlet.sign_in(ada.id)
    answer = await hamlet.post("/me/profile", **FORM)
    assert (answer.status, answer.headers["location"]) == (303, "/me/profile?notice=profile-saved")

    mine = (await hamlet.browser.get(f"/people/{ada.id}")).text
    hamlet.sign_in(bo.id)
    members = (await hamlet.browser.get(f"/people/{ada.id}")).text
    passers_by = (await Browser(hamlet.application, ORIGIN).get(f"/people/{ada.id}")).text

    assert "een atelier" in mine
    assert "een atelier" not in members
    assert "scenograaf" in members
    assert "scenograaf" not in passers_by
    assert "Ada Lovelace" in passers_by
    assert "&lt;b&gt;en&lt;/b&gt;" in passers_by
    assert '<meta name="robots" content="noindex">' in passers_by


async def test_nobody_is_shown_to_passers_by_unless_they_want_it(hamlet: Hamlet):
    ada = hamlet.member("Ada", about="geheim")
    answer = await Browser(hamlet.application, ORIGIN).get(f"/people/{ada.id}")
    assert answer.status == 404
    assert "Ada" not in answer.text


async def test_search_engines_are_let_in_only_by_consent(hamlet: Hamlet):
    ada = hamlet.member("Ada", shown={"name": "all"}, indexable=True)
    assert 'content="noindex"' not in (await hamlet.browser.get(f"/people/{ada.id}")).text


async def test_the_preview_shows_what_others_see(hamlet: Hamlet):
    ada = hamlet.member("Ada", about="voor iedereen", seeking="voor leden", shown={"name": "all", "about": "all"})
    hamlet.sign_in(ada.id)
    everybody = (await hamlet.browser.get("/me/profile/preview?as=all")).text
    members = (await hamlet.browser.get("/me/profile/preview?as=members")).text
    assert ("voor iedereen" in everybody, "voor leden" in everybody) == (True, False)
    assert "voor leden" in members
    assert (await hamlet.browser.get("/me/profile/preview?as=admins")).status == 404


async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    hamlet.sign_in(ada.id)
    answer = await hamlet.post("/me/profile", **(FORM | {"links": "ftp://ada.example/"}))
    assert answer.status == 422
    assert 'id="f-links-problem"' in answer.text
    assert "een atelier" in answer.text
    assert hamlet.db.read_now(lambda session: session.get_one(Member, ada.id).name) == "Ada"


async def test_a_link_that_links_back_is_marked(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    links = (f"https://ada.example/{ada.id}", "https://ada.example/silent", "https://away.example/")
    hamlet.db.write_now(
        lambda session: setattr(session.get_one(Member, ada.id), "links", [{"url": link} for link in links])
    )
    hamlet.sign_in(ada.id)
    answer = await hamlet.post("/me/profile/links")
    assert answer.headers["location"] == "/me/profile?notice=links-confirmed"
    kept = hamlet.db.read_now(lambda session: session.get_one(Member, ada.id).links)
    assert [("confirmed" in link) for link in kept] == [True, False, False]
    assert "confirmed" in (await hamlet.browser.get(f"/people/{ada.id}")).text


async def test_becoming_public_is_a_choice_with_a_warning(hamlet: Hamlet):
    ada = hamlet.member("Ada", about="Decors", seeking="Stil", shown={"about": "all"}, links=("https://ada.example/",))
    hamlet.sign_in(ada.id)
    page = (await hamlet.browser.get("/me/profile/public")).text
    assert "copied to other servers" in page

    # When she does not say that she understood, nothing happens
    assert (await hamlet.post("/me/profile/public", username="ada")).status == 422
    assert consents(hamlet, ada.id) == []

    # When she does, there is an actor that says only what all may see
    assert (await hamlet.post("/me/profile/public", username="@Ada", understood="yes")).status == 303
    assert consents(hamlet, ada.id) == [("public", True)]

    def document(session):
        actor = session.scalar(select(Actor).where(Actor.local, Actor.username == "ada"))
        return write(wire.to_wire(session, actor))

    said = hamlet.db.read_now(document)
    assert said["id"] == f"{ORIGIN}/u/ada"
    assert (said["name"], said["summary"]) == ("ada", "<p>Decors</p>")
    assert (said["discoverable"], said["indexable"]) == (False, False)
    assert "attachment" not in said
    assert "Stil" not in str(said)


async def test_a_name_that_is_taken_or_malformed_is_refused(hamlet: Hamlet):
    hamlet.sign_in(hamlet.member("Ada").id)
    for name in ("noor", "interior", "Ada Lovelace", "relay", ""):
        answer = await hamlet.post("/me/profile/public", username=name, understood="yes")
        assert answer.status == 422
        assert 'id="f-username-problem"' in answer.text


async def test_followers_are_told_when_what_all_see_changes_and_only_then(hamlet: Hamlet):
    hamlet.sign_in(hamlet.world.noor.id)

    def updates(session):
        rows = session.scalars(select(OutgoingActivity).where(OutgoingActivity.type == "Update")).all()
        return [orjson.loads(row.body)["object"] for row in rows]

    first = FORM | {"name": "Noor", "indexable": "yes"}
    await hamlet.post("/me/profile", **first)
    await hamlet.post("/me/profile", **(first | {"seeking": "niemand ziet dit"}))
    (told,) = hamlet.db.read_now(updates)
    assert told["name"] == "Noor"
    assert told["indexable"] is True
    assert told["discoverable"] is False
    assert told["attachment"] == [
        {
            "type": "PropertyValue",
            "name": "ada.example",
            "value": '<a href="https://ada.example/" rel="me nofollow noopener">https://ada.example/</a>',
        }
    ]
    assert "niemand ziet dit" not in str(told)

    await hamlet.post("/me/profile", **(first | {"indexable": ""}))
    assert hamlet.db.read_now(updates)[-1]["indexable"] is False


async def test_being_public_can_be_ended_and_the_name_is_never_given_out_again(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    hamlet.sign_in(ada.id)
    await hamlet.post("/me/profile/public", username="ada", understood="yes")
    assert (await hamlet.post("/me/profile/public/end")).status == 422
    assert (await hamlet.post("/me/profile/public/end", understood="yes")).status == 303
    row = hamlet.db.read_now(
        lambda session: session.scalars(select(OutgoingActivity).order_by(OutgoingActivity.id.desc())).first()
    )
    assert (row.type, row.audience, row.object_iri) == ("Delete", "ever", f"{ORIGIN}/u/ada")
    assert (await hamlet.post("/me/profile/public", username="ada", understood="yes")).status == 422
    assert consents(hamlet, ada.id) == [("public", True), ("public", False)]


# ------------------------------------------------------------------------------------------------- the directory


async def names(hamlet: Hamlet, query: str = "") -> list[str]:
    text = (await hamlet.browser.get(f"/people{query}")).text
    return [name for name in ("Ada", "Bo", "Cy", "Dé") if f">{name}</a>" in text]


@pytest.fixture
def village(hamlet: Hamlet) -> Hamlet:
    """Four members; Cy did not agree to be found."""
    yes = {"discoverable": True}
    hamlet.member("Ada", trades=("Éclairagiste",), region="BE-VAN", speaks=("nl", "fr"), **yes)
    hamlet.member("Bo", about="éclairage voor zalen", region="BE-BRU", speaks=("fr",), shown={"about": "nobody"}, **yes)
    hamlet.member("Cy", trades=("Éclairagiste",), region="BE-VAN")
    hamlet.member("Dé", seeking="50% korting", region="BE-VLG", speaks=("nl",), shown={"region": "groups"}, **yes)
    hamlet.sign_in(hamlet.world.noor.id)
    return hamlet


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Bo", "Dé"]),
        ("?q=eclairagiste", ["Ada"]),
        ("?q=ECLAIRAGE", []),
        ("?q=de", ["Dé"]),
        ("?q=50%25", ["Dé"]),
        ("?q=%25", ["Dé"]),
        ("?region=BE-VLG", ["Ada"]),
        ("?region=BE", ["Ada", "Bo"]),
        ("?region=BE-VAN&speaks=fr", ["Ada"]),
        ("?speaks=fr", ["Ada", "Bo"]),
        ("?speaks=n", ["Ada", "Bo", "Dé"]),
        ("?region=XX&page=9999", ["Ada", "Bo", "Dé"]),
        ("?q=nobody+at+all", []),
        ("?q=%00", ["Ada", "Bo", "Dé"]),
    ],
)
async def test_members_are_found_by_what_they_show(village: Hamlet, query: str, found: list[str]):
    assert await names(village, query) == found


async def test_the_directory_is_for_members(village: Hamlet):
    assert (await Browser(village.application, ORIGIN).get("/people")).status == 401


async def test_what_only_groups_see_finds_only_for_those_who_share_one(village: Hamlet):
    from actors import groups

    def join(session):
        for name in ("Ada", "Dé"):
            who = session.scalar(select(Member).where(Member.name == name))
            groups.add_member(session, session.merge(village.world.interior), now=NOW, member_id=who.id)
        return session.scalar(select(Member.id).where(Member.name == "Ada"))

    ada_id = village.db.write_now(join)
    assert await names(village, "?region=BE-VLG") == ["Ada", "Dé"]  # Noor organises the group
    bo_id = village.db.read_now(lambda session: session.scalar(select(Member.id).where(Member.name == "Bo")))
    village.sign_in(bo_id)
    assert await names(village, "?region=BE-VLG") == ["Ada"]
    village.sign_in(ada_id)
    assert await names(village, "?region=BE-VLG") == ["Ada", "Dé"]


async def test_taking_consent_back_takes_one_out_of_the_list_at_once(village: Hamlet):
    ada = village.db.read_now(lambda session: session.scalar(select(Member).where(Member.name == "Ada")))
    village.sign_in(ada.id)
    await village.post("/me/profile", **(FORM | {"name": "Ada", "links": ""}))
    assert await names(village) == ["Bo", "Dé"]


async def test_a_long_list_has_pages(hamlet: Hamlet):
    for number in range(30):
        hamlet.member(f"Lid{number:02}", discoverable=True)
    hamlet.sign_in(hamlet.world.noor.id)
    first = (await hamlet.browser.get("/people")).text
    second = (await hamlet.browser.get("/people?page=2")).text
    assert (first.count('class="person-line"'), second.count('class="person-line"')) == (24, 6)
    assert "30 members" in first
    assert 'rel="next" href="/people?page=2"' in first
