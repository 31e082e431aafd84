"""What everybody may see of offers, events and posts, and what nobody sees."""

from datetime import timedelta

import pytest

from actors import events, groups, offers, people, threads
from actors.database import utc_now
from actors.moderation import Host
from actors.places import PlaceDraft
from actors.threads import PostDraft
from actors.views import ActorKind, EventStatus, OfferStatus, PayKind, Purpose, Quantity
from tests.actors.stories import LATER, STARTS, meeting, need, remote_meeting, remote_need, remote_note
from tests.world import NOW


def needs(session, **more):
    return [line.title.text for line in offers.latest(session, purpose=Purpose.NEED, language="nl", now=NOW, **more)]


def coming(session, **more):
    return [line.title.text for line in events.coming(session, now=NOW, language="nl", **more)]


def follow(session, follower, followed):
    asked = groups.request_follow(session, follower, followed, f"{follower.iri}/activities/f", now=NOW)
    groups.follow_answered(session, asked.iri, followed, accepted=True, now=NOW)


def test_the_newest_open_needs_come_first(session, world):
    for n in range(8):
        offers.post(session, world.interior, need(title=str(n)), now=NOW + timedelta(minutes=n))
    offers.post(session, world.interior, need(purpose="offer"), now=LATER)
    assert needs(session) == ["7", "6", "5", "4", "3", "2"]
    assert needs(session, limit=2) == ["7", "6"]


@pytest.mark.parametrize(
    "unseen",
    ["closed", "deleted", "hidden", "members", "group", "draft", "over", "blocked", "parent blocked", "suspended"],
)
def test_a_need_that_is_not_for_everybody_is_in_no_list(session, world, unseen):
    if unseen in ("closed", "deleted", "members", "group", "draft", "over"):
        changes = {
            "members": {"visibility": "members"},
            "group": {"visibility": "group"},
            "draft": {"draft": True},
            "over": {"expires_at": NOW + timedelta(seconds=1)},
        }.get(unseen, {})
        offer = offers.post(session, world.interior, need(tags=("hout",), **changes), now=NOW)
    else:
        offer = offers.record_remote(session, world.bouw, remote_need(draft={"tags": ("hout",)}), shown=True, now=NOW)
    if unseen == "closed":
        offers.close(session, offer, "filled", now=NOW)
    if unseen == "deleted":
        offers.delete(session, offer, now=NOW)
    if unseen == "hidden":
        offers.hide(session, offer)
    if unseen in ("blocked", "parent blocked"):
        session.add(Host(name="partner.example" if unseen == "blocked" else "example", policy="blocked"))
    if unseen == "suspended":
        world.bouw.suspended_at = NOW
    session.flush()
    lines = offers.latest(session, purpose=Purpose.NEED, language="nl", now=LATER)
    assert lines == []
    assert offers.tagged(session, "hout", language="nl", now=LATER) == []
    seen = offers.page(session, offer.iri, language="nl")
    assert (seen is not None) == (unseen in ("closed", "over"))


def test_blocked_needs_make_room_for_others(session, world):
    offers.post(session, world.interior, need(title="van ons"), now=NOW - timedelta(days=1))
    for n in range(30):
        offers.record_remote(session, world.bouw, remote_need(n), shown=True, now=NOW)
    session.add(Host(name="partner.example", policy="blocked"))
    session.flush()
    assert needs(session) == ["van ons"]


def test_a_block_that_ends_shows_everything_again(session, world):
    offers.record_remote(session, world.bouw, remote_need(), shown=True, now=NOW)
    block = Host(name="partner.example", policy="blocked")
    session.add(block)
    session.flush()
    assert needs(session) == []
    session.delete(block)
    session.flush()
    assert len(needs(session)) == 1


def test_a_group_shows_its_own_and_those_of_whom_it_follows(session, world):
    offers.post(session, world.interior, need(title="interieur"), now=NOW)
    offers.post(session, world.atelier, need(title="atelier"), now=NOW)
    theirs = remote_need(draft={"title": "bouw"}, published_at=NOW - timedelta(days=1))
    offers.record_remote(session, world.bouw, theirs, shown=True, now=NOW)
    assert needs(session, group_iri=world.interior.iri) == ["interieur"]
    follow(session, world.interior, world.bouw)
    assert needs(session, group_iri=world.interior.iri) == ["interieur", "bouw"]
    assert needs(session, group_iri=world.atelier.iri) == ["atelier"]
    assert needs(session, group_iri="https://nowhere.example/g/x") == []


