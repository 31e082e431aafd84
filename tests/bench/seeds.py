"""What an instance holds before the clock starts: groups, actors elsewhere, who hears whom, many things."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from actors import events, groups, offers, people, threads
from actors.beginning import begin
from actors.bonds import ACCEPTED, Follow, Reach
from actors.database import utc_now
from actors.groups import GroupDraft
from actors.people import Actor, Inbox, Member, Vault, profile
from fediverse.hosts import parse_iri
from fediverse.limits import Limits
from fediverse.vocabulary import read
from inbox.log import IncomingActivity
from outbox.threads import say
from tests.actors.stories import remote_meeting, remote_need, remote_note
from tests.bench.program import SECRET, STARTER
from tests.bench.remote import actor_document, public_keys

SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "mastodon" / "create-note.json").read_text("utf-8"))
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PARTNERS = 20
"""How many groups of other instances ours follow."""
TOGETHER = 1_000
GIVEN = ("Noor", "Amir", "Leïla", "Wim", "Fatou", "Jan", "Élise", "Yusuf", "Marie", "Tom")
FAMILY = ("Peeters", "Janssens", "Dubois", "Diallo", "Maes", "Lambert", "Yılmaz", "Claes", "Martin", "Jacobs")
WORDS = (
    "Wij zoeken een scenograaf voor twee dagen in oktober. Het decor staat er al, het licht nog niet; wie ervaring "
    "heeft met kleine zalen en weinig budget is welkom. "
)


def founded(session: Session, origin: str) -> None:
    """The instance, its groups as the starter file names them, and one called «bench»."""
    vault = Vault(SECRET)
    begin(
        session,
        vault,
        origin=origin,
        description=tomllib.loads(STARTER.read_text("utf-8")),
        admin_email=None,
        language="nl",
        now=utc_now(),
    )
    groups.found(session, vault, GroupDraft(username="bench", name="Bench", kind="sector"), origin=origin)


def group_of(session: Session) -> Actor:
    """The group called «bench»."""
    found = people.local_actor(session, "bench")
    assert found is not None
    return found


def group_iris(session: Session) -> list[str]:
    """The ids of our groups."""
    return [group.iri for group in groups.local_groups(session)]


def known(session: Session, iris: Sequence[str]) -> None:
    """Actors of other servers whom our group follows, with their keys."""
    now, keys, group = utc_now(), public_keys(), group_of(session)
    for iri in iris:
        place = parse_iri(iri)
        document = actor_document(iri.rpartition("/")[2], place.authority, keys)
        actor = people.remember(session, read(document, Limits()), now=now, raw=document)  # type: ignore[arg-type]
        session.flush()
        session.add(
            Follow(
                iri=f"{group.iri}#follow-{actor.id}",
                follower_id=group.id,
                followed_id=actor.id,
                state=ACCEPTED,
                accepted_at=now,
                backfilled_at=now,
            )
        )


def followers(session: Session, hosts: int, each: int, port: int) -> None:
    """`each` followers of our group on every one of `hosts` servers, each server with a shared inbox."""
    now, group_id = utc_now(), group_of(session).id
    names = [f"h{number:04}.localhost" for number in range(hosts)]
    session.execute(
        insert(Inbox),
        [{"iri": f"http://{name}:{port}/inbox", "authority": f"{name}:{port}", "host": name} for name in names],
    )
    inboxes = {host: inbox_id for inbox_id, host in session.execute(select(Inbox.id, Inbox.host))}
    rows = [
        {
            "iri": f"http://{name}:{port}/u/u{number}",
            "type": "Person",
            "username": f"u{number}",
            "authority": f"{name}:{port}",
            "host": name,
            "inbox_iri": f"http://{name}:{port}/u/u{number}/inbox",
            "shared_inbox_iri": f"http://{name}:{port}/inbox",
            "inbox_id": inboxes[name],
            "delivery_inbox_id": inboxes[name],
        }
        for name in names
        for number in range(each)
    ]
    session.execute(insert(Actor), rows)
    ids = dict(session.execute(select(Actor.iri, Actor.id).where(Actor.local.is_(False))).all())
    session.execute(
        insert(Follow),
        [
            {
                "iri": f"{row['iri']}#follow",
                "follower_id": ids[row["iri"]],
                "followed_id": group_id,
                "state": ACCEPTED,
                "accepted_at": now,
            }
            for row in rows
        ],
    )
    session.execute(
        insert(Reach), [{"actor_id": group_id, "inbox_id": inboxes[name], "followers": each} for name in names]
    )


def said(session: Session, number: int, posts: int = 1) -> None:
    """Our group says something, or several things in one transaction."""
    group = group_of(session)
    for each in range(posts):
        say(session, group, threads.PostDraft(text=f"{number}.{each} {WORDS * 4}", language="nl"), now=utc_now())


def create(actor: str, number: int) -> bytes:
    """A Create of a Note about as Mastodon sends it (2.5 kB), from `actor` to the public and its followers."""
    text = json.dumps(SAMPLE, ensure_ascii=False)
    document = json.loads(
        text.replace("https://mastodon.example/users/alice", actor).replace("112793425453345288", f"1127934{number:09}")
    )
    for each in (document, document["object"]):
        each["cc"] = [f"{actor}/followers"]
    note = document["object"]
    note["content"] = (
        f"<p>{WORDS}<a href='https://mastodon.example/tags/atelier' rel='tag'>#<span>atelier</span></a></p>"
    )
    note["contentMap"] = {"nl": note["content"]}
    note["tag"] = [each for each in note["tag"] if each["type"] == "Hashtag"]
    return orjson.dumps(document)


def follow(actor: str, followed: str, number: int) -> bytes:
    """A Follow of ours."""
    return orjson.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{actor}#follows/{number}",
            "type": "Follow",
            "actor": actor,
            "object": followed,
        }
    )


def is_all_dealt_with(session: Session) -> bool:
    """Whether no incoming activity waits."""
    return session.scalar(select(IncomingActivity.id).where(IncomingActivity.state == "new").limit(1)) is None


def applied(session: Session, kind: str) -> int:
    """How many incoming activities of this type had their effect."""
    query = select(func.count()).where(IncomingActivity.type == kind, IncomingActivity.state == "applied")
    return session.scalar(query) or 0


def things(session: Session, count: int) -> None:
    """`count` objects, as years of use leave them.

    Three in ten are offers and needs, two in ten events, five in ten posts; a third are of our groups, the others of
    partners' groups that ours follow. One offer in ten is open, one event in fifty still to come.
    """
    now = utc_now()
    ours = [group.id for group in groups.local_groups(session)]
    iris = [f"https://partner{number}.example/g/bouw" for number in range(PARTNERS)]
    session.execute(insert(Actor), [_partner(iri, number) for number, iri in enumerate(iris)])
    theirs = list(session.scalars(select(Actor.id).where(Actor.iri.in_(iris)).order_by(Actor.id)))
    session.execute(insert(Follow), [_following(ours[n % len(ours)], each, now) for n, each in enumerate(theirs)])
    first = session.get_one(Actor, theirs[0])
    offer = offers.record_remote(
        session, first, remote_need(iri=f"{first.iri}/needs/0", author_iri=first.iri), shown=True, now=now
    )
    event = events.record_remote(
        session, first, remote_meeting(iri=f"{first.iri}/events/0", author_iri=first.iri), shown=True, now=now
    )
    post = threads.record_remote(
        session,
        first,
        remote_note(iri=f"{first.iri}/notes/0", author_iri=first.iri),
        group=session.get_one(Actor, ours[0]),
        state="shown",
        now=now,
    )
    session.flush()
    for row, change, share in ((offer, _offer, 3), (event, _event, 2), (post, _post, 5)):
        session.refresh(row)
        table = row.__table__
        like = {column.key: getattr(row, column.key) for column in table.columns if column.key != "id"}
        many = count * share // 10
        for start in range(0, many, TOGETHER):
            rows = []
            for n in range(start, min(start + TOGETHER, many)):
                is_ours = n % 3 == 0
                owner = ours[n // 3 % len(ours)] if is_ours else theirs[n % len(theirs)]
                rows.append(like | {"local": is_ours} | change(n, owner, ours[n % len(ours)], now))
            session.execute(insert(table), rows)


def members(session: Session, count: int) -> str:
    """`count` members who agreed to be found, each in two groups; the session secret of one of them."""
    now = utc_now()
    ours = [group.id for group in groups.local_groups(session)]
    first = people.create_member(session, name="Noor Peeters", email="m0@members.example", language="nl")
    draft = profile.ProfileDraft(
        name="Noor Peeters",
        about=WORDS,
        seeking=WORDS,
        trades=("scenografie", "licht"),
        region="BE-BRU",
        speaks=("nl", "fr"),
        discoverable=True,
    )
    profile.change(session, first.id, draft, now=now)
    session.flush()
    session.refresh(first)
    like = {column.key: getattr(first, column.key) for column in Member.__table__.columns if column.key != "id"}
    finds = session.scalars(select(profile.Findable).where(profile.Findable.member_id == first.id)).all()
    named = [f"{GIVEN[n % len(GIVEN)]} {FAMILY[n // len(GIVEN) % len(FAMILY)]} {n}" for n in range(1, count)]
    for start in range(0, len(named), TOGETHER):
        rows = [
            like | {"name": name, "email": f"m{n}@members.example"}
            for n, name in enumerate(named[start : start + TOGETHER], start=start + 1)
        ]
        session.execute(insert(Member), rows)
    ids = dict(session.execute(select(Member.id, Member.name).where(Member.id > first.id)).all())
    found = [
        {
            "member_id": member_id,
            "field": row.field,
            "level": row.level,
            "text": name.lower() if row.field == "name" else row.text,
        }
        for member_id, name in ids.items()
        for row in finds
    ]
    takes_part = [
        {"group_id": ours[(n + each) % len(ours)], "member_id": member_id, "role": "member", "state": "active"}
        for n, member_id in enumerate([first.id, *ids])
        for each in range(2)
    ]
    for table, many in ((profile.Findable, found), (groups.Membership, takes_part)):
        for start in range(0, len(many), TOGETHER):
            session.execute(insert(table), many[start : start + TOGETHER])
    return people.start_session(session, first.id, "bench", now=now)


def _partner(iri: str, number: int) -> dict[str, Any]:
    host = f"partner{number}.example"
    return {
        "iri": iri,
        "type": "Group",
        "username": "bouw",
        "name": f"Bouw {number}",
        "authority": host,
        "host": host,
        "inbox_iri": f"{iri}/inbox",
    }


def _following(follower_id: int, followed_id: int, now: datetime) -> dict[str, Any]:
    return {
        "iri": f"https://bench.example/follows/{followed_id}",
        "follower_id": follower_id,
        "followed_id": followed_id,
        "state": ACCEPTED,
        "accepted_at": now,
        "backfilled_at": now,
    }


def _offer(n: int, owner: int, _place: int, now: datetime) -> dict[str, Any]:
    at = now - timedelta(minutes=20 * n)
    is_open = n % 10 == 0
    return {
        "iri": f"https://partner.example/offers/{n}",
        "purpose": ("offer", "request")[n // 10 % 2],
        "group_id": owner,
        "title": f"Stukadoor voor {n % 9 + 1} dagen",
        "text": WORDS,
        "status": "open" if is_open else "filled",
        "finished": not is_open,
        "published_at": at,
        "updated_at": at,
    }


def _event(n: int, owner: int, _place: int, now: datetime) -> dict[str, Any]:
    starts_at = now + timedelta(hours=n // 50 + 1) if n % 50 == 0 else now - timedelta(hours=n)
    return {
        "iri": f"https://partner.example/events/{n}",
        "uuid": None,
        "group_id": owner,
        "name": f"Offertes leren maken, deel {n}",
        "text": WORDS,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "over_at": starts_at + timedelta(hours=2),
        "published_at": now - timedelta(hours=n + 100),
        "updated_at": now - timedelta(hours=n + 100),
    }


def _post(n: int, owner: int, place: int, now: datetime) -> dict[str, Any]:
    at = now - timedelta(minutes=10 * n)
    return {
        "iri": f"https://partner.example/posts/{n}",
        "author_id": owner,
        "group_id": place,
        "content": f"<p>{WORDS}</p>",
        "in_reply_to_iri": f"https://partner.example/posts/{n // 10}" if n % 2 else None,
        "published_at": at,
        "updated_at": at,
    }
