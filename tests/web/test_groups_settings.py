"""A group's settings, on the pages of its organisers."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from actors import groups
from actors.database import Database
from actors.offers import OfferDraft
from actors.people import Actor
from fediverse.vocabulary import write
from outbox import offers as offer_orders
from outbox.log import OutgoingActivity
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import stranger

AT = "/g/interior/settings"
BOUW = "https://partner.example/g/bouw"
SAID = {
    "name_nl": "Interieur",
    "about_nl": "Ruimtes die kloppen.",
    "name_fr": "Intérieur",
    "about_fr": "Des **espaces** justes.",
    "name_en": "Interior",
    "language": "nl",
    "region": "BE",
    "level": "federal",
    "theme": "scenography",
    "colour": "own",
    "own_colour": "#1F5F8B",
}


class Partner:
    """The partner's server: «bouw», which may say that it is somebody else too."""

    def __init__(self) -> None:
        self.also: list[str] = []

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        known = scope["path"] == "/g/bouw"
        document = write(stranger("bouw", "partner.example", type="Group", kind="sector", number=6).document)
        body = json.dumps(document | {"alsoKnownAs": self.also}).encode() if known else b"{}"
        headers = [(b"content-type", b"application/activity+json")]
        await send({"type": "http.response.start", "status": 200 if known else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def hamlet(db: Database, tmp_path: Path, partner: Partner) -> Hamlet:
    made = make_hamlet(db, tmp_path, {"partner.example": partner})
    made.sign_in(made.world.noor.id)
    return made


def interior(hamlet: Hamlet) -> Any:
    return hamlet.db.read_now(lambda session: groups.settings_of(session, hamlet.world.interior.iri, language="en"))


def said(hamlet: Hamlet) -> list[dict[str, Any]]:
    """What the group said, oldest first."""
    return hamlet.db.read_now(
        lambda session: [
            json.loads(row.body)
            for row in session.scalars(
                select(OutgoingActivity)
                .where(OutgoingActivity.actor_id == hamlet.world.interior.id)
                .order_by(OutgoingActivity.id)
            )
        ]
    )


def let_follow(hamlet: Hamlet) -> None:
    """Alice follows the group."""

    def follow(session: Any) -> None:
        row = groups.add_follower(
            session, hamlet.world.alice, hamlet.world.interior, "https://mastodon.example/f/1", now=hamlet.now
        )
        if row.state != groups.ACCEPTED:
            groups.accept_follower(session, row, now=hamlet.now)

    hamlet.db.write_now(follow)


async def test_what_a_group_says_is_changed_in_each_language_and_followers_are_told(hamlet: Hamlet):
    page = await hamlet.browser.get(AT)
    assert 'value="Interieur &amp; scenografie"' in page.text
    assert ">\nDes espaces justes.</textarea>" in page.text
    answer = await hamlet.post(AT, **SAID)
    assert answer.status == 303
    now = interior(hamlet)
    assert now.names == {"nl": "Interieur", "fr": "Intérieur", "en": "Interior"}
    assert (now.region, now.level, now.theme, now.colour) == ("BE", "federal", "scenography", "#1f5f8b")
    assert now.abouts_html["fr"] == "<p>Des <strong>espaces</strong> justes.</p>"
    assert said(hamlet)[-1]["object"]["nameMap"] == {"nl": "Interieur", "fr": "Intérieur", "en": "Interior"}
    assert hamlet.house.courier.woken == 1


async def test_a_text_that_was_left_alone_keeps_what_its_form_cannot_show(hamlet: Hamlet):
    await hamlet.post(AT, **SAID)
    await hamlet.post(AT, **SAID | {"about_fr": "Des espaces justes.", "name_fr": "Scénographie"})
    assert interior(hamlet).abouts_html["fr"] == "<p>Des <strong>espaces</strong> justes.</p>"


async def test_the_language_that_stands_first_needs_a_name(hamlet: Hamlet):
    answer = await hamlet.post(AT, **SAID | {"language": "de"})
    assert answer.status == 422
    assert 'id="f-name_de-problem"' in answer.text
    assert "scenography" in answer.text
    assert interior(hamlet).theme == "interior"
    await hamlet.post(AT, **SAID | {"language": "fr"})
    assert said(hamlet)[-1]["object"]["name"] == "Intérieur"


async def test_the_kind_handle_and_privacy_stay_whatever_is_sent(hamlet: Hamlet):
    await hamlet.post(AT, **SAID | {"kind": "project", "username": "other", "private": "yes"})
    now = interior(hamlet)
    assert (now.kind, now.private) == ("sector", False)


async def test_to_whoever_does_not_organise_it_there_are_no_settings(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    hamlet.sign_in(ada.id)
    assert (await hamlet.browser.get(AT)).status == 404
    assert (await hamlet.post(AT, **SAID)).status == 404
    hamlet.db.write_now(groups.add_member, hamlet.world.interior, member_id=ada.id, role="moderator", now=hamlet.now)
    assert (await hamlet.browser.get(AT)).status == 404


async def test_questions_are_added_changed_and_taken_away(hamlet: Hamlet):
    rules = {"joining": "approval", "posting": "anyone", "members_shown": "all"}
    first = {"question_1_nl": "Wat maak je?", "question_1_fr": "Que faites-vous ?", "question_1_required": "yes"}
    assert (await hamlet.post(f"{AT}/joining", **rules, **first, question_2_nl="Waar?")).status == 303
    page = await hamlet.browser.get(f"{AT}/joining")
    assert 'value="Wat maak je?"' in page.text
    assert 'id="f-question_3_nl"' in page.text
    assert 'id="f-question_4_nl"' not in page.text
    await hamlet.post(f"{AT}/joining", **rules, question_1_nl="", question_2_nl="In welke stad?")
    asked = hamlet.db.read_now(groups.questions_of, hamlet.world.interior.id)
    assert [(each.texts, each.required) for each in asked] == [({"nl": "In welke stad?"}, False)]
    assert interior(hamlet).posting == "anyone"


async def test_a_question_that_is_too_long_is_shown_again(hamlet: Hamlet):
    answer = await hamlet.post(f"{AT}/joining", joining="open", question_1_nl="x" * 201)
    assert answer.status == 422
    assert 'id="f-question_1_nl-problem"' in answer.text
    assert "x" * 201 in answer.text


async def test_a_picture_is_drawn_anew_and_can_be_taken_away(hamlet: Hamlet):
    out = BytesIO()
    Image.new("RGB", (600, 300), "#1f5f8b").save(out, "JPEG")
    answer = await hamlet.upload(f"{AT}/picture", out.getvalue(), alt="A blue wall")
    assert answer.status == 303
    shown = interior(hamlet).picture
    assert (shown.alt, shown.width, shown.height) == ("A blue wall", 400, 400)
    assert said(hamlet)[-1]["object"]["icon"]["url"] == f"https://coop.example{shown.path}"
    assert shown.path in (await hamlet.browser.get(f"{AT}/picture")).text
    await hamlet.post(f"{AT}/picture/remove")
    assert interior(hamlet).picture is None


async def test_what_is_no_picture_is_said_beside_the_field_and_the_words_stay(hamlet: Hamlet):
    answer = await hamlet.upload(f"{AT}/picture", b"no picture", alt="A blue wall")
    assert answer.status == 422
    assert 'id="f-picture-problem"' in answer.text
    assert "A blue wall" in answer.text


async def test_the_preview_shows_the_profile_and_the_newest_post_as_mastodon_does(hamlet: Hamlet):
    def publish(session: Any) -> None:
        draft = OfferDraft(purpose="request", title="Stukadoor", text="Drie dagen.", language="nl")
        offer_orders.publish(session, session.get_one(Actor, hamlet.world.interior.id), draft, now=hamlet.now)

    empty = await hamlet.browser.get(f"{AT}/fediverse")
    assert "Nothing was published yet" in empty.text
    hamlet.db.write_now(publish)
    page = (await hamlet.browser.get(f"{AT}/fediverse", language="fr")).text
    card = page.partition('class="abroad"')[2]
    assert "Interieur &amp; scenografie" in card
    assert "Ruimtes die kloppen." in card
    assert "Stukadoor" in card


async def test_what_others_may_do_is_changed(hamlet: Hamlet):
    await hamlet.post(f"{AT}/fediverse", approves="yes", followers_shown="yes")
    now = interior(hamlet)
    assert (now.approves, now.discoverable, now.indexable, now.followers_shown) == (True, False, False, True)


async def test_a_language_account_is_opened_and_ended(hamlet: Hamlet):
    assert (await hamlet.post(f"{AT}/languages", language="fr", action="open")).status == 303
    page = (await hamlet.browser.get(f"{AT}/fediverse")).text
    assert '<span class="copy">@interior.fr@coop.example</span>' in page
    assert (await hamlet.post(f"{AT}/languages", language="fr", action="end")).status == 303
    assert interior(hamlet).accounts == ()
    assert (await hamlet.post(f"{AT}/languages", language="xx", action="open")).status == 400


async def test_a_private_group_has_no_language_accounts(hamlet: Hamlet):
    draft = groups.GroupDraft(username="core", name="Core", language="en", private=True)
    hamlet.db.write_now(
        groups.found, hamlet.world.vault, draft, origin="https://coop.example", member_id=hamlet.world.noor.id
    )
    page = (await hamlet.browser.get("/g/core/settings/fediverse")).text
    assert "A private group has none." in page
    answer = await hamlet.post("/g/core/settings/languages", language="en", action="open")
    assert answer.status == 422


async def test_an_old_address_is_named_after_a_look_at_it(hamlet: Hamlet):
    assert (await hamlet.post(f"{AT}/moving/aliases", who=BOUW)).status == 303
    assert interior(hamlet).aliases == (BOUW,)
    assert "@bouw@partner.example" in (await hamlet.browser.get(f"{AT}/moving")).text
    for wrong in ("", "https://partner.example/g/nobody", "@nobody@nowhere.example", hamlet.world.interior.iri):
        answer = await hamlet.post(f"{AT}/moving/aliases", who=wrong)
        assert answer.status == 422
        assert 'id="in-who-problem"' in answer.text
    await hamlet.post(f"{AT}/moving/aliases/remove", alias=BOUW)
    assert interior(hamlet).aliases == ()


async def test_a_group_moves_after_its_organiser_saw_what_that_does(hamlet: Hamlet, partner: Partner):
    let_follow(hamlet)
    not_yet = await hamlet.post(f"{AT}/moving/away", who=BOUW)
    assert not_yet.status == 422
    assert "does not name this one" in not_yet.text
    assert hamlet.world.interior.iri in not_yet.text
    partner.also = [hamlet.world.interior.iri]
    asked = await hamlet.post(f"{AT}/moving/away", who=BOUW)
    assert asked.status == 200
    assert "Move to @bouw@partner.example?" in asked.text
    assert "1 follower is told" in asked.text
    assert (await hamlet.post(f"{AT}/moving/away", target=BOUW)).status == 422
    assert said(hamlet) == []
    moved = await hamlet.post(f"{AT}/moving/away", target=BOUW, understood="yes")
    assert moved.status == 303
    assert [each["type"] for each in said(hamlet)] == ["Update", "Move"]
    assert interior(hamlet).moved_to == BOUW
    again = await hamlet.post(f"{AT}/moving/away", who=BOUW)
    assert "It moved less than a week ago" in again.text
    await hamlet.post(f"{AT}/moving/home")
    assert interior(hamlet).moved_to is None


async def test_closing_says_what_it_ends_and_can_be_taken_back_for_a_week(hamlet: Hamlet):
    let_follow(hamlet)
    page = (await hamlet.browser.get(f"{AT}/closing")).text
    assert "1 follower is told that it is gone." in page
    assert "1 member no longer has a group here." in page
    assert (await hamlet.post(f"{AT}/closing")).status == 422
    assert (await hamlet.post(f"{AT}/closing", understood="yes")).status == 303
    assert "This group ends on" in (await hamlet.browser.get(f"{AT}/closing")).text
    assert "Keep it open" in (await hamlet.browser.get(AT)).text
    assert (await hamlet.post(f"{AT}/closing/undo")).status == 303
    gate = hamlet.db.read_now(
        groups.gate,
        hamlet.world.interior.iri,
        member_id=hamlet.world.noor.id,
        actor_iri=None,
        language="en",
        now=hamlet.now,
    )
    assert gate.closing_at is None


async def test_a_member_moves_their_public_account_likewise(hamlet: Hamlet, partner: Partner):
    at = "/me/profile/moving"
    noor = hamlet.world.noor_actor
    assert "@noor@coop.example" in (await hamlet.browser.get(at)).text
    assert (await hamlet.post(f"{at}/aliases", who=BOUW)).status == 303
    assert (await hamlet.post(f"{at}/away", who=BOUW)).status == 422
    partner.also = [noor.iri]
    assert "Move to @bouw@partner.example?" in (await hamlet.post(f"{at}/away", who=BOUW)).text
    assert (await hamlet.post(f"{at}/away", target=BOUW, understood="yes")).status == 303
    moved = hamlet.db.read_now(lambda session: session.get_one(Actor, noor.id).moved_to_iri)
    assert moved == BOUW
    assert "It has moved" in (await hamlet.browser.get(at)).text
    assert (await hamlet.post(f"{at}/home")).status == 303
    hamlet.sign_in(hamlet.member("Ada").id)
    assert (await hamlet.browser.get(at)).headers["location"] == "/me/profile/public"


async def test_a_group_that_never_said_its_language_is_not_given_one_by_another_page(hamlet: Hamlet):
    draft = groups.GroupDraft(username="plain", name="Plain", part_of=("https://nowhere.example/g/above",))
    hamlet.db.write_now(
        groups.found, hamlet.world.vault, draft, origin="https://coop.example", member_id=hamlet.world.noor.id
    )
    assert (await hamlet.post("/g/plain/settings/joining", joining="open")).status == 303

    def look(session: Any) -> tuple[str | None, list[str]]:
        group = session.scalar(select(Actor).where(Actor.username == "plain"))
        return group.language, groups.part_of(session, group)

    assert hamlet.db.read_now(look) == (None, ["https://nowhere.example/g/above"])
    page = await hamlet.browser.get("/g/plain/settings")
    assert '<input type="hidden" name="part_of" value="https://nowhere.example/g/above">' in page.text