def test_a_line_says_what_decides(session, world):
    draft = need(
        title_map={"fr": "Plâtrier pour trois jours"},
        place=PlaceDraft(name="Coopcity", locality="Brussel", region="BE-BRU"),
        quantity="3",
        unit="day",
        pay="paid",
        pay_amount="350",
        pay_currency="EUR",
        pay_unit="day",
        urgent=True,
    )
    offer = offers.post(session, world.interior, draft, now=NOW)
    answer = remote_note(in_reply_to_iri=offer.iri)
    threads.record_remote(session, world.alice, answer, group=world.interior, state="shown", now=NOW)
    hidden = remote_note(2, in_reply_to_iri=offer.iri)
    threads.record_remote(session, world.alice, hidden, group=world.interior, state="hidden", now=NOW)
    (line,) = offers.latest(session, purpose=Purpose.NEED, language="fr", now=NOW)
    assert (line.title.text, line.title.language) == ("Plâtrier pour trois jours", "fr")
    assert (line.purpose, line.status, line.host, line.url) == (Purpose.NEED, OfferStatus.OPEN, None, offer.iri)
    assert (line.author.name, line.author.kind) == ("Intérieur & scénographie", ActorKind.SECTOR)
    assert (line.place, line.region, line.urgent, line.answers) == ("Coopcity, Brussel", "BE-BRU", True, 1)
    assert (line.quantity, line.pay.kind, line.pay.amount) == (Quantity("3", "day"), PayKind.PAID, "350")


def test_a_page_is_read_in_the_readers_language(session, world):
    draft = need(text="Kalk.", title_map={"fr": "Plâtrier"}, text_map={"fr": "De la **chaux**."}, tags=("kalk",))
    offer = offers.post(session, world.interior, draft, now=NOW)
    page = offers.page(session, offer.iri, language="fr")
    assert (page.text_html, page.other_languages) == ("<p>De la <strong>chaux</strong>.</p>", ("nl",))
    assert offers.page(session, offer.iri, language="de").text_html == "<p>Kalk.</p>"
    assert page.tags == ("kalk",)


def test_the_person_behind_it_is_named_only_by_consent(session, world):
    silent = offers.post(session, world.interior, need(), member_id=world.noor.id, now=NOW)
    named = offers.post(session, world.interior, need(provider_iri=world.noor_actor.iri), now=NOW)
    assert offers.page(session, silent.iri, language="nl").by is None
    assert offers.page(session, named.iri, language="nl").by.name == "Noor Peeters"


def test_what_comes_from_elsewhere_says_from_where(session, world):
    offers.record_remote(session, world.bouw, remote_need(url="https://partner.example/n/1"), shown=True, now=NOW)
    (line,) = offers.latest(session, purpose=Purpose.NEED, language="nl", now=NOW)
    assert (line.host, line.url, line.author.handle) == (
        "partner.example",
        "https://partner.example/n/1",
        "bouw@partner.example",
    )


def test_the_feed_has_our_own_newest_change_first_and_the_closed_for_two_weeks(session, world):
    old = offers.post(session, world.interior, need(title="oud"), now=NOW)
    closed = offers.post(session, world.interior, need(title="dicht"), now=NOW)
    offers.post(session, world.atelier, need(title="atelier", purpose="offer"), now=NOW + timedelta(minutes=1))
    offers.record_remote(session, world.bouw, remote_need(), shown=True, now=NOW)
    offers.close(session, closed, "filled", now=LATER)
    offers.change(session, old, need(title="ververst"), now=LATER + timedelta(minutes=1))

    def feed(now, **more):
        return [page.line.title.text for page in offers.pages(session, language="nl", now=now, **more)]

    assert feed(LATER) == ["ververst", "dicht", "atelier"]
    assert feed(LATER + timedelta(days=15)) == ["ververst", "atelier"]
    assert feed(LATER, group_iri=world.interior.iri) == ["ververst", "dicht"]
    assert feed(LATER, purpose=Purpose.OFFER) == ["atelier"]


