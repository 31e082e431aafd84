"""Posts on the wire: our notes, and whatever others say."""

import pytest

from actors import events, items, offers, threads
from actors.refusals import Refused
from actors.threads import PostDraft
from actors.wire import threads as wire
from fediverse.errors import Malformed, Unauthorised
from fediverse.html import text_of
from fediverse.limits import Limits
from fediverse.vocabulary import PUBLIC, read, write
from tests.actors.stories import LATER, meeting, need, remote_meeting, remote_need, remote_note
from tests.actors.wire.documents import sample
from tests.world import NOW

LIMITS = Limits()


def document(session, author, **changes):
    post = threads.say(session, author, PostDraft(**{"text": "Dag"} | changes), now=NOW)
    return write(wire.to_wire(session, post))


def test_a_note_of_ours_reads_everywhere(session, world):
    note = document(session, world.interior, text="Dag @alice@mastodon.example, kijk naar #hout.")
    assert (note["type"], note["attributedTo"], note["audience"]) == ("Note", world.interior.iri, world.interior.iri)
    assert text_of(note["content"]) == "Dag @alice, kijk naar #hout."
    assert note["contentMap"] == {"nl": note["content"]}
    assert note["tag"] == [
        {"type": "Mention", "href": world.alice.iri, "name": "@alice@mastodon.example"},
        {"type": "Hashtag", "name": "#hout", "href": "https://coop.example/tags/hout"},
    ]
    assert (note["to"], note["cc"]) == ([PUBLIC], [world.interior.followers_iri, world.alice.iri])
    assert {"name", "summary", "updated", "inReplyTo"}.isdisjoint(note)
    assert note["sensitive"] is False
    assert None not in note.values()


def test_somebody_whom_we_do_not_know_stays_text(session, world):
    note = document(session, world.interior, text="Dag @niemand@nowhere.example")
    assert (note["content"], note["cc"]) == ("<p>Dag @niemand@nowhere.example</p>", [world.interior.followers_iri])


def test_a_warning_stands_before_the_text(session, world):
    note = document(session, world.interior, warning="Lang")
    assert (note["summary"], note["sensitive"]) == ("Lang", True)


def test_an_answer_reaches_whom_it_answers(session, world):
    threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    note = document(session, world.interior, in_reply_to_iri=remote_note().iri)
    assert note["inReplyTo"] == remote_note().iri
    assert world.alice.iri in note["cc"]


def test_a_person_is_in_no_audience(session, world):
    assert "audience" not in document(session, world.noor_actor)


def test_what_is_not_public_goes_to_followers_and_those_it_names(session, world):
    note = document(session, world.interior, text="Psst @alice@mastodon.example", public=False)
    assert (note["to"], note["cc"]) == ([world.interior.followers_iri], [world.alice.iri])


def test_whatever_has_an_address_is_found_and_put_on_the_wire(session, world):
    made = (
        offers.post(session, world.interior, need(), now=NOW),
        events.post(session, world.interior, meeting(), now=NOW),
        threads.say(session, world.interior, PostDraft(text="Dag"), now=NOW),
    )
    for item, kind in zip(made, ("Note", "Event", "Note"), strict=True):
        assert items.find_object(session, item.iri) is item
        assert items.to_wire(session, item).type == kind
    assert items.find_object(session, "https://coop.example/g/interior/notes/none") is None
    theirs = threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=LATER)
    with pytest.raises(Refused, match="not-ours"):
        items.to_wire(session, theirs)


def of(name):
    return wire.from_wire(read(sample(name), LIMITS), LIMITS)


def test_a_mastodon_post_is_read_with_all_that_it_carries():
    post = of("mastodon/create-note.json")
    assert (post.type, post.language, post.tags, post.public) == ("Note", "fr", ("atelier",), True)
    assert "https://coop.example/g/interior" in post.mentions
    assert post.attachments[0]["name"] == "Un plan d’atelier"
    assert 'rel="nofollow noopener noreferrer ugc"' in post.content


def test_a_mastodon_poll_is_a_readable_post():
    post = of("mastodon/create-question.json")
    assert post.options == ({"name": "Lundi", "votes": 2}, {"name": "Mardi", "votes": 1})
    assert post.content == "<p>Quel jour ?</p>"


def test_a_lemmy_page_has_its_title():
    post = of("lemmy/create-page.json")
    assert (post.type, post.title, post.warning) == ("Page", "Wie zoekt een vertaler?", None)
    assert "https://lemmy.example/c/freelance" in post.audience


def test_a_peertube_video_is_its_persons_and_its_markdown_is_rendered():
    post = of("peertube/video.json")
    assert (post.author_iri, post.title) == ("https://peertube.example/accounts/zoe", "Décor en carton")
    assert post.content.startswith("<p>")


