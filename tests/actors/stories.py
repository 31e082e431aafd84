"""Short ways to say what a test begins with: drafts of ours, and documents of others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from actors.events import EventDraft, RemoteEvent
from actors.offers import OfferDraft, RemoteOffer
from actors.threads import RemotePost
from tests.world import ALICE, BOUW, NOW

LATER = NOW + timedelta(hours=1)
STARTS = datetime(2026, 12, 11, 18, 0, tzinfo=UTC)


def need(**changes: Any) -> OfferDraft:
    return OfferDraft(**{"purpose": "request", "title": "Stukadoor voor drie dagen", "language": "nl"} | changes)


def meeting(**changes: Any) -> EventDraft:
    return EventDraft(
        **{"name": "Offertes leren maken", "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2)} | changes
    )


def remote_need(number: int = 1, draft: dict[str, Any] | None = None, **changes: Any) -> RemoteOffer:
    given = {
        "iri": f"https://partner.example/g/bouw/needs/{number}",
        "author_iri": BOUW.iri,
        "draft": need(**(draft or {})),
        "content": "<p>Wie kan pleisteren?</p>",
        "published_at": NOW,
        "document": {"type": "Note"},
    }
    return RemoteOffer(**given | changes)


def remote_meeting(number: int = 1, draft: dict[str, Any] | None = None, **changes: Any) -> RemoteEvent:
    given = {
        "iri": f"https://partner.example/g/bouw/events/{number}",
        "author_iri": BOUW.iri,
        "draft": meeting(**(draft or {})),
        "content": "<p>Kom af.</p>",
        "published_at": NOW,
        "document": {"type": "Event"},
    }
    return RemoteEvent(**given | changes)


def remote_note(number: int = 1, **changes: Any) -> RemotePost:
    given = {
        "iri": f"https://mastodon.example/users/alice/statuses/{number}",
        "author_iri": ALICE.iri,
        "content": "<p>Dag allemaal</p>",
        "public": True,
        "published_at": NOW,
        "document": {"type": "Note"},
    }
    return RemotePost(**given | changes)