def test_events_come_soonest_first_and_the_past_is_gone(session, world):
    for days in (30, 3, 10):
        starts = NOW + timedelta(days=days)
        events.post(session, world.interior, meeting(name=str(days), starts_at=starts, ends_at=None), now=NOW)
    running = meeting(name="bezig", starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))
    events.post(session, world.interior, running, now=NOW)
    past = meeting(name="voorbij", starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
    events.post(session, world.interior, past, now=NOW)
    assert coming(session) == ["bezig", "3", "10", "30"]


def test_a_long_exhibition_does_not_push_out_what_is_soon(session, world):
    long = meeting(name="expo", starts_at=NOW - timedelta(days=5), ends_at=NOW + timedelta(days=90))
    events.post(session, world.interior, long, now=NOW)
    for days in (1, 2):
        starts = NOW + timedelta(days=days)
        events.post(session, world.interior, meeting(name=str(days), starts_at=starts, ends_at=None), now=NOW)
    assert coming(session, limit=2) == ["1", "2"]
    assert coming(session, limit=3) == ["expo", "1", "2"]


@pytest.mark.parametrize("unseen", ["deleted", "hidden", "members", "blocked"])
def test_an_event_that_is_not_for_everybody_is_in_no_list(session, world, unseen):
    event = events.record_remote(session, world.bouw, remote_meeting(draft={"tags": ("hout",)}), shown=True, now=NOW)
    if unseen == "deleted":
        events.delete_remote(session, event, world.bouw, now=NOW)
    if unseen == "hidden":
        events.hide(session, event)
    if unseen == "members":
        event.visibility = "members"
    if unseen == "blocked":
        session.add(Host(name="partner.example", policy="blocked"))
    session.flush()
    assert coming(session) == []
    assert events.tagged(session, "hout", language="nl") == []
    assert events.page(session, event.iri, language="nl") is None


def test_a_group_shows_its_own_events_and_those_of_whom_it_follows(session, world):
    events.post(session, world.atelier, meeting(name="atelier"), now=NOW)
    events.record_remote(session, world.bouw, remote_meeting(draft={"name": "bouw"}), shown=True, now=NOW)
    assert coming(session, group_iri=world.interior.iri) == []
    follow(session, world.interior, world.bouw)
    assert coming(session, group_iri=world.interior.iri) == ["bouw"]


def test_an_event_line_says_what_decides(session, world):
    place = PlaceDraft(
        name="Coopcity", street="Rue Coenraets 66", postal_code="1060", locality="Bruxelles", country="be"
    )
    draft = meeting(place=place, capacity=20, online=True, online_url="https://meet.example/x", contacts=())
    event = events.post(session, world.interior, draft, now=NOW)
    events.request_attendance(session, event, world.alice, None, "", now=NOW)
    events.cancel(session, event, now=LATER)
    (line,) = events.coming(session, now=NOW, language="nl")
    assert (line.starts_at, line.timezone, line.status) == (STARTS, "Europe/Brussels", EventStatus.CANCELLED)
    assert (line.capacity, line.seats_left, line.going) == (20, 19, 1)
    assert (line.place.name, line.place.locality, line.place.country) == ("Coopcity", "Bruxelles", "BE")
    assert line.online_url == "https://meet.example/x"


def test_an_event_page_names_contacts_and_where_to_register(session, world):
    draft = meeting(
        contacts=(world.noor_actor.iri,), join_mode="external", external_url="https://tickets.example/x", text="Kom!"
    )
    event = events.post(session, world.interior, draft, now=NOW)
    page = events.page(session, event.iri, language="nl")
    assert [line.name for line in page.contacts] == ["Noor Peeters"]
    assert (page.join_url, page.text_html) == ("https://tickets.example/x", "<p>Kom!</p>")


def test_the_feed_of_events_has_our_own_newest_change_first(session, world):
    first = events.post(session, world.interior, meeting(name="een"), now=NOW)
    events.post(session, world.atelier, meeting(name="twee"), now=NOW + timedelta(minutes=1))
    events.record_remote(session, world.bouw, remote_meeting(), shown=True, now=NOW)
    events.change(session, first, meeting(name="een, later"), now=LATER)
    assert [page.line.title.text for page in events.pages(session, language="nl")] == ["een, later", "twee"]
    of_atelier = events.pages(session, group_iri=world.atelier.iri, language="nl")
    assert [page.line.title.text for page in of_atelier] == ["twee"]


def test_a_group_shows_what_it_says_and_what_it_shares_but_no_answers(session, world):
    own = threads.say(session, world.interior, PostDraft(text="Van ons"), now=NOW)
    threads.say(session, world.interior, PostDraft(text="Antwoord", in_reply_to_iri=own.iri), now=NOW)
    shared = threads.record_remote(session, world.alice, remote_note(), group=world.interior, state="shown", now=NOW)
    answer = remote_note(2, in_reply_to_iri=own.iri)
    threads.record_remote(session, world.alice, answer, group=world.interior, state="shown", now=NOW)
    for number, iri in enumerate((shared.iri, answer.iri)):
        threads.add_share(session, world.interior, iri, f"{world.interior.iri}/activities/{number}", now=LATER)
    pages = threads.latest(session, group_iri=world.interior.iri, language="nl")
    assert [page.iri for page in pages] == [shared.iri, own.iri]
    assert (pages[0].shared_by.iri, pages[0].shared_at, pages[0].author.iri) == (
        world.interior.iri,
        LATER,
        world.alice.iri,
    )
    assert (pages[1].shared_by, pages[1].replies) == (None, 2)


@pytest.mark.parametrize("unseen", ["waiting", "hidden", "kept", "private", "deleted", "blocked", "suspended"])
def test_a_post_that_is_not_for_everybody_is_in_no_list(session, world, unseen):
    own = threads.say(session, world.interior, PostDraft(text="Van ons"), now=NOW)
    state = unseen if unseen in ("waiting", "hidden", "kept") else "shown"
    for number, parent in ((1, None), (2, own.iri)):
        note = remote_note(number, public=unseen != "private", tags=("hout",), in_reply_to_iri=parent)
        post = threads.record_remote(session, world.alice, note, group=world.interior, state=state, now=NOW)
        threads.add_share(session, world.interior, note.iri, f"{world.interior.iri}/activities/{number}", now=NOW)
        if unseen == "deleted":
            threads.delete_remote(session, post, world.alice, now=NOW)
    if unseen == "blocked":
        session.add(Host(name="mastodon.example", policy="blocked"))
    if unseen == "suspended":
        world.alice.suspended_at = NOW
    session.flush()
    assert [page.iri for page in threads.latest(session, group_iri=world.interior.iri, language="nl")] == [own.iri]
    assert threads.tagged(session, "hout", language="nl") == []
    assert threads.replies(session, own.iri) == []
    assert threads.page(session, remote_note().iri, language="nl") is None


def test_answers_stand_oldest_first_and_flat(session, world):
    own = threads.say(session, world.interior, PostDraft(text="Vraag"), now=NOW)
    parents = [own.iri, own.iri, remote_note(0).iri, remote_note(2).iri]
    for number, parent in enumerate(parents):
        note = remote_note(number, in_reply_to_iri=parent, published_at=NOW + timedelta(minutes=number))
        threads.record_remote(session, world.alice, note, group=world.interior, state="shown", now=LATER)
    found = threads.replies(session, own.iri)
    assert [page.iri for page in found] == [remote_note(number).iri for number in range(4)]
    assert [page.in_reply_to for page in found] == parents
    assert len(threads.replies(session, own.iri, limit=1)) == 1


def test_a_circle_of_answers_ends(session, world):
    for number, parent in ((1, 2), (2, 1)):
        note = remote_note(number, in_reply_to_iri=remote_note(parent).iri)
        threads.record_remote(session, world.alice, note, group=world.interior, state="shown", now=NOW)
    assert len(threads.replies(session, remote_note(1).iri)) == 2


def test_a_poll_is_shown_with_its_choices(session, world):
    options = ({"name": "Lundi", "votes": 2}, {"name": "Mardi", "votes": 1})
    note = remote_note(type="Question", options=options)
    threads.record_remote(session, world.alice, note, group=world.interior, state="shown", now=NOW)
    assert threads.page(session, note.iri, language="fr").options == ("Lundi", "Mardi")


def test_the_feed_of_notes_has_our_own_only(session, world):
    first = threads.say(session, world.interior, PostDraft(text="een"), now=NOW)
    second = threads.say(session, world.atelier, PostDraft(text="twee"), now=LATER)
    threads.record_remote(session, world.alice, remote_note(), group=world.interior, state="shown", now=NOW)
    assert [page.iri for page in threads.pages(session, language="nl")] == [second.iri, first.iri]
    assert [page.iri for page in threads.pages(session, group_iri=world.interior.iri, language="nl")] == [first.iri]


def test_lists_by_tag_are_newest_first_whatever_the_case(session, world):
    for number, tag in enumerate(("Hout", "hout", "HOUT")):
        offers.post(session, world.interior, need(title=str(number), tags=(tag,)), now=NOW + timedelta(minutes=number))
        starts = NOW + timedelta(days=number + 1)
        draft = meeting(name=str(number), tags=(tag,), starts_at=starts, ends_at=None)
        events.post(session, world.interior, draft, now=NOW + timedelta(minutes=number))
    assert [line.title.text for line in offers.tagged(session, "hOUT", language="nl")] == ["2", "1", "0"]
    assert [line.title.text for line in events.tagged(session, "#hout", language="nl")] == ["2", "1", "0"]


def test_without_a_clock_the_lists_take_the_real_one(session, world):
    offers.post(session, world.interior, need(expires_at=utc_now() + timedelta(days=1)), now=NOW)
    assert len(offers.latest(session, purpose=Purpose.NEED, language="nl")) == 1
    assert people.kind_of(session, offers.open_items(session, world.interior.id, 1)[0].iri) is not None