@pytest.mark.parametrize(
    "name",
    [
        "akkoma/create-note.json",
        "fedify/create-article.json",
        "friendica/create-article.json",
        "gotosocial/create-note.json",
        "mastodon/create-reply.json",
        "misskey/create-note.json",
        "wordpress/update-article.json",
    ],
)
def test_what_other_programs_send_is_read_and_kept(session, world, name):
    post = of(name)
    assert post.content
    assert post.public
    assert post.document["id"] == post.iri


BARE = {
    "id": "https://r.example/n/1",
    "type": "Note",
    "attributedTo": "https://r.example/u/a",
    "to": [PUBLIC],
    "content": "<p>Hallo</p>",
}


def foreign(**changes):
    return wire.from_wire(read(BARE | changes, LIMITS), LIMITS)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"id": None}, Malformed, "no-id"),
        ({"id": "urn:uuid:1"}, Malformed, "bad-iri"),
        ({"attributedTo": None}, Malformed, "no-author"),
        ({"attributedTo": "https://s.example/u/b"}, Unauthorised, "foreign-author"),
        ({"attributedTo": "http://r.example/u/a"}, Unauthorised, "foreign-author"),
        ({"content": ""}, Malformed, "no-text"),
        ({"type": "Person"}, Malformed, "not-a-post"),
    ],
)
def test_O7_what_cannot_be_its_authors_is_refused(changes, error, code):
    with pytest.raises(error, match=code):
        foreign(**changes)


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({}, True),
        ({"to": "as:Public"}, True),
        ({"to": ["https://r.example/u/a/followers"], "cc": [PUBLIC]}, True),
        ({"to": ["https://r.example/u/a/followers"]}, False),
        ({"to": None}, False),
    ],
)
def test_what_names_everybody_is_public(changes, public):
    assert foreign(**changes).public is public


def test_a_summary_is_a_warning_on_a_note_and_an_abstract_on_an_article():
    assert foreign(summary="<p>Eten</p>").warning == "Eten"
    article = foreign(type="Article", name="Titel", summary="<p>Kort</p>", content=None)
    assert (article.warning, article.title, article.content) == (None, "Titel", "<p>Kort</p>")


def test_a_note_with_a_name_has_no_title():
    assert foreign(name="Titel").title is None


def test_a_picture_is_enough():
    picture = {"type": "Document", "mediaType": "image/png", "url": "https://r.example/x.png"}
    assert foreign(content=None, attachment=[picture]).attachments[0]["url"] == "https://r.example/x.png"


def test_S_addresses_that_lead_nowhere_are_left_out():
    post = foreign(url="javascript:alert(1)", inReplyTo="data:text/html,x", context="urn:x")
    assert (post.url, post.in_reply_to_iri, post.context_iri) == (None, None, None)
    bad = {"type": "Document", "mediaType": "image/png", "url": "file:///etc/passwd"}
    assert foreign(attachment=[bad]).attachments == ()


def test_a_language_that_is_none_is_left_out():
    assert foreign(contentMap={"<b>": "<p>Hallo</p>"}).language is None
    assert foreign(contentMap={"und": "<p>Hallo</p>"}).language is None
    assert foreign(contentMap={"nl-BE": "<p>Hallo</p>"}).language == "nl-BE"


def test_other_versions_are_cleaned_and_kept():
    post = foreign(content=None, contentMap={"nl": "<p>Hallo</p>", "fr": "<p onclick=x>Salut</p>"})
    assert (post.language, post.content, post.content_map) == ("nl", "<p>Hallo</p>", {"fr": "<p>Salut</p>"})


def test_plain_text_is_escaped_and_markdown_rendered():
    assert foreign(content="a < b\nc", mediaType="text/plain").content == "<p>a &lt; b<br>c</p>"
    assert foreign(content="**a** <script>x</script>", mediaType="text/markdown").content == (
        "<p><strong>a</strong> &lt;script&gt;x&lt;/script&gt;</p>"
    )


def test_H1_what_is_read_is_clean_everywhere():
    evil = "<svg onload=x><script>alert(1)</script>"
    option = {"type": "Note", "name": f"Ja{evil}\u202e"}
    post = foreign(type="Question", content=f"<p>Hallo{evil}</p>", summary=evil + "Let op", oneOf=[option])
    assert "<" not in (post.warning or "")
    assert "script" not in post.content
    assert "\u202e" not in post.options[0]["name"]
    assert foreign(type="Article", name="A\u0000\u202eB").title == "AB"


def test_tags_are_names_each_once():
    tags = [{"type": "Hashtag", "name": name} for name in ("#hout", "#hout", "kalk", "#", "")]
    assert foreign(tag=tags).tags == ("hout", "kalk")


def test_drafts_of_all_kinds_name_everyone_they_are_for():
    assert remote_need().audience == remote_meeting().audience == ()
    post = foreign(cc=["https://coop.example/g/interior"], audience="https://coop.example/g/interior")
    assert post.audience == ("https://coop.example/g/interior",)
